//! Pages as LaTeX with the rules of booktabs: as floats for papers, or as tables that break over pages.

mod escape;
pub mod float;
pub mod long;
mod widths;

use super::{Grid, MISSING};
use escape::escape;
use widths::{Width, heads};

/// Remarks as a list in small print.
fn list(notes: &[String]) -> String {
    let mut lines = vec!["{\\footnotesize\\begin{itemize}".to_string()];
    lines.extend(notes.iter().map(|note| format!("\\item {{}}{}", escape(note))));
    lines.push("\\end{itemize}}".to_string());
    lines.join("\n")
}

/// The columns of a table as its environment takes them.
fn columns(grid: &Grid, widths: &[Width]) -> String {
    let columns = grid.columns.iter().zip(widths).map(|(column, width)| match width {
        Width::Own if column.right => "r".to_string(),
        Width::Own => "l".to_string(),
        Width::Broken(em) => format!(">{{\\raggedright\\arraybackslash}}p{{{em:.1}em}}"),
    });
    columns.collect()
}

/// A row of cells.
fn row(cells: &[Option<String>]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| escape(cell.as_deref().unwrap_or(MISSING))).collect();
    format!("{} \\\\", cells.join(" & "))
}

/// A heading across all columns.
fn heading_row(grid: &Grid, heading: &str) -> String {
    format!("\\multicolumn{{{}}}{{l}}{{\\emph{{{}}}}} \\\\", grid.columns.len(), escape(heading))
}

/// The row of titles, each of one line or of several above one another.
fn head(grid: &Grid) -> String {
    let title = |lines: &Vec<&str>| {
        let lines: Vec<String> = lines.iter().map(|line| escape(line)).collect();
        match lines.as_slice() {
            [line] => line.clone(),
            lines => format!("\\shortstack[r]{{{}}}", lines.join("\\\\")),
        }
    };
    format!("{} \\\\", heads(grid).iter().map(title).collect::<Vec<_>>().join(" & "))
}

#[cfg(test)]
mod tests;
