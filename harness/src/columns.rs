//! Text in aligned columns, within the width of a terminal.

mod narrow;

pub use narrow::narrow;

use std::io::{IsTerminal, stdout};

/// The least width of a last column that is still wrapped beside the others.
const LEAST: usize = 30;

/// Characters of a line where results are shown on a terminal: those of the variable COLUMNS, or of the terminal. None for
/// a file or a program, which get whole lines.
pub fn width() -> Option<usize> {
    if !stdout().is_terminal() {
        return None;
    }
    let said = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let terminal = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    said.or_else(terminal).filter(|width| *width >= 20)
}

/// Lines of two-space separated columns, each as wide as its widest cell, behind `indent` spaces.
pub fn align(rows: &[Vec<String>], indent: usize) -> String {
    let widths = widths(rows);
    let mut text = String::new();
    for row in rows {
        let mut line = " ".repeat(indent);
        for (cell, width) in row.iter().zip(&widths) {
            line += &format!("{cell:<width$}  ");
        }
        text += line.trim_end();
        text.push('\n');
    }
    text
}

/// The same within `width` characters: where the lines are longer, the last column is wrapped; where there is no room for
/// that, every row is a line with its first cell and indented lines with the others.
pub fn fit(rows: &[Vec<String>], indent: usize, width: Option<usize>) -> String {
    let whole = align(rows, indent);
    let Some(width) = width.filter(|width| whole.lines().any(|line| line.chars().count() > *width)) else {
        return whole;
    };
    let columns = widths(rows);
    let before = indent + columns.iter().rev().skip(1).map(|column| column + 2).sum::<usize>();
    if before + LEAST > width {
        return stacked(rows, indent, width);
    }
    let mut text = String::new();
    for row in rows {
        let (last, first) = match row.len() == columns.len() {
            true => row.split_last().map_or(("", &row[..]), |(last, first)| (last.as_str(), first)),
            false => ("", &row[..]),
        };
        let mut line = " ".repeat(indent);
        first.iter().zip(&columns).for_each(|(cell, width)| line += &format!("{cell:<width$}  "));
        text += (line + &wrap(last, width, before)).trim_end();
        text.push('\n');
    }
    text
}

/// A table with a heading: fitted as [`fit`] does, but where rows become lines of their own, every cell is named by its
/// column.
pub fn fit_table(rows: &[Vec<String>], indent: usize, width: Option<usize>) -> String {
    let whole = align(rows, indent);
    let Some((heads, body)) = rows.split_first() else { return whole };
    let Some(width) = width.filter(|width| whole.lines().any(|line| line.chars().count() > *width)) else {
        return whole;
    };
    let named = |row: &Vec<String>| {
        let cells = row.iter().zip(heads).skip(1).filter(|(cell, _)| !matches!(cell.as_str(), "" | "-"));
        let cells = cells.map(|(cell, head)| format!("{head} {cell}")).collect::<Vec<_>>().join(", ");
        vec![row.first().cloned().unwrap_or_default(), cells]
    };
    stacked(&body.iter().map(named).collect::<Vec<_>>(), indent, width)
}

fn stacked(rows: &[Vec<String>], indent: usize, width: usize) -> String {
    let mut text = String::new();
    for row in rows {
        for (at, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let indent = if at == 0 { indent } else { indent + 4 };
            text += &format!("{}{}\n", " ".repeat(indent), wrap(cell, width, indent));
        }
    }
    text
}

fn widths(rows: &[Vec<String>]) -> Vec<usize> {
    let mut widths: Vec<usize> = Vec::new();
    for row in rows {
        widths.resize(widths.len().max(row.len()), 0);
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    widths
}

/// `text` in lines of at most `width` characters, broken between words. The first begins at `indent`, and the others are
/// moved there; a word that is longer than that stays whole.
pub fn wrap(text: &str, width: usize, indent: usize) -> String {
    flow(text.split(' '), width, indent, indent, "")
}

/// `words` in lines of at most `width` characters, of which the first begins at `start` and the others are moved to
/// `indent`. Every line but the last ends with `mark`, for which each has room.
pub fn flow<'a>(
    words: impl Iterator<Item = &'a str>,
    width: usize,
    start: usize,
    indent: usize,
    mark: &str,
) -> String {
    let mut lines = String::new();
    let mut at = start;
    for (number, word) in words.enumerate() {
        let length = word.chars().count();
        if number > 0 && at + 1 + length + mark.chars().count() > width {
            lines += &format!("{mark}\n{}", " ".repeat(indent));
            at = indent;
        } else if number > 0 {
            lines.push(' ');
            at += 1;
        }
        lines += word;
        at += length;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[&[&str]]) -> Vec<Vec<String>> {
        rows.iter().map(|row| row.iter().map(|cell| cell.to_string()).collect()).collect()
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = rows(&[&["a", "b", "c"], &["long", "±", ""]]);
        assert_eq!(align(&rows, 1), " a     b  c\n long  ±\n");
    }

    #[test]
    fn lines_fit_and_no_word_is_lost() {
        let text = "one two three four five six seven eight nine ten eleven twelve";
        let rows = rows(&[&["name", "of", text], &["other", "", "short"], &["few"]]);
        let words = |text: &str| text.split_whitespace().map(String::from).collect::<Vec<_>>();
        for width in [20, 30, 44, 60, 80, 200] {
            let fitted = fit(&rows, 2, Some(width));
            assert!(fitted.lines().all(|line| line.chars().count() <= width), "{width}\n{fitted}");
            assert_eq!(words(&fitted), words(&align(&rows, 2)), "{width}");
        }
        assert_eq!(fit(&rows, 2, None), align(&rows, 2));
        assert_eq!(fit(&rows, 2, Some(200)), align(&rows, 2));
        let narrow = fit(&rows, 0, Some(46));
        assert!(
            narrow.starts_with("name   of  one two three four five six seven\n           eight nine"),
            "{narrow}"
        );
    }

    #[test]
    fn a_table_that_does_not_fit_names_every_cell() {
        let rows = rows(&[
            &["trial", "steps", "memory"],
            &["iee erk 90%", "15000", "1.4 GB"],
            &["dense", "-", "1 GB"],
        ]);
        assert_eq!(fit_table(&rows, 0, Some(80)), align(&rows, 0));
        assert_eq!(
            fit_table(&rows, 0, Some(20)),
            "iee erk 90%\n    steps 15000,\n    memory 1.4 GB\ndense\n    memory 1 GB\n"
        );
    }

    #[test]
    fn a_word_longer_than_a_line_stays_whole() {
        assert_eq!(wrap("a https://example.org/long b", 10, 2), "a\n  https://example.org/long\n  b");
    }
}
