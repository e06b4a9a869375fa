//! Pages of tables within the width of a terminal: running text is broken anew, and a table that is too wide is shown in
//! pieces, each with the first columns, which say what a row is.

use super::wrap;
use std::ops::Range;

/// What a table begins and ends with, and what sets its blocks apart.
const HEAVY: char = '━';
const LIGHT: char = '─';

/// `page` in lines of at most `width` characters, as far as no single column is wider than that.
pub fn narrow(page: &str, width: Option<usize>) -> String {
    let Some(width) = width.filter(|width| page.lines().any(|line| line.chars().count() > *width)) else {
        return page.into();
    };
    let mut text = String::new();
    let mut lines = page.lines();
    let mut paragraph: Vec<&str> = Vec::new();
    while let Some(line) = lines.next() {
        if is_rule(line, HEAVY) {
            let table: Vec<&str> = lines.by_ref().take_while(|line| !is_rule(line, HEAVY)).collect();
            text += &pieces(&table, width);
        } else if line.is_empty() {
            text += &running(&std::mem::take(&mut paragraph), width);
            text.push('\n');
        } else {
            paragraph.push(line);
        }
    }
    text + &running(&paragraph, width)
}

/// Lines of running text; those that begin where others go on are lines of their own.
fn running(lines: &[&str], width: usize) -> String {
    let mut parts: Vec<String> = Vec::new();
    for line in lines {
        match parts.last_mut() {
            // Notes are moved from their second line on.
            Some(last) if line.starts_with("  ") => *last += &format!(" {}", line.trim_start()),
            _ => parts.push((*line).into()),
        }
    }
    let lines = parts.iter().map(|part| format!("{}\n", wrap(part, width, 0)));
    lines.collect()
}

/// The lines of a table between its heavy rules, in as many tables as are needed.
fn pieces(lines: &[&str], width: usize) -> String {
    let rows: Vec<Vec<char>> = lines.iter().map(|line| line.chars().collect()).collect();
    // A heading of a block runs across the columns.
    let is_row = |line: &str| !is_rule(line, LIGHT) && line.trim().contains("  ");
    let of_columns: Vec<&Vec<char>> =
        rows.iter().zip(lines).filter(|(_, line)| is_row(line)).map(|(row, _)| row).collect();
    let columns = columns(&of_columns);
    let mut text = String::new();
    for piece in parts(&columns, width) {
        let total = piece.iter().map(|column| column.len() + 2).sum::<usize>().saturating_sub(2);
        let rule = |sign: char| sign.to_string().repeat(total) + "\n";
        text += &rule(HEAVY);
        for (row, line) in rows.iter().zip(lines) {
            text += &match () {
                () if is_rule(line, LIGHT) => rule(LIGHT),
                () if !is_row(line) => format!("{line}\n"),
                () => {
                    let cell = |column: &Range<usize>| -> String {
                        column.clone().map(|at| row.get(at).copied().unwrap_or(' ')).collect()
                    };
                    let cells: Vec<String> = piece.iter().map(cell).collect();
                    format!("{}\n", cells.join("  ").trim_end())
                }
            };
        }
        text += &rule(HEAVY);
    }
    text
}

/// Where the columns are: between places where every row has two blanks at least.
fn columns(rows: &[&Vec<char>]) -> Vec<Range<usize>> {
    let length = rows.iter().map(|row| row.len()).max().unwrap_or(0);
    let is_blank = |at: usize| rows.iter().all(|row| row.get(at).is_none_or(|sign| *sign == ' '));
    let mut columns: Vec<Range<usize>> = Vec::new();
    for at in (0..length).filter(|at| !is_blank(*at)) {
        match columns.last_mut() {
            Some(last) if at - last.end < 2 => last.end = at + 1,
            _ => columns.push(at..at + 1),
        }
    }
    columns
}

/// The columns of each piece: the first two, as far as they leave room, and as many others as fit.
fn parts(columns: &[Range<usize>], width: usize) -> Vec<Vec<Range<usize>>> {
    let mut keys: Vec<Range<usize>> = Vec::new();
    let mut used = 0;
    for column in columns.iter().take(2) {
        if used + column.len() + 2 > width * 2 / 3 {
            break;
        }
        used += column.len() + 2;
        keys.push(column.clone());
    }
    let mut parts = vec![keys.clone()];
    let mut at = used;
    for column in &columns[keys.len()..] {
        let full = parts.last().is_some_and(|part| part.len() > keys.len());
        if at + column.len() > width && full {
            parts.push(keys.clone());
            at = used;
        }
        at += column.len() + 2;
        if let Some(part) = parts.last_mut() {
            part.push(column.clone());
        }
    }
    parts
}

fn is_rule(line: &str, sign: char) -> bool {
    !line.is_empty() && line.chars().all(|other| other == sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wide_table_comes_in_pieces_that_say_what_their_rows_are() {
        let page = "\
A title that is so long that it has to be broken

━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
Sparsity  Method      Published    Train ×
────────────────────────────────────────────
Others
90%       IEE (ERK)   93.6 [a]       1.000
95%       RigL        –                  –
━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━

[a] a source
  that goes on
";
        assert_eq!(narrow(page, None), page);
        assert_eq!(narrow(page, Some(60)), page);
        assert_eq!(
            narrow(page, Some(32)),
            "\
A title that is so long that it
has to be broken

━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
Sparsity  Method     Published
──────────────────────────────
Others
90%       IEE (ERK)  93.6 [a]
95%       RigL       –
━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
━━━━━━━━━━━━━━━━━━━━━━━━━━━━
Sparsity  Method     Train ×
────────────────────────────
Others
90%       IEE (ERK)    1.000
95%       RigL             –
━━━━━━━━━━━━━━━━━━━━━━━━━━━━

[a] a source that goes on
"
        );
    }

    /// Every published table, without records: no line is too long, and no number is lost.
    #[test]
    fn every_table_fits() {
        for id in results::table_ids() {
            let page = results::render(&results::table(id).unwrap(), &[], results::TableFormat::Text);
            let words = |text: &str| {
                text.split_whitespace().map(String::from).collect::<std::collections::BTreeSet<_>>()
            };
            for width in [80, 100, 120] {
                let narrowed = narrow(&page, Some(width));
                let too_long = |line: &&str| line.chars().count() > width && !line.contains("http");
                assert_eq!(narrowed.lines().find(too_long), None, "{id} {width}");
                let lost: Vec<String> = words(&page).difference(&words(&narrowed)).cloned().collect();
                assert!(lost.iter().all(|word| word.contains(['━', '─'])), "{id}: {lost:?}");
            }
        }
    }
}
