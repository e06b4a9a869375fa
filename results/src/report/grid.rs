//! Tables: a caption, a head, rows; in a region that scrolls where the page is narrow.

use crate::table::page::{Grid, MISSING};

use super::html::Html;

/// A column's title, and whether it holds numbers.
pub type Head<'a> = (&'a str, bool);

/// Writes a table whose rows `body` writes; `classes` say what a script may add to it.
pub fn table(html: &mut Html, caption: &str, classes: &str, heads: &[Head], body: impl FnOnce(&mut Html)) {
    let region = [("class", "scroll"), ("role", "region"), ("aria-label", caption), ("tabindex", "0")];
    html.element("div", &region, |html| {
        html.element("table", &[("class", classes)], |html| {
            html.leaf("caption", &[], caption);
            html.element("thead", &[], |html| {
                html.element("tr", &[], |html| {
                    for (title, number) in heads {
                        html.leaf("th", &[("scope", "col"), ("class", class(*number))], title);
                    }
                });
            });
            body(html);
        });
    });
    html.markup("\n");
}

/// Writes a row of which the first cell names it, whatever `cell` writes into the cell of each place.
pub fn row(html: &mut Html, heads: &[Head], mut cell: impl FnMut(&mut Html, usize)) {
    html.element("tr", &[], |html| {
        for (at, (_, number)) in heads.iter().enumerate() {
            match at {
                0 => html.element("th", &[("scope", "row")], |html| cell(html, at)),
                _ => html.element("td", &[("class", class(*number))], |html| cell(html, at)),
            }
        }
    });
    html.markup("\n");
}

/// Writes a grid of a page.
pub fn grid(html: &mut Html, caption: &str, grid: &Grid) {
    let heads: Vec<Head> = grid.columns.iter().map(|column| (column.title.as_str(), column.right)).collect();
    table(html, caption, "sortable", &heads, |html| {
        for block in &grid.blocks {
            html.element("tbody", &[], |html| {
                if let Some(heading) = &block.heading {
                    let across = heads.len().to_string();
                    html.element("tr", &[("class", "heading")], |html| {
                        html.leaf("th", &[("scope", "rowgroup"), ("colspan", &across)], heading);
                    });
                }
                for cells in &block.rows {
                    row(html, &heads, |html, at| {
                        html.text(cells.get(at).and_then(Option::as_deref).unwrap_or(MISSING));
                    });
                }
            });
        }
    });
}

fn class(number: bool) -> &'static str {
    if number { "number" } else { "text" }
}
