//! The paper's tables, with published and measured values side by side.
//!
//! A table is data ([`TableDefinition`]); `catalogue` lists them, one file each. Its numbers are
//! computed from records at print time: records are grouped so that only like is averaged with
//! like (`group`), find their rows (`place`), are set beside the published values (`line`), judged
//! (`verdict`), gathered in blocks (`block`), laid out as a page of grids (`layout`) and written in
//! one of four formats.

mod block;
pub(crate) mod catalogue;
mod columns;
mod definition;
pub(crate) mod group;
pub(crate) mod layout;
mod legend;
pub(crate) mod line;
pub(crate) mod number;
pub(crate) mod page;
mod place;
mod row;
pub(crate) mod settings;
mod structured;
pub(crate) mod summary;
mod throughput;
mod tidy;
mod trials;
mod verdict;

mod fig3;
mod fig5;
mod mobilenet;
mod sensitivity;
mod table1;
mod table2;
mod table3;
mod table4;
mod table5;

pub(crate) mod comma;
mod latex;
pub(crate) mod markdown;
pub(crate) mod text;

use std::str::FromStr;

use records::record::Record;

pub use catalogue::{UnknownTable, table, table_ids};
pub use definition::{Grouping, TableDefinition};
pub(crate) use row::DENSE;
pub use row::{LATENCY, RowDefinition};
pub use summary::records_summary;
pub use verdict::Verdict;

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
        Format::Csv => comma::grid(&tidy::grid(definition, &groups)),
    }
}

/// Lays a table out as a page, for formats that are not written here.
pub(crate) fn page_of(definition: &TableDefinition, records: &[Record]) -> page::Page {
    layout::page(definition, &group::groups(definition, records))
}

#[cfg(test)]
mod structured_tests;
#[cfg(test)]
mod tests;
