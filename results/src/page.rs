//! A page: headings, paragraphs, lists and grids, before any format; and the formats.
//!
//! Whatever is printed for a person, a table as much as a comparison or a regression check, is laid out as
//! a [`Page`] and written by one of the modules here, so numbers and missing values look the same everywhere.

pub(crate) mod csv;
pub(crate) mod latex;
pub(crate) mod markdown;
pub(crate) mod number;
pub(crate) mod text;

/// Printed in place of a missing value.
pub const MISSING: &str = "–";

/// A document of one or more tables.
#[derive(Debug, Default)]
pub struct Page {
    /// What other documents call its tables; empty if they have no need to.
    pub id: String,
    /// What the page shows.
    pub title: String,
    /// Its parts in order.
    pub items: Vec<PageItem>,
}

/// One part of a page.
#[derive(Debug)]
pub enum PageItem {
    /// Opens a section.
    Heading(String),
    /// Running text.
    Paragraph(String),
    /// Short remarks, one per line.
    Notes(Vec<String>),
    /// A table.
    Grid(Grid),
}

impl PageItem {
    /// Whether it is a table with a column of this title.
    pub fn has_column(&self, title: &str) -> bool {
        matches!(self, PageItem::Grid(grid) if grid.columns.iter().any(|column| column.title == title))
    }
}

/// A table of cells: columns with an alignment, rows in blocks.
#[derive(Debug, Default)]
pub struct Grid {
    /// The columns from left to right.
    pub columns: Vec<Column>,
    /// Blocks of rows, set apart by a rule.
    pub blocks: Vec<GridBlock>,
}

/// Rows that belong together.
#[derive(Debug, Default)]
pub struct GridBlock {
    /// Heading above them, across all columns.
    pub heading: Option<String>,
    /// The rows, each as long as there are columns; a missing cell is `None`.
    pub rows: Vec<Vec<Option<String>>>,
}

impl From<Vec<Vec<Option<String>>>> for GridBlock {
    fn from(rows: Vec<Vec<Option<String>>>) -> GridBlock {
        GridBlock { heading: None, rows }
    }
}

/// A column of a grid.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its title.
    pub title: String,
    /// Whether its cells end at the right edge, as numbers do.
    pub right: bool,
}

/// A column of words.
pub fn left(title: impl Into<String>) -> Column {
    Column { title: title.into(), right: false }
}

/// A column of numbers.
pub fn right(title: impl Into<String>) -> Column {
    Column { title: title.into(), right: true }
}
