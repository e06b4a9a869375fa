//! `harness figure`: draw a figure from recorded results.

use crate::stdio;
use anyhow::bail;
use clap::builder::RangedI64ValueParser;
use clap::{ValueEnum, value_parser};
use records::Record;
use results::paper::published_values;
use results::{Drawings, Look, draw_as, drawings, drawings_as, figure, figure_ids};
use std::path::PathBuf;
use trial::Exit;

/// Draw a figure from recorded results
///
/// The paper's figures, with published points hollow and measured ones filled; and for every group of records
/// its accuracies, training curves and structures. Without an ID, lists the figures. Nothing is trained.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The figure, as listed by --list
    #[arg(value_name = "ID")]
    id: Option<String>,
    /// List the available figures
    #[arg(long, conflicts_with = "id")]
    list: bool,
    /// Folder of the results
    #[arg(long, value_name = "DIR", default_value = "runs")]
    out: PathBuf,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "svg")]
    format: FigureFormat,
    /// Pixels of a PNG for each pixel of --width, 0.5 to 8; a PNG of scale 2 has 192 pixels to the inch [default: 2]
    #[arg(long, value_name = "FACTOR", value_parser = scale)]
    scale: Option<f32>,
    /// Methods that are drawn [default: all]; the Pareto front and the notes are of these alone
    #[arg(long, value_name = "METHOD,...", value_delimiter = ',')]
    methods: Vec<String>,
    /// Width in pixels; letters keep their size, so a narrow drawing is for a column of a paper
    #[arg(long, value_name = "PIXELS", default_value_t = Look::default().width, value_parser = width())]
    width: u32,
    /// Leave out the title
    #[arg(long)]
    no_title: bool,
    /// Leave out what says how far the records are evidence and how to read the drawing, for a caption of your own
    #[arg(long)]
    no_notes: bool,
}

const EXAMPLES: &str = "\
Examples:
  harness figure fig3 > fig3.svg
  harness figure fig3-resnet50 --format csv
  harness figure fig3 --format png --scale 3 > fig3.png
  harness figure fig3 --no-title --no-notes --width 480 --methods dense,iee,halp --format pdf > for-a-paper.pdf
  harness figure --list --out results/recorded/cifar10-pilot-cpu
  harness figure curves-table3-cifar10-pilot-wrn-10-1-90-zeros-part-1-of-3 \\
      --out results/recorded/cifar10-pilot-cpu > curves.svg";

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum FigureFormat {
    /// A picture for pages, whose texts take Arial or Helvetica where Liberation Sans is missing
    Svg,
    /// A picture for papers: lines and texts, with its font in it
    Pdf,
    /// A picture in pixels
    Png,
    /// The points, one per row, each with its source or trial
    Csv,
}

impl Arguments {
    /// Prints the figure, or the list of figures.
    pub fn run(self) -> anyhow::Result<Exit> {
        if self.scale.is_some() && self.format != FigureFormat::Png {
            bail!(
                "--scale is for a PNG, since other formats have no pixels of their own; add --format png, or leave it out"
            );
        }
        let records = crate::recorded::load_named(&self.out)?;
        if let Some(unknown) = self.methods.iter().find(|name| !is_known(name, &records)) {
            bail!(
                "nothing is recorded or published of method {unknown:?}; `harness list methods` lists those there are"
            );
        }
        let look = Look {
            title: !self.no_title,
            notes: !self.no_notes,
            width: self.width,
            methods: self.methods.clone(),
        };
        let Some(id) = &self.id else {
            let mut titles: Vec<(String, String)> = Vec::new();
            for id in figure_ids() {
                titles.push((id.to_string(), figure(id)?.title.to_string()));
            }
            let drawn = say(drawings(&self.out, &records));
            let others = drawn.drawings.into_iter().filter(|drawing| figure(&drawing.id).is_err());
            titles.extend(others.map(|drawing| (drawing.id, drawing.title)));
            let widest = titles.iter().map(|(id, _)| id.len()).max().unwrap_or(0);
            let lines = titles.iter().map(|(id, title)| format!("{id:widest$}  {title}\n"));
            stdio::show(&lines.collect::<String>())?;
            return Ok(Exit::Done);
        };
        let found = match figure(id) {
            Ok(definition) => say(draw_as(&definition, &self.out, &records, &look)).drawings,
            Err(_) => say(drawings_as(&self.out, &records, &look)).drawings,
        };
        let mut known: Vec<&str> = figure_ids();
        known.extend(found.iter().map(|drawing| drawing.id.as_str()).filter(|id| figure(id).is_err()));
        let Some(drawing) = found.iter().find(|drawing| drawing.id == *id) else {
            let out = self.out.display();
            let hint = network::did_you_mean(id, &known);
            bail!("there is no figure {id:?} of the records in {out}{hint}; there are {}", known.join(", "));
        };
        match self.format {
            FigureFormat::Svg => stdio::show(&drawing.svg)?,
            FigureFormat::Csv => stdio::show(&drawing.csv)?,
            FigureFormat::Pdf => stdio::pass(&drawing.pdf()?)?,
            FigureFormat::Png => stdio::pass(&drawing.png(self.scale.unwrap_or(SCALE))?)?,
        }
        Ok(Exit::Done)
    }
}

/// Of a PNG where none is given.
const SCALE: f32 = 2.0;

fn scale(text: &str) -> Result<f32, String> {
    let scale = text.parse().ok().filter(|scale| (0.5..=8.0).contains(scale));
    scale.ok_or_else(|| "a number from 0.5 to 8".to_string())
}

fn width() -> RangedI64ValueParser<u32> {
    let [least, greatest] = Look::WIDTHS;
    value_parser!(u32).range(i64::from(least)..=i64::from(greatest))
}

/// Whether there is anything that could be drawn of a method, by what is recorded, published or run here.
fn is_known(name: &str, records: &[Record]) -> bool {
    trial::registry::method(name).is_ok()
        || records.iter().any(|record| record.method == name)
        || published_values().iter().any(|value| value.method == name)
}

/// Reports what could not be read in the run directories, and what is left out.
pub fn say(drawn: Drawings) -> Drawings {
    for complaint in &drawn.complaints {
        stdio::say(format!("warning: {complaint}; its curves are left out"));
    }
    drawn.remarks.iter().for_each(|remark| stdio::say(format!("note: {remark}")));
    drawn
}
