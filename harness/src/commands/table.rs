//! `harness table`: print a table from recorded results.

use super::values;
use crate::recorded::folders::{folders, load_all_named};
use crate::stdio;
use anyhow::ensure;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use results::filter::Filter;
use results::own::{self, OwnColumn};
use results::{TableFormat, figure, figure_ids, render, render_measured, table, table_ids};
use std::path::PathBuf;
use trial::Exit;

/// Print a table from recorded results: one of the paper's, or your own
///
/// In the paper's tables published values stand beside measured ones. The table `own` shows what was measured and
/// nothing else: one line for each condition, which is everything that was run but the seed. Nothing is trained.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The table
    #[arg(value_parser = tables_and_own())]
    table: String,
    /// Folders of results, with commas between them; a trial that is in several is taken from the first
    #[arg(long, value_name = "DIR,...", default_value = "runs")]
    out: Vec<PathBuf>,
    /// Output format; latex is for papers, in one column or two, and latex-long breaks over pages
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = formats())]
    format: TableFormat,
    /// Records that count: those with these values, as for `harness compare`; a column that is named twice may have
    /// either value
    #[arg(long = "where", value_name = "COLUMN=VALUE,...", default_value = "", hide_default_value = true)]
    #[arg(value_parser = values::by_columns::<Filter>)]
    filter: Filter,
    /// Of a table of the paper, show only the rows that were measured
    #[arg(long)]
    measured_only: bool,
    /// Columns of the table `own`, from left to right [default: those that say something]
    #[arg(long, value_name = "COLUMN,...", value_delimiter = ',', value_parser = own_columns())]
    columns: Vec<&'static OwnColumn>,
}

/// What the table of one's own results is called where tables are listed.
pub const OWN_TITLE: &str = "Your own results: one line for each condition";

const EXAMPLES: &str = "\
Examples:
  harness table table3
  harness table table3 --measured-only --out runs --format latex > table3.tex
  harness table own
  harness table own --out runs,runs-elsewhere --format md
  harness table own --where method=iee,method=rigl,sparsity_target=0.9 --format latex > own.tex
  harness table own --columns method,target,score,seeds,train,seconds --format csv";

/// The tables and figures by id, for other commands.
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

/// The same and the table of one's own results.
fn tables_and_own() -> PossibleValuesParser {
    let own = PossibleValue::new(own::ID).help(OWN_TITLE);
    let value = |id: &'static str| PossibleValue::new(id).help(table(id).map_or("", |table| table.title));
    PossibleValuesParser::new([own].into_iter().chain(table_ids().into_iter().map(value)))
}

fn own_columns() -> impl TypedValueParser<Value = &'static OwnColumn> {
    let value = |column: &OwnColumn| PossibleValue::new(column.name).help(column.about);
    PossibleValuesParser::new(own::columns().iter().map(value)).try_map(|name| own::column(&name))
}

fn formats() -> impl TypedValueParser<Value = TableFormat> {
    PossibleValuesParser::new(TableFormat::NAMES.map(|(name, _)| name))
        .try_map(|name| name.parse::<TableFormat>())
}

impl Arguments {
    /// Prints the table.
    pub fn run(self) -> anyhow::Result<Exit> {
        let is_own = self.table == own::ID;
        ensure!(
            is_own || self.columns.is_empty(),
            "--columns chooses columns of the table own; those of {} are as in the paper",
            self.table
        );
        let out = folders(&self.out);
        let mut records = load_all_named(&out)?;
        ensure!(
            !is_own || !records.is_empty(),
            "nothing is recorded in {}; give the folder of the results with --out, or record some with `harness suite`",
            out.iter().map(|out| out.display().to_string()).collect::<Vec<_>>().join(", ")
        );
        if self.filter != Filter::default() {
            records = self.filter.apply(records)?;
        }
        let page = match (is_own, self.measured_only) {
            (true, _) => own::render(&records, &self.columns, self.format),
            (false, true) => render_measured(&table(&self.table)?, &records, self.format),
            (false, false) => render(&table(&self.table)?, &records, self.format),
        };
        match self.format {
            TableFormat::Text => stdio::show_page(&page)?,
            _ => stdio::show(&page)?,
        }
        Ok(Exit::Done)
    }
}
