//! What was measured, condition by condition, and which method is best at each level.

use crate::own;

use super::best::Best;
use super::html::Html;
use super::source::Sources;
use super::{page_items, summary};

/// Writes the section.
pub fn write(html: &mut Html, sources: &Sources, rankings: &[Best]) {
    html.element("section", &[("id", "own"), ("aria-labelledby", "own-title")], |html| {
        html.leaf("h2", &[("id", "own-title")], "Measured here");
        let items = own::page(&sources.records, &[]).items;
        page_items::write(html, "h3", "Measured here", "sortable headed", &items);
        summary::rankings(html, rankings);
    });
}
