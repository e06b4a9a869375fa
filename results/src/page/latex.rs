//! Pages as LaTeX: tables that break over pages, with the rules of booktabs.

mod escape;
mod widths;

use super::{Grid, MISSING, Page, PageItem};
use escape::escape;
use widths::{Width, heads, widths};

/// What a document that inputs a page must load.
const NEEDS: &str = "\
% needs \\usepackage{array,booktabs,longtable}, and before TeX Live 2020 textcomp, before 2018 [utf8]{inputenc};
% tables break over pages, so not in two columns of text; run LaTeX until it asks for no further run";

/// Writes a page as a fragment to be input into a document.
pub fn page(page: &Page) -> String {
    let mut parts = vec![
        NEEDS.to_string(),
        // Lines of long words, as names and addresses are, end early rather than in the margin.
        "\\begingroup\\sloppy".to_string(),
        format!("\\paragraph{{{}}}", escape(&page.title)),
    ];
    for item in &page.items {
        parts.push(match item {
            PageItem::Heading(text) => format!("\\paragraph{{{}}}", escape(text)),
            PageItem::Paragraph(text) => escape(text),
            PageItem::Notes(notes) => list(notes),
            PageItem::Grid(table) => grid(table),
        });
    }
    parts.push("\\par\\endgroup".to_string());
    parts.join("\n\n") + "\n"
}

fn list(notes: &[String]) -> String {
    let mut lines = vec!["{\\footnotesize\\begin{itemize}".to_string()];
    lines.extend(notes.iter().map(|note| format!("\\item {{}}{}", escape(note))));
    lines.push("\\end{itemize}}".to_string());
    lines.join("\n")
}

/// A table with a rule between blocks, whose head is repeated on every page. One that is wider than the
/// text reaches into both margins alike.
fn grid(grid: &Grid) -> String {
    let row = |cells: Vec<String>| format!("{} \\\\", cells.join(" & "));
    let columns: String = grid
        .columns
        .iter()
        .zip(widths(grid))
        .map(|(column, width)| match width {
            Width::Own if column.right => "r".to_string(),
            Width::Own => "l".to_string(),
            Width::Broken(em) => format!(">{{\\raggedright\\arraybackslash}}p{{{em:.1}em}}"),
        })
        .collect();
    let mut lines = vec![
        "{\\footnotesize\\setlength{\\tabcolsep}{3pt}".to_string(),
        "\\setlength{\\LTleft}{0pt plus 1fill minus 1fill}\\setlength{\\LTright}{\\LTleft}".to_string(),
        format!("\\begin{{longtable}}{{{columns}}}"),
        "\\toprule".to_string(),
        row(heads(grid).iter().map(|lines| head(lines)).collect()),
    ];
    lines.extend(["\\midrule", "\\endhead", "\\bottomrule", "\\endfoot"].map(String::from));
    for (at, block) in grid.blocks.iter().enumerate() {
        lines.extend((at > 0).then(|| "\\midrule".to_string()));
        lines.extend(block.heading.iter().map(|heading| {
            format!("\\multicolumn{{{}}}{{l}}{{\\emph{{{}}}}} \\\\*", grid.columns.len(), escape(heading))
        }));
        lines.extend(
            block.rows.iter().map(|cells| {
                row(cells.iter().map(|cell| escape(cell.as_deref().unwrap_or(MISSING))).collect())
            }),
        );
    }
    lines.push("\\end{longtable}}".to_string());
    lines.join("\n")
}

/// A title, of one line or of several above one another.
fn head(lines: &[&str]) -> String {
    let lines: Vec<String> = lines.iter().map(|line| escape(line)).collect();
    match lines.as_slice() {
        [line] => line.clone(),
        lines => format!("\\shortstack[r]{{{}}}", lines.join("\\\\")),
    }
}

#[cfg(test)]
mod tests;
