//! Tables that break over pages, with longtable: for text in one column.

use super::super::{Grid, Page, PageItem};
use super::widths::{TEXT, widths};
use super::{columns, escape, head, heading_row, list, row};

/// What a document that inputs a page must load.
const NEEDS: &str = "\
% needs \\usepackage{array,booktabs,longtable}, and before TeX Live 2020 textcomp, before 2018 [utf8]{inputenc};
% tables break over pages, so not in two columns of text; run LaTeX until it asks for no further run";

/// Writes a page as a fragment to be input into a document.
pub fn page(page: &Page) -> String {
    // Lines of long words, as names and addresses are, end early rather than in the margin.
    let mut parts = vec![NEEDS.to_string(), "\\begingroup\\sloppy".to_string()];
    parts.extend((!page.title.is_empty()).then(|| format!("\\paragraph{{{}}}", escape(&page.title))));
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

/// A table with a rule between blocks, whose head is repeated on every page. One that is wider than the
/// text reaches into both margins alike.
pub(super) fn grid(grid: &Grid) -> String {
    let widths = widths(grid, TEXT);
    let columns = columns(grid, &widths);
    let mut lines = vec![
        "{\\footnotesize\\setlength{\\tabcolsep}{3pt}".to_string(),
        "\\setlength{\\LTleft}{0pt plus 1fill minus 1fill}\\setlength{\\LTright}{\\LTleft}".to_string(),
        format!("\\begin{{longtable}}{{{columns}}}"),
        "\\toprule".to_string(),
        head(grid),
    ];
    lines.extend(["\\midrule", "\\endhead", "\\bottomrule", "\\endfoot"].map(String::from));
    for (at, block) in grid.blocks.iter().enumerate() {
        lines.extend((at > 0).then(|| "\\midrule".to_string()));
        lines.extend(block.heading.iter().map(|heading| heading_row(grid, heading) + "*"));
        lines.extend(block.rows.iter().map(|cells| row(cells)));
    }
    lines.push("\\end{longtable}}".to_string());
    lines.join("\n")
}
