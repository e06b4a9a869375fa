//! A table as a page: published and measured values side by side, in one of several formats.
//!
//! Its rows come from [`evidence`](crate::evidence); here they are gathered in blocks (`block`), shown in columns
//! (`columns`), and laid out with notes and legend (`layout`) or in long form for other programs (`long_form`).

mod block;
mod column;
mod columns;
mod differences;
mod further_values;
pub(crate) mod layout;
pub(crate) mod legend;
mod long_form;
mod marks;
pub(crate) mod structured;

use std::str::FromStr;

use records::Record;

use crate::evidence::group;
use crate::evidence::table_row::TableRow;
use crate::page::{Page, csv, latex, markdown, text};
use crate::paper::TableDefinition;

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    /// Aligned columns for a terminal.
    Text,
    /// Markdown with pipe tables.
    Markdown,
    /// Long form, one line per row and level.
    Csv,
    /// LaTeX for papers: floats with caption and label, with the package booktabs.
    Latex,
    /// LaTeX for text in one column: tables that break over pages, with the packages longtable and booktabs.
    LatexLong,
}

impl TableFormat {
    /// Every format with the name it has on the command line.
    pub const NAMES: [(&str, TableFormat); 5] = [
        ("text", TableFormat::Text),
        ("md", TableFormat::Markdown),
        ("csv", TableFormat::Csv),
        ("latex", TableFormat::Latex),
        ("latex-long", TableFormat::LatexLong),
    ];
}

/// No format has this name.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("there is no format {0:?}; use one of {known}", known = TableFormat::NAMES.map(|(name, _)| name).join(", "))]
pub struct UnknownFormat(String);

impl FromStr for TableFormat {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<TableFormat, UnknownFormat> {
        let found = TableFormat::NAMES.iter().find(|(known, _)| *known == name);
        found.map(|(_, format)| *format).ok_or_else(|| UnknownFormat(name.to_string()))
    }
}

/// Writes a table over the given records, of which those of other suites are left out.
pub fn render(definition: &TableDefinition, records: &[Record], format: TableFormat) -> String {
    rendered(definition, records, format, Shown::All)
}

/// The same with the rows alone that were measured, and of the published values alone those beside them.
pub fn render_measured(definition: &TableDefinition, records: &[Record], format: TableFormat) -> String {
    rendered(definition, records, format, Shown::Measured)
}

/// Which rows of a table are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Every row.
    All,
    /// Those of which a trial is recorded.
    Measured,
}

impl Shown {
    /// The rows that are shown.
    fn of<'a>(self, mut rows: Vec<TableRow<'a>>) -> Vec<TableRow<'a>> {
        rows.retain(|row| self == Shown::All || !row.trials.0.is_empty());
        rows
    }
}

fn rendered(definition: &TableDefinition, records: &[Record], format: TableFormat, shown: Shown) -> String {
    let groups = group::groups(definition, records);
    match format {
        TableFormat::Csv => csv::grid(&long_form::grid(definition, &groups, shown)),
        _ => written(&layout::page(definition, &groups, shown), format),
    }
}

/// A page in a format for people; as text where the format is one for programs.
pub(crate) fn written(page: &Page, format: TableFormat) -> String {
    match format {
        TableFormat::Text | TableFormat::Csv => text::page(page),
        TableFormat::Markdown => markdown::page(page),
        TableFormat::Latex => latex::float::page(page),
        TableFormat::LatexLong => latex::long::page(page),
    }
}

/// Lays a table out as a page, for formats that are not written here.
pub(crate) fn page_of(definition: &TableDefinition, records: &[Record], shown: Shown) -> Page {
    layout::page(definition, &group::groups(definition, records), shown)
}

#[cfg(test)]
mod tests;
