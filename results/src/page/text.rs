//! Pages as text for a terminal; running text fits 120 columns, tables are as wide as they must be.

use super::{Column, Grid, MISSING, Page, PageItem};

/// Longest line of running text.
const WIDTH: usize = 116;

/// Blanks between columns.
const GAP: &str = "  ";

/// Writes a page.
pub fn page(page: &Page) -> String {
    let mut parts = Vec::new();
    if !page.title.is_empty() {
        parts.push(paragraph(&page.title, ""));
    }
    for item in &page.items {
        parts.push(match item {
            PageItem::Heading(text) | PageItem::Paragraph(text) => paragraph(text, ""),
            PageItem::Notes(notes) => {
                notes.iter().map(|note| paragraph(note, "  ")).collect::<Vec<_>>().join("\n")
            }
            PageItem::Grid(table) => grid(table),
        });
    }
    parts.join("\n\n") + "\n"
}

/// Aligned columns, with rules above the head, under it, between blocks and at the end.
pub fn grid(grid: &Grid) -> String {
    let rows: Vec<_> = grid.blocks.iter().flat_map(|block| &block.rows).collect();
    let width_of = |at: usize, column: &Column| {
        let cells = rows.iter().map(|row| length(row[at].as_deref().unwrap_or(MISSING)));
        cells.chain([length(&column.title)]).max().unwrap_or(0)
    };
    let widths: Vec<usize> =
        grid.columns.iter().enumerate().map(|(at, column)| width_of(at, column)).collect();
    let write = |cells: Vec<&str>| {
        let aligned: Vec<String> = cells
            .iter()
            .zip(&widths)
            .zip(&grid.columns)
            .map(
                |((cell, width), column)| {
                    if column.right { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
                },
            )
            .collect();
        aligned.join(GAP).trim_end().to_string()
    };
    let total = widths.iter().sum::<usize>() + GAP.len() * widths.len().saturating_sub(1);
    let (heavy, light) = ("━".repeat(total), "─".repeat(total));
    let mut lines =
        vec![heavy.clone(), write(grid.columns.iter().map(|column| column.title.as_str()).collect())];
    for block in &grid.blocks {
        lines.push(light.clone());
        lines.extend(block.heading.clone());
        lines.extend(
            block
                .rows
                .iter()
                .map(|row| write(row.iter().map(|cell| cell.as_deref().unwrap_or(MISSING)).collect())),
        );
    }
    lines.push(heavy);
    lines.join("\n")
}

/// A word as it is written at the beginning of a title: `Top-1` of `top-1`, but `mAP` as it is.
pub fn capitalised(words: &str) -> String {
    let mut characters = words.chars();
    let first = characters
        .next()
        .filter(|_| !words.split(' ').next().unwrap_or_default().contains(char::is_uppercase));
    first.map_or_else(|| words.to_string(), |first| first.to_uppercase().chain(characters).collect())
}

fn length(text: &str) -> usize {
    text.chars().count()
}

fn paragraph(text: &str, indent: &str) -> String {
    wrap(text, indent, WIDTH).join("\n")
}

/// Breaks running text at blanks into lines of at most so many characters; lines after the first start
/// with `indent`.
pub fn wrap(text: &str, indent: &str, most: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is always a line");
        if line.trim().is_empty() {
            line.push_str(word);
        } else if length(line) + 1 + length(word) <= most {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(format!("{indent}{word}"));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::super::{GridBlock, left, right};
    use super::*;

    #[test]
    fn columns_are_aligned_and_missing_cells_are_dashes() {
        let cell = |text: &str| Some(text.to_string());
        let table = Grid {
            columns: vec![left("Method"), right("Top-1")],
            blocks: vec![
                vec![vec![cell("Dense"), cell("94.1")]].into(),
                GridBlock {
                    heading: Some("Others".to_string()),
                    rows: vec![vec![cell("IEE ± µ"), None], vec![cell("a"), cell("100.00")]],
                },
            ],
        };
        let expected = "\
━━━━━━━━━━━━━━━
Method    Top-1
───────────────
Dense      94.1
───────────────
Others
IEE ± µ       –
a        100.00
━━━━━━━━━━━━━━━";
        assert_eq!(grid(&table), expected);
    }

    #[test]
    fn words_with_capitals_of_their_own_keep_them() {
        let words = ["top-1 accuracy", "mAP", "mean average precision (mAP)", ""];
        let titles = ["Top-1 accuracy", "mAP", "Mean average precision (mAP)", ""];
        assert_eq!(words.map(capitalised), titles);
    }

    #[test]
    fn running_text_is_broken_at_blanks() {
        let wrapped = paragraph(&"word ".repeat(50), "  ");
        assert!(wrapped.lines().all(|line| length(line) <= WIDTH), "{wrapped}");
        assert!(wrapped.lines().nth(1).unwrap().starts_with("  word"));
    }
}
