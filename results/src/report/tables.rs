//! The tables of the paper, as sections of the page.

use records::Record;

use crate::page::Page;
use crate::paper::TableDefinition;
use crate::table::{self, Shown};

use super::html::{Html, id};
use super::page_items;

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
    let Page { title, items, .. } = table::page_of(definition, records, Shown::All);
    let (own, heading) = (id("table", definition.id), id("table-title", definition.id));
    html.element("section", &[("id", &own), ("aria-labelledby", &heading)], |html| {
        html.leaf("h3", &[("id", &heading)], &title);
        // The heading above says what a table is to the eye.
        page_items::write(html, definition.id, "sortable headed", &items);
    });
}
