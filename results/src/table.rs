//! A table as a page: published and measured values side by side, in one of four formats.
//!
//! Its rows come from [`evidence`](crate::evidence); here they are gathered in blocks (`block`), shown in columns
//! (`columns`), and laid out with notes and legend (`layout`) or in long form for other programs (`long_form`).

mod block;
mod column;
mod columns;
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
pub enum Format {
    /// Aligned columns for a terminal.
    Text,
    /// Markdown with pipe tables.
    Markdown,
    /// Long form, one line per row and sparsity.
    Csv,
    /// LaTeX with the packages longtable and booktabs.
    Latex,
}

impl Format {
    /// Every format with the name it has on the command line.
    pub const NAMES: [(&str, Format); 4] =
        [("text", Format::Text), ("md", Format::Markdown), ("csv", Format::Csv), ("latex", Format::Latex)];
}

/// No format has this name.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("there is no format {0:?}; use one of {known}", known = Format::NAMES.map(|(name, _)| name).join(", "))]
pub struct UnknownFormat(String);

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Format, UnknownFormat> {
        let found = Format::NAMES.iter().find(|(known, _)| *known == name);
        found.map(|(_, format)| *format).ok_or_else(|| UnknownFormat(name.to_string()))
    }
}

/// Writes a table over the given records, of which those of other suites are left out.
pub fn render(definition: &TableDefinition, records: &[Record], format: Format) -> String {
    let groups = group::groups(definition, records);
    match format {
        Format::Text => text::page(&layout::page(definition, &groups)),
        Format::Markdown => markdown::page(&layout::page(definition, &groups)),
        Format::Latex => latex::page(&layout::page(definition, &groups)),
        Format::Csv => csv::grid(&long_form::grid(definition, &groups)),
    }
}

/// Lays a table out as a page, for formats that are not written here.
pub(crate) fn page_of(definition: &TableDefinition, records: &[Record]) -> Page {
    layout::page(definition, &group::groups(definition, records))
}

#[cfg(test)]
mod tests;
