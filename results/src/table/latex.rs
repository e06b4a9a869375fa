//! Pages as LaTeX, tables with the rules of booktabs.

use super::page::{Grid, Item, MISSING, Page};

/// Writes a page as a fragment to be input into a document.
pub fn page(page: &Page) -> String {
    let mut parts = vec![
        "% needs \\usepackage{booktabs} and, before TeX Live 2018, \\usepackage[utf8]{inputenc}".to_string(),
        format!("\\paragraph{{{}}}", escape(&page.title)),
    ];
    for item in &page.items {
        parts.push(match item {
            Item::Heading(text) => format!("\\paragraph{{{}}}", escape(text)),
            Item::Paragraph(text) => escape(text),
            Item::Notes(notes) => list(notes),
            Item::Grid(table) => grid(table),
        });
    }
    parts.join("\n\n") + "\n"
}

fn list(notes: &[String]) -> String {
    let mut lines = vec!["{\\footnotesize\\begin{itemize}".to_string()];
    lines.extend(notes.iter().map(|note| format!("\\item {{}}{}", escape(note))));
    lines.push("\\end{itemize}}".to_string());
    lines.join("\n")
}

/// A tabular with a rule between blocks.
pub fn grid(grid: &Grid) -> String {
    let row = |cells: Vec<String>| format!("{} \\\\", cells.join(" & "));
    let columns: String = grid.columns.iter().map(|c| if c.right { 'r' } else { 'l' }).collect();
    let mut lines = vec![
        "\\begin{center}".to_string(),
        format!("\\begin{{tabular}}{{{columns}}}"),
        "\\toprule".to_string(),
        row(grid.columns.iter().map(|column| escape(&column.title)).collect()),
    ];
    for block in &grid.blocks {
        lines.push("\\midrule".to_string());
        lines.extend(block.heading.iter().map(|heading| {
            format!("\\multicolumn{{{}}}{{l}}{{\\emph{{{}}}}} \\\\", grid.columns.len(), escape(heading))
        }));
        lines.extend(
            block.rows.iter().map(|cells| {
                row(cells.iter().map(|cell| escape(cell.as_deref().unwrap_or(MISSING))).collect())
            }),
        );
    }
    lines.extend(["\\bottomrule", "\\end{tabular}", "\\end{center}"].map(String::from));
    lines.join("\n")
}

/// Writes every character so that LaTeX prints it. Square brackets are braced, because one that
/// follows a line break would be read as its argument.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for (at, character) in text.chars().enumerate() {
        match character {
            '\\' => escaped.push_str("\\textbackslash{}"),
            '&' | '%' | '$' | '#' | '_' | '{' | '}' => escaped.extend(['\\', character]),
            '~' => escaped.push_str("\\textasciitilde{}"),
            '^' => escaped.push_str("\\textasciicircum{}"),
            '<' | '>' | '|' => escaped.extend(['$', character, '$']),
            '[' | ']' => escaped.extend(['{', character, '}']),
            '±' => escaped.push_str("$\\pm$"),
            '×' => escaped.push_str("$\\times$"),
            '≈' => escaped.push_str("$\\approx$"),
            '†' => escaped.push_str("$\\dagger$"),
            '–' => escaped.push_str("--"),
            control if control.is_control() => escaped.push(' '),
            '-' if at == 0 => escaped.push_str("$-$"),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_characters_are_escaped() {
        assert_eq!(
            escape("80% a_b {x} #1 & ~^\\"),
            concat!(
                "80\\% a\\_b \\{x\\} \\#1 \\& ",
                "\\textasciitilde{}\\textasciicircum{}\\textbackslash{}"
            )
        );
        assert_eq!(escape("-0.05 ± 1 [a]"), "$-$0.05 $\\pm$ 1 {[}a{]}");
        assert_eq!(escape("95 % CI"), "95 \\% CI");
        assert_eq!(escape("a\n\nb"), "a  b");
        assert_eq!(escape(MISSING), "--");
    }
}
