//! `harness compare`: two sets of records side by side.

use super::values;
use crate::{recorded, stdio};
use clap::ValueEnum;
use records::Record;
use results::compare::selection::Selection;
use results::compare::{Side, compare};
use trial::Exit;

/// Compare two sets of records: two commits, two devices, two methods
///
/// Trials are compared under the same condition: everything that was run but the seed. Sides whose conditions
/// differ are not compared, unless the columns that differ are named by filters on both sides or with
/// --across.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// Side A: a folder of results or a CSV file of records, with filters: PATH:column=value,column=value
    #[arg(value_parser = values::by_columns::<Selection>)]
    a: Selection,
    /// Side B, written in the same way; differences are B - A
    #[arg(value_parser = values::by_columns::<Selection>)]
    b: Selection,
    /// Columns that may differ between the sides, such as profile or settings
    #[arg(long, value_name = "COLUMN,...", value_delimiter = ',')]
    across: Vec<String>,
    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: ComparisonFormat,
}

const EXAMPLES: &str = "\
Examples:
  harness compare runs-before runs-after                           two commits
  harness compare runs:method=rigl runs:method=iee --across criterion,settings
  harness compare runs:profile=lite,method=iee runs:profile=paper,method=iee --across epochs,steps
  harness compare baseline.csv runs --format csv > difference.csv";

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ComparisonFormat {
    /// Aligned columns
    Text,
    /// Markdown
    Md,
    /// One row per condition and quantity
    Csv,
}

impl Arguments {
    /// Prints the comparison.
    pub fn run(self) -> anyhow::Result<Exit> {
        let (a, b) = (load(&self.a)?, load(&self.b)?);
        let a = Side { selection: &self.a, records: &a };
        let b = Side { selection: &self.b, records: &b };
        let comparison = compare(a, b, &self.across)?;
        match self.format {
            ComparisonFormat::Text => stdio::show_page(&comparison.text())?,
            ComparisonFormat::Md => stdio::show(&comparison.markdown())?,
            ComparisonFormat::Csv => stdio::show(&comparison.csv())?,
        }
        Ok(Exit::Done)
    }
}

/// The records of one side; what is wrong with other rows is reported.
fn load(selection: &Selection) -> anyhow::Result<Vec<Record>> {
    let loaded = selection.load()?;
    recorded::say(&loaded);
    Ok(loaded.records)
}
