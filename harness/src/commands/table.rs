//! `harness table`: print a table from recorded results.

use crate::stdio;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use results::{TableFormat, figure, figure_ids, render, table, table_ids};
use std::path::PathBuf;
use trial::Exit;

/// Print a table of the paper from recorded results
///
/// Published values stand beside measured ones. Nothing is trained.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The table
    #[arg(value_parser = tables())]
    table: String,
    /// Folder of the results
    #[arg(long, value_name = "DIR", default_value = "runs")]
    out: PathBuf,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = formats())]
    format: TableFormat,
}

const EXAMPLES: &str = "\
Examples:
  harness table table3
  harness table table3 --out runs --format latex > table3.tex";

/// The tables by id, for other commands too.
pub fn tables() -> PossibleValuesParser {
    let value = |id: &'static str| match table(id) {
        Ok(definition) => PossibleValue::new(id).help(definition.title),
        Err(_) => PossibleValue::new(id),
    };
    PossibleValuesParser::new(table_ids().into_iter().map(value))
}

/// The tables and figures by id.
pub fn tables_and_figures() -> PossibleValuesParser {
    let (tables, figures) = (table_ids(), figure_ids());
    // A figure of the paper has a table behind it of the same name.
    let tables = tables
        .iter()
        .filter(|id| !figures.contains(id))
        .map(|id| (*id, table(id).map_or("", |table| table.title)));
    let figures = figures.iter().map(|id| (*id, figure(id).map_or("", |figure| figure.title)));
    PossibleValuesParser::new(tables.chain(figures).map(|(id, title)| PossibleValue::new(id).help(title)))
}

fn formats() -> impl TypedValueParser<Value = TableFormat> {
    PossibleValuesParser::new(TableFormat::NAMES.map(|(name, _)| name))
        .try_map(|name| name.parse::<TableFormat>())
}

impl Arguments {
    /// Prints the table.
    pub fn run(self) -> anyhow::Result<Exit> {
        let definition = table(&self.table)?;
        let records = crate::recorded::load_named(&self.out)?;
        stdio::show(&render(&definition, &records, self.format))?;
        Ok(Exit::Done)
    }
}
