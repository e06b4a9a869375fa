//! The drawings, each with its caption, its description, its points as a table and as files.

use std::collections::HashSet;

use crate::figure::{Drawing, Drawings, drawings};

use super::grid::{Cell, Head, row, table};
use super::html::{Html, data_url, id};
use super::source::Sources;

/// Longest table of points; the file has all.
const MOST_ROWS: usize = 2000;

/// A drawing with the place of its output directory among the others.
#[derive(Debug)]
pub struct Shown {
    /// The directory.
    pub folder: usize,
    /// The drawing.
    pub drawing: Drawing,
}

impl Shown {
    /// The name of the element that holds it.
    pub fn name(&self) -> String {
        id(&format!("drawing-{}", self.folder + 1), &self.drawing.id)
    }
}

/// Draws what every output directory holds; what its runs tell wrongly is complained of.
pub fn draw(sources: &mut Sources) -> Vec<Shown> {
    let mut shown = Vec::new();
    for (folder, source) in sources.folders.iter().enumerate() {
        let Drawings { drawings, complaints } =
            drawings(&source.out, &sources.records[source.records.clone()]);
        shown.extend(drawings.into_iter().map(|drawing| Shown { folder, drawing }));
        sources.complaints.extend(complaints.iter().map(ToString::to_string));
    }
    shown
}

fn key_column(reader: &mut csv::Reader<&[u8]>) -> Option<usize> {
    reader.headers().ok()?.iter().position(|name| name == "key")
}

/// Writes the drawings of all directories.
pub fn write(html: &mut Html, sources: &Sources, shown: &[Shown]) {
    html.element("section", &[("id", "drawings"), ("aria-labelledby", "drawings-title")], |html| {
        html.leaf("h2", &[("id", "drawings-title")], "Drawings");
        let known: HashSet<&str> = sources.records.iter().map(|record| record.key.as_str()).collect();
        for of_folder in shown.chunk_by(|a, b| a.folder == b.folder) {
            let out = &sources.folders[of_folder[0].folder].out;
            html.leaf("h3", &[], &format!("Recorded in {}", out.display()));
            of_folder.iter().for_each(|shown| section(html, &shown.name(), &shown.drawing, &known));
        }
        if shown.is_empty() {
            html.leaf("p", &[], "No group of records has enough points for a drawing.");
        }
    });
}

fn section(html: &mut Html, name: &str, drawing: &Drawing, known: &HashSet<&str>) {
    let (title, described) = (format!("{name}-title"), format!("{name}-description"));
    html.element("section", &[("id", name), ("aria-labelledby", &title)], |html| {
        html.leaf("h4", &[("id", &title)], &drawing.title);
        html.element("figure", &[("aria-labelledby", &title)], |html| {
            let label = format!("Drawing: {}", drawing.title);
            let region = [("class", "scroll"), ("role", "region"), ("aria-label", &label), ("tabindex", "0")];
            html.element("div", &region, |html| {
                let image = [
                    ("class", "canvas"),
                    ("role", "img"),
                    ("aria-labelledby", title.as_str()),
                    ("aria-describedby", described.as_str()),
                ];
                html.element("div", &image, |html| html.markup(inline(&drawing.svg)));
            });
            html.element("figcaption", &[], |html| {
                html.leaf("p", &[("id", &described)], &drawing.description);
                files(html, drawing);
            });
        });
        points(html, drawing, known);
    });
    html.markup("\n");
}

fn files(html: &mut Html, drawing: &Drawing) {
    html.element("p", &[("class", "files")], |html| {
        html.text("Files: ");
        for (kind, media_type, text) in
            [("svg", "image/svg+xml", &drawing.svg), ("csv", "text/csv", &drawing.csv)]
        {
            let (file, name) = (format!("{}.{kind}", drawing.id), kind.to_uppercase());
            let label = format!("{name} of {}", drawing.title);
            let url = data_url(media_type, text);
            html.leaf("a", &[("download", &file), ("href", &url), ("aria-label", &label)], &name);
            html.text(" ");
        }
    });
}

/// The drawing without what may stand only at the beginning of a file.
fn inline(svg: &str) -> &str {
    svg.find("<svg").map_or("", |start| &svg[start..])
}

/// The points of a drawing, which lead to their runs.
fn points(html: &mut Html, drawing: &Drawing, known: &HashSet<&str>) {
    let mut reader = csv::Reader::from_reader(drawing.csv.as_bytes());
    let key = key_column(&mut reader);
    let Ok(columns) = reader.headers().cloned() else { return };
    let rows: Vec<csv::StringRecord> = reader.records().flatten().collect();
    let shown = &rows[..rows.len().min(MOST_ROWS)];
    let number = |at: usize| {
        let mut cells = shown.iter().filter_map(|row| row.get(at)).filter(|cell| !cell.is_empty());
        Some(at) != key && cells.all(|cell| cell.parse::<f64>().is_ok())
    };
    let heads: Vec<Head> = columns.iter().enumerate().map(|(at, name)| (name, number(at))).collect();
    let link = |key: &str| (key.to_string(), known.contains(key).then(|| id("run", key)));
    html.element("details", &[("class", "points")], |html| {
        html.leaf("summary", &[], &format!("The {} points of this drawing, with their runs", rows.len()));
        if shown.len() < rows.len() {
            html.leaf("p", &[], &format!("The first {MOST_ROWS} of them; the CSV file has all."));
        }
        table(html, &format!("Points: {}", drawing.title), "sortable", &heads, |html| {
            html.element("tbody", &[], |html| {
                for point in shown {
                    row(html, &heads, |at| match point.get(at).filter(|cell| !cell.is_empty()) {
                        Some(keys) if Some(at) == key => Cell::Links(keys.split(';').map(link).collect()),
                        cell => Cell::of(cell.map(String::from)),
                    });
                }
            });
        });
    });
}
