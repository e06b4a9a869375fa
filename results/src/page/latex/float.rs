//! Tables as floats with caption and label, for papers in one column or two.
//!
//! A table that fits a column of text stands in `table`, a wider one in `table*`, which is as wide as the page; one
//! with more rows than a page has lines is continued in a float of its own. Remarks stand under the table if they are
//! few, else as text behind the floats.

use super::super::text::capitalised;
use super::super::{Grid, GridBlock, Page, PageItem};
use super::widths::{Width, lines, total, widths};
use super::{columns, escape, head, heading_row, list, row};

/// Width of a column of text in a paper of two columns, in em of footnote size: 229 pt of 8.5 pt in LaTeX's article.
/// This and the others are a little less, since widths are estimated.
const COLUMN: f64 = 26.0;
/// Width of both columns with the gap between them: 469 pt.
const PAGE: f64 = 53.0;
/// The same in em of script size, of 7.1 pt.
const PAGE_OF_SCRIPT: f64 = 63.0;
/// Most rows of one float, so that it fits a page with its caption.
const MOST_ROWS: usize = 46;
/// Most characters of remarks under a table.
const MOST_NOTES: usize = 1500;

/// Writes a page as floats to be input into a document.
pub fn page(page: &Page) -> String {
    let floats: Vec<Float> = floats(page);
    let broken =
        floats.iter().any(|float| float.widths.iter().any(|width| matches!(width, Width::Broken(_))));
    let packages = if broken { "array,booktabs" } else { "booktabs" };
    let notes = notes(page);
    let few = floats.len() == 1 && notes.iter().map(String::len).sum::<usize>() <= MOST_NOTES;
    let mut parts: Vec<String> = Vec::new();
    if !floats.is_empty() {
        parts.push(format!(
            "% needs \\usepackage{{{packages}}}, and before TeX Live 2020 textcomp, before 2018 [utf8]{{inputenc}}"
        ));
    }
    let labels: Vec<String> = (1..=floats.len()).map(|at| label(&page.id, at)).collect();
    let under: &[String] = if few { &notes } else { &[] };
    parts.extend(floats.iter().zip(&labels).map(|(float, label)| float.write(label, under)));
    if !few && !notes.is_empty() {
        let refs: Vec<String> = labels.iter().map(|label| format!("\\ref{{{label}}}")).collect();
        let to = match refs.as_slice() {
            [] => String::new(),
            [only] => format!(" on Table~{only}"),
            [first, .., last] => format!(" on Tables~{first} to~{last}"),
        };
        parts.push(format!(
            "\\begingroup\\sloppy\n\\paragraph{{Notes{to}}}\n{}\n\\par\\endgroup",
            list(&notes)
        ));
    }
    parts.join("\n\n") + "\n"
}

/// What a document calls the table at this place of a page.
fn label(id: &str, at: usize) -> String {
    let id = if id.is_empty() { "results" } else { id };
    if at == 1 { format!("tab:{id}") } else { format!("tab:{id}-{at}") }
}

/// Everything of a page that is neither a table nor said in a caption.
fn notes(page: &Page) -> Vec<String> {
    let has_table = page.items.iter().any(|item| matches!(item, PageItem::Grid(_)));
    let said = page.items.iter().flat_map(|item| match item {
        PageItem::Paragraph(text) => vec![text.clone()],
        PageItem::Notes(notes) => notes.clone(),
        PageItem::Heading(text) if !has_table => vec![text.clone()],
        PageItem::Heading(_) | PageItem::Grid(_) => Vec::new(),
    });
    said.collect()
}

/// One table with its caption.
struct Float {
    caption: String,
    grid: Grid,
    widths: Vec<Width>,
}

/// The tables of a page, each with the title and the heading above it as its caption.
fn floats(page: &Page) -> Vec<Float> {
    let mut floats = Vec::new();
    let mut heading: Option<&String> = None;
    let mut said: Vec<(String, String)> = Vec::new();
    for item in &page.items {
        match item {
            PageItem::Heading(text) => heading = Some(text),
            PageItem::Grid(grid) => {
                let caption = [Some(&page.title).filter(|title| !title.is_empty()), heading];
                let caption: Vec<&str> = caption.into_iter().flatten().map(String::as_str).collect();
                let caption = capitalised(&caption.join(": "));
                let own = own_caption(&caption, grid, &said);
                said.push((caption, first_column(grid)));
                for (part, grid) in parts(grid).into_iter().enumerate() {
                    let again = if part > 0 { " (continued)" } else { "" };
                    let widths = widths_of(&grid);
                    floats.push(Float { caption: format!("{own}{again}."), grid, widths });
                }
            }
            // What comes behind the remarks on a table is no longer under its heading.
            PageItem::Notes(_) => heading = None,
            PageItem::Paragraph(_) => {}
        }
    }
    floats
}

/// The caption of a table; where others of the page have it too, with what this one shows: the title of its first
/// column, or where that is the same as theirs its number.
fn own_caption(caption: &str, grid: &Grid, said: &[(String, String)]) -> String {
    let alike: Vec<&String> = said.iter().filter(|(of, _)| of == caption).map(|(_, first)| first).collect();
    let first = first_column(grid);
    match alike.as_slice() {
        [] => caption.to_string(),
        others if others.contains(&&first) => format!("{caption}, part {}", others.len() + 1),
        _ => format!("{caption}, {}", first.to_lowercase()),
    }
}

fn first_column(grid: &Grid) -> String {
    grid.columns.first().map(|column| column.title.clone()).unwrap_or_default()
}

/// Widths for a column of text where they suffice, else for the page.
fn widths_of(grid: &Grid) -> Vec<Width> {
    let narrow = widths(grid, COLUMN);
    if total(grid, &narrow) <= COLUMN { narrow } else { widths(grid, PAGE) }
}

/// A table in parts of at most [`MOST_ROWS`] lines; a heading is said again where its block is continued.
fn parts(grid: &Grid) -> Vec<Grid> {
    let widths = widths_of(grid);
    let mut parts = vec![Grid { columns: grid.columns.clone(), blocks: Vec::new() }];
    let mut used = 0;
    for block in &grid.blocks {
        let mut open = false;
        for cells in &block.rows {
            let needs = lines(cells, &widths) + usize::from(!open && block.heading.is_some());
            if used > 0 && used + needs > MOST_ROWS {
                parts.push(Grid { columns: grid.columns.clone(), blocks: Vec::new() });
                (used, open) = (0, false);
            }
            let part = parts.last_mut().expect("there is always a part");
            if !open {
                part.blocks.push(GridBlock { heading: block.heading.clone(), rows: Vec::new() });
                open = true;
            }
            part.blocks.last_mut().expect("it was opened").rows.push(cells.clone());
            used += needs;
        }
    }
    parts
}

impl Float {
    fn write(&self, label: &str, notes: &[String]) -> String {
        let Float { caption, grid, widths } = self;
        let total = total(grid, widths);
        let environment = if total <= COLUMN { "table" } else { "table*" };
        let size = if total <= PAGE { "footnotesize" } else { "scriptsize" };
        // Tables that even small print does not fit lose what is left of the space between columns.
        let gap = if total <= PAGE_OF_SCRIPT { "3pt" } else { "1pt" };
        let mut lines = vec![
            format!("\\begin{{{environment}}}"),
            "\\centering".to_string(),
            format!("\\caption{{{}}}", escape(caption)),
            format!("\\label{{{label}}}\\par\\smallskip"),
            format!("\\{size}\\setlength{{\\tabcolsep}}{{{gap}}}"),
            format!("\\begin{{tabular}}{{{}}}", columns(grid, widths)),
            "\\toprule".to_string(),
            head(grid),
        ];
        for block in &grid.blocks {
            lines.push("\\midrule".to_string());
            lines.extend(block.heading.iter().map(|heading| heading_row(grid, heading)));
            lines.extend(block.rows.iter().map(|cells| row(cells)));
        }
        lines.extend(["\\bottomrule", "\\end{tabular}"].map(String::from));
        if !notes.is_empty() {
            let notes: Vec<String> = notes.iter().map(|note| escape(note)).collect();
            lines.push(format!(
                "\\par\\smallskip\n\\parbox{{\\linewidth}}{{\\scriptsize\\raggedright {}}}",
                notes.join("\\par\n")
            ));
        }
        lines.push(format!("\\end{{{environment}}}"));
        lines.join("\n")
    }
}
