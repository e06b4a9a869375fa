//! The tables of the paper, as sections of the page.

use records::Record;

use crate::page::{Page, PageItem};
use crate::paper::TableDefinition;
use crate::table;

use super::grid::grid;
use super::html::{Html, id};

/// Writes the tables with records one after the other, then the others behind one line.
pub fn write(html: &mut Html, with: &[TableDefinition], without: &[TableDefinition], records: &[Record]) {
    html.element("section", &[("id", "tables"), ("aria-labelledby", "tables-title")], |html| {
        html.leaf("h2", &[("id", "tables-title")], "Tables");
        with.iter().for_each(|definition| section(html, definition, records));
        if !without.is_empty() {
            html.element("details", &[], |html| {
                html.leaf("summary", &[], &format!("Tables without records ({})", without.len()));
                without.iter().for_each(|definition| section(html, definition, records));
            });
        }
    });
}

fn section(html: &mut Html, definition: &TableDefinition, records: &[Record]) {
    let Page { title, items } = table::page_of(definition, records);
    let (own, heading) = (id("table", definition.id), id("table-title", definition.id));
    html.element("section", &[("id", &own), ("aria-labelledby", &heading)], |html| {
        html.leaf("h3", &[("id", &heading)], &title);
        let (mut group, mut grids) = (definition.id.to_string(), 0);
        for item in &items {
            match item {
                PageItem::Heading(text) => {
                    html.leaf("h4", &[], text);
                    (group, grids) = (format!("{}, {text}", definition.id), 0);
                }
                PageItem::Paragraph(text) => html.leaf("p", &[], text),
                PageItem::Notes(notes) => html.element("ul", &[("class", "notes")], |html| {
                    notes.iter().for_each(|note| html.leaf("li", &[], note));
                }),
                PageItem::Grid(cells) => {
                    grids += 1;
                    let part = if grids > 1 { format!(", part {grids}") } else { String::new() };
                    // The heading above says what it is to the eye.
                    grid(html, &format!("{group}{part}"), "sortable headed", cells);
                }
            }
        }
    });
}
