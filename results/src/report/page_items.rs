//! What a page has below its title, in HTML.

use crate::page::PageItem;

use super::grid::grid;
use super::html::Html;

/// Writes `items`. The caption of a table has the name of the page and the heading that the table stands below, and
/// its number if it isn't the first below it; `heading` is the element of headings, `class` the class of all tables.
pub fn write(html: &mut Html, heading: &str, name: &str, class: &str, items: &[PageItem]) {
    let (mut group, mut grids) = (name.to_string(), 0);
    for item in items {
        match item {
            PageItem::Heading(text) => {
                html.leaf(heading, &[], text);
                (group, grids) = (format!("{name}, {text}"), 0);
            }
            PageItem::Paragraph(text) => html.leaf("p", &[], text),
            PageItem::Notes(notes) => html.element("ul", &[("class", "notes")], |html| {
                notes.iter().for_each(|note| html.leaf("li", &[], note));
            }),
            PageItem::Grid(cells) => {
                grids += 1;
                let part = if grids > 1 { format!(", part {grids}") } else { String::new() };
                grid(html, &format!("{group}{part}"), class, cells);
            }
        }
    }
}
