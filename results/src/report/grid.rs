//! Tables: a caption, a head, rows; in a group that scrolls where the page is narrow.

use crate::page::{Grid, MISSING};

use super::html::Html;

/// Texts of more letters than this are broken into lines.
const LONG: usize = 44;

/// A column's title, and whether it holds numbers.
pub type Head<'a> = (&'a str, bool);

/// What a cell shows.
#[derive(Debug)]
pub enum Cell {
    /// A text.
    Text(String),
    /// Texts that lead to the elements of these ids; one without an id leads nowhere.
    Links(Vec<(String, Option<String>)>),
}

impl Cell {
    /// A text, or the mark of a missing one.
    pub fn of(text: Option<String>) -> Cell {
        Cell::Text(text.unwrap_or_else(|| MISSING.to_string()))
    }

    /// A text that leads to an element.
    pub fn link(text: &str, id: String) -> Cell {
        Cell::Links(vec![(text.to_string(), Some(id))])
    }

    fn is_long(&self) -> bool {
        match self {
            Cell::Text(text) => text.chars().count() > LONG,
            Cell::Links(links) => links.iter().map(|(text, _)| text.len() + 1).sum::<usize>() > LONG,
        }
    }

    fn write(&self, html: &mut Html) {
        match self {
            Cell::Text(text) => html.text(text),
            Cell::Links(links) => {
                for (at, (text, id)) in links.iter().enumerate() {
                    html.text(if at > 0 { " " } else { "" });
                    match id {
                        Some(id) => html.leaf("a", &[("href", &format!("#{id}"))], text),
                        None => html.text(text),
                    }
                }
            }
        }
    }
}

/// Writes a table whose rows `body` writes; `classes` say how it looks and what a script may add to it.
pub fn table(html: &mut Html, caption: &str, classes: &str, heads: &[Head], body: impl FnOnce(&mut Html)) {
    let group = [("class", "scroll"), ("role", "group"), ("aria-label", caption), ("tabindex", "0")];
    html.element("div", &group, |html| {
        html.element("table", &[("class", classes)], |html| {
            html.leaf("caption", &[], caption);
            html.element("thead", &[], |html| {
                html.element("tr", &[], |html| {
                    for (title, number) in heads {
                        let class = number.then_some(("class", "number"));
                        let attributes: Vec<_> = [("scope", "col")].into_iter().chain(class).collect();
                        html.leaf("th", &attributes, title);
                    }
                });
            });
            body(html);
        });
    });
    html.markup("\n");
}

/// Writes a row of cells, of which the first names it.
pub fn row(html: &mut Html, heads: &[Head], cell: impl Fn(usize) -> Cell) {
    html.element("tr", &[], |html| {
        for (at, (_, number)) in heads.iter().enumerate() {
            let cell = cell(at);
            let class = if *number { Some("number") } else { cell.is_long().then_some("long") };
            let scope = (at == 0).then_some(("scope", "row"));
            let attributes: Vec<_> = scope.into_iter().chain(class.map(|class| ("class", class))).collect();
            html.element(if at == 0 { "th" } else { "td" }, &attributes, |html| cell.write(html));
        }
    });
    html.markup("\n");
}

/// Writes a grid of a page.
pub fn grid(html: &mut Html, caption: &str, classes: &str, grid: &Grid) {
    let heads: Vec<Head> = grid.columns.iter().map(|column| (column.title.as_str(), column.right)).collect();
    table(html, caption, classes, &heads, |html| {
        for block in &grid.blocks {
            html.element("tbody", &[], |html| {
                if let Some(heading) = &block.heading {
                    let across = heads.len().to_string();
                    html.element("tr", &[("class", "heading")], |html| {
                        html.leaf("th", &[("scope", "rowgroup"), ("colspan", &across)], heading);
                    });
                }
                for cells in &block.rows {
                    row(html, &heads, |at| Cell::of(cells.get(at).cloned().flatten()));
                }
            });
        }
    });
}
