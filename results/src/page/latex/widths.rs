//! How wide the columns of a table are, so that it fits a page: titles in several lines, and cells of the widest
//! columns of words broken into lines. Widths are estimated: letters and digits of TeX's fonts are half an em wide.

use super::super::{Column, Grid, MISSING};

/// Width of the text of LaTeX's article in one column, in em of footnote size.
pub const TEXT: f64 = 40.0;
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

/// The widths of the columns of a table that is to fit a text of this width, in em. The widest columns of words are
/// broken, as far as it takes and they allow.
pub fn widths(grid: &Grid, text: f64) -> Vec<Width> {
    let own = own(grid);
    let mut total: f64 = own.iter().map(|width| width + GAP).sum();
    let mut words: Vec<usize> = (0..own.len()).filter(|at| !grid.columns[*at].right).collect();
    words.sort_by(|a, b| own[*b].total_cmp(&own[*a]));
    let mut widths = vec![Width::Own; own.len()];
    for at in words {
        let longest = cells(grid, at).chain([grid.columns[at].title.as_str()]).map(longest_word);
        let width = (text - (total - own[at])).max(LEAST).max(longest.fold(0.0, f64::max));
        if width < own[at] {
            widths[at] = Width::Broken(width);
            total -= own[at] - width;
        }
    }
    widths
}

/// How wide a table is with these widths of its columns, in em.
pub fn total(grid: &Grid, widths: &[Width]) -> f64 {
    let width = |(own, width): (&f64, &Width)| match width {
        Width::Own => own + GAP,
        Width::Broken(em) => em + GAP,
    };
    own(grid).iter().zip(widths).map(width).sum()
}

/// How many lines a row takes with these widths.
pub fn lines(row: &[Option<String>], widths: &[Width]) -> usize {
    let of = |(cell, width): (&Option<String>, &Width)| match (cell, width) {
        (Some(cell), Width::Broken(broken)) => (em(cell) / broken).ceil() as usize,
        _ => 1,
    };
    row.iter().zip(widths).map(of).max().unwrap_or(1).max(1)
}

/// The width of every column with no cell broken.
fn own(grid: &Grid) -> Vec<f64> {
    let widest = |(at, head): (usize, &Vec<&str>)| {
        cells(grid, at).chain(head.iter().copied()).map(em).fold(0.0, f64::max)
    };
    heads(grid).iter().enumerate().map(widest).collect()
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

/// The widest part of a text in which no line breaks.
fn longest_word(text: &str) -> f64 {
    text.split_inclusive([' ', '/', ',', '=']).map(|part| em(part.trim_end())).fold(0.0, f64::max)
}
