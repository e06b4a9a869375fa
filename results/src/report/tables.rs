//! The tables of the paper, as sections of the page: the rows that were measured, and every row behind one line.

use records::Record;

use crate::page::PageItem;
use crate::paper::TableDefinition;
use crate::table::{self, Shown};

use super::evaluated::Evaluated;
use super::html::{Html, id};
use super::{page_items, summary};

/// Writes the tables with records one after the other, then the others behind one line.
pub fn write(html: &mut Html, Evaluated { with, without, .. }: &Evaluated, records: &[Record]) {
    html.element("section", &[("id", "tables"), ("aria-labelledby", "tables-title")], |html| {
        html.leaf("h2", &[("id", "tables-title")], "Beside published values");
        summary::verdicts(html, with);
        with.iter().for_each(|(definition, _)| section(html, definition, records));
        if !without.is_empty() {
            html.element("details", &[], |html| {
                html.leaf("summary", &[], &format!("Tables without records ({})", without.len()));
                without.iter().for_each(|definition| section(html, definition, records));
            });
        }
    });
}

fn section(html: &mut Html, definition: &TableDefinition, records: &[Record]) {
    let whole = table::page_of(definition, records, Shown::All);
    let measured = table::page_of(definition, records, Shown::Measured);
    let has_rows = measured.items.iter().any(|item| matches!(item, PageItem::Grid(_)));
    let (own, heading) = (id("table", definition.id), id("table-title", definition.id));
    html.element("section", &[("id", &own), ("aria-labelledby", &heading)], |html| {
        html.leaf("h3", &[("id", &heading)], &whole.title);
        // The heading above says what a table is to the eye.
        let class = "sortable headed";
        if !has_rows {
            return page_items::write(html, "h4", definition.id, class, &whole.items);
        }
        page_items::write(html, "h4", definition.id, class, &measured.items);
        html.element("details", &[], |html| {
            html.leaf("summary", &[], &format!("Every row of {}, with all that is published", definition.id));
            page_items::write(html, "h4", &format!("{}, every row", definition.id), class, &whole.items);
        });
    });
}
