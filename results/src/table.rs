//! A table as a page: published and measured values side by side, in one of four formats.
//!
//! Its rows come from [`evidence`](crate::evidence); here they are gathered in blocks (`block`), shown in columns
//! (`columns`), and laid out with notes and legend (`layout`) or in long form for other programs (`long_form`).

mod block;
mod column;
mod columns;
mod differences;
mod further_values;
pub(crate) mod layout;
mod legend;
mod long_form;
mod marks;
mod structured;
mod summary;

use std::str::FromStr;

use records::Record;

use crate::evidence::group;
use crate::page::{Page, csv, latex, markdown, text};
use crate::paper::TableDefinition;

pub use summary::records_summary;

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    /// Aligned columns for a terminal.
    Text,
    /// Markdown with pipe tables.
    Markdown,
    /// Long form, one line per row and level.
    Csv,
    /// LaTeX with the packages longtable and booktabs.
    Latex,
}

impl TableFormat {
    /// Every format with the name it has on the command line.
    pub const NAMES: [(&str, TableFormat); 4] = [
        ("text", TableFormat::Text),
        ("md", TableFormat::Markdown),
        ("csv", TableFormat::Csv),
        ("latex", TableFormat::Latex),
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
    let groups = group::groups(definition, records);
    match format {
        TableFormat::Text => text::page(&layout::page(definition, &groups)),
        TableFormat::Markdown => markdown::page(&layout::page(definition, &groups)),
        TableFormat::Latex => latex::page(&layout::page(definition, &groups)),
        TableFormat::Csv => csv::grid(&long_form::grid(definition, &groups)),
    }
}

/// Lays a table out as a page, for formats that are not written here.
pub(crate) fn page_of(definition: &TableDefinition, records: &[Record]) -> Page {
    layout::page(definition, &group::groups(definition, records))
}

#[cfg(test)]
mod tests;
