//! Pages as Markdown with pipe tables.

use super::{Grid, MISSING, Page, PageItem};

/// Writes a page.
pub fn page(page: &Page) -> String {
    let mut parts = Vec::new();
    if !page.title.is_empty() {
        parts.push(format!("## {}", escape(&page.title)));
    }
    for item in &page.items {
        parts.push(match item {
            PageItem::Heading(text) => format!("### {}", escape(text)),
            PageItem::Paragraph(text) => escape(text),
            PageItem::Notes(notes) => {
                notes.iter().map(|note| format!("- {}", escape(note))).collect::<Vec<_>>().join("\n")
            }
            PageItem::Grid(table) => grid(table),
        });
    }
    parts.join("\n\n") + "\n"
}

/// A pipe table; the rules between blocks have no counterpart, their headings are rows in bold.
pub fn grid(grid: &Grid) -> String {
    let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    let marks = grid.columns.iter().map(|column| if column.right { "---:" } else { ":---" });
    let mut lines = vec![
        line(grid.columns.iter().map(|column| escape(&column.title)).collect()),
        line(marks.map(String::from).collect()),
    ];
    for block in &grid.blocks {
        if let Some(heading) = &block.heading {
            let mut cells = vec![String::new(); grid.columns.len()];
            cells[0] = format!("**{}**", escape(heading));
            lines.push(line(cells));
        }
        for row in &block.rows {
            lines.push(line(row.iter().map(|cell| escape(cell.as_deref().unwrap_or(MISSING))).collect()));
        }
    }
    lines.join("\n")
}

/// Keeps text from being read as markup or as the end of a cell.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '\\' | '|' | '*' | '_' | '`' | '[' | ']' | '<' | '>' | '&' | '~' | '$' => {
                escaped.extend(['\\', character]);
            }
            '\n' | '\r' => escaped.push(' '),
            _ => escaped.push(character),
        }
    }
    escaped
}
