//! How wide the columns of a table are, so that it fits a page: titles in several lines, and cells of the widest
//! column of words broken into lines. Widths are estimated: letters and digits of TeX's fonts are half an em wide.

use super::super::{Column, Grid, MISSING};

/// Width of the text of LaTeX's article, in em of footnote size.
const TEXT: f64 = 40.0;
/// Least width of a column with broken cells, in em, even if the table then reaches into the margins.
const LEAST: f64 = 12.0;
/// Space between two columns, in em.
const GAP: f64 = 0.7;

/// The width of a column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Width {
    /// As its widest cell is.
    Own,
    /// So many em; cells are broken into lines.
    Broken(f64),
}

/// The widths of the columns of a table.
pub fn widths(grid: &Grid) -> Vec<Width> {
    let heads = heads(grid);
    let widest = |at: usize, width: fn(&str) -> f64| {
        cells(grid, at).chain(heads[at].iter().copied()).map(width).fold(0.0, f64::max)
    };
    let own: Vec<f64> = (0..grid.columns.len()).map(|at| widest(at, em)).collect();
    let total: f64 = own.iter().map(|width| width + GAP).sum();
    let words = (0..own.len()).filter(|at| !grid.columns[*at].right);
    let mut widths = vec![Width::Own; own.len()];
    if let Some(at) = words.max_by(|a, b| own[*a].total_cmp(&own[*b])) {
        let rest = TEXT - (total - own[at]);
        let width = rest.max(LEAST).max(widest(at, longest_word));
        if width < own[at] {
            widths[at] = Width::Broken(width);
        }
    }
    widths
}

/// The titles of the columns; one that is wider than the numbers under it has a line for each word.
pub fn heads(grid: &Grid) -> Vec<Vec<&str>> {
    let is_split = |(at, column): (usize, &Column)| {
        column.right && cells(grid, at).all(|cell| em(cell) < em(&column.title))
    };
    let split: Vec<bool> = grid.columns.iter().enumerate().map(is_split).collect();
    let titles = grid.columns.iter().map(|column| column.title.as_str());
    titles
        .zip(split)
        .map(|(title, split)| if split { title.split(' ').collect() } else { vec![title] })
        .collect()
}

/// The cells of a column.
fn cells(grid: &Grid, at: usize) -> impl Iterator<Item = &str> {
    let rows = grid.blocks.iter().flat_map(|block| &block.rows);
    rows.map(move |row| row[at].as_deref().unwrap_or(MISSING))
}

fn em(text: &str) -> f64 {
    text.chars().count() as f64 / 2.0
}

fn longest_word(text: &str) -> f64 {
    text.split(' ').map(em).fold(0.0, f64::max)
}
