//! `harness figure`: draw a figure from what is recorded.

use crate::stdio;
use clap::ValueEnum;
use clap::builder::{PossibleValue, PossibleValuesParser};
use results::{figure, figure_ids, render_csv, render_svg};
use std::path::PathBuf;
use trial::Exit;

/// Draw a figure of the paper from what is recorded
///
/// Published points stand beside measured ones, hollow and filled. Nothing is trained.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The figure
    #[arg(value_parser = figures())]
    figure: String,
    /// Folder of the results
    #[arg(long, value_name = "DIR", default_value = "runs")]
    out: PathBuf,
    /// The drawing, or its points
    #[arg(long, value_name = "FORMAT", default_value = "svg")]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  harness figure fig3 > fig3.svg
  harness figure fig3-resnet50 --format csv";

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// A drawing
    Svg,
    /// A row a point, with its source or trial
    Csv,
}

fn figures() -> PossibleValuesParser {
    let title = |id: &&'static str| figure(id).map_or("", |figure| figure.title);
    PossibleValuesParser::new(figure_ids().into_iter().map(|id| PossibleValue::new(id).help(title(&id))))
}

impl Arguments {
    /// Does it.
    pub fn run(self) -> anyhow::Result<Exit> {
        let definition = figure(&self.figure)?;
        let records = super::recorded::load(&self.out)?;
        stdio::show(&match self.format {
            Format::Svg => render_svg(&definition, &records),
            Format::Csv => render_csv(&definition, &records),
        })?;
        Ok(Exit::Done)
    }
}
