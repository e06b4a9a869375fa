//! The drawings, each with its caption, its description, its points as a table and as files.

use std::collections::HashSet;

use csv::StringRecord;

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
        id(&folder_name(self.folder), &self.drawing.id)
    }
}

/// The name of the element that starts the drawings of a directory.
pub fn folder_name(folder: usize) -> String {
    format!("drawings-{}", folder + 1)
}

/// Draws what every output directory holds; what its runs tell wrongly is complained of.
pub fn draw(sources: &mut Sources) -> Vec<Shown> {
    let mut shown = Vec::new();
    for (folder, source) in sources.folders.iter().enumerate() {
        let Drawings { drawings, complaints, remarks } =
            drawings(&source.out, &sources.records[source.records.clone()]);
        shown.extend(drawings.into_iter().map(|drawing| Shown { folder, drawing }));
        sources.complaints.extend(complaints.iter().map(ToString::to_string));
        sources.remarks.extend(remarks);
    }
    shown
}

/// Writes the drawings of all directories.
pub fn write(html: &mut Html, sources: &Sources, shown: &[Shown]) {
    html.element("section", &[("id", "drawings"), ("aria-labelledby", "drawings-title")], |html| {
        html.leaf("h2", &[("id", "drawings-title")], "Drawings");
        let known: HashSet<&str> = sources.records.iter().map(|record| record.key.as_str()).collect();
        for of_folder in shown.chunk_by(|a, b| a.folder == b.folder) {
            let folder = of_folder[0].folder;
            let out = &sources.folders[folder].out;
            html.leaf("h3", &[("id", &folder_name(folder))], &format!("Recorded in {}", out.display()));
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

/// The points of a drawing, which lead to their runs. What is the same for all is said once.
fn points(html: &mut Html, drawing: &Drawing, known: &HashSet<&str>) {
    let mut reader = csv::Reader::from_reader(drawing.csv.as_bytes());
    let Ok(names) = reader.headers().cloned() else { return };
    let rows: Vec<StringRecord> = reader.records().flatten().collect();
    let cell = |row: usize, column: usize| rows[row].get(column).unwrap_or_default();
    let is_same = |column: usize| (1..rows.len()).all(|row| cell(row, column) == cell(0, column));
    let (same, columns): (Vec<usize>, Vec<usize>) =
        (0..names.len()).partition(|column| &names[*column] != "key" && rows.len() > 1 && is_same(*column));
    let said: Vec<String> = same
        .iter()
        .filter(|column| !cell(0, **column).is_empty())
        .map(|column| format!("{}: {}", &names[*column], cell(0, *column)))
        .collect();
    let heads: Vec<Head> = columns
        .iter()
        .map(|column| (&names[*column], &names[*column] != "key" && is_number(&rows, *column)))
        .collect();
    let link = |key: &str| (key.to_string(), known.contains(key).then(|| id("run", key)));
    html.element("details", &[("class", "points")], |html| {
        html.leaf("summary", &[], &format!("The {} points of this drawing, with their runs", rows.len()));
        if rows.len() > MOST_ROWS {
            html.leaf("p", &[], &format!("The first {MOST_ROWS} of them; the CSV file has all."));
        }
        html.leaf("p", &[("class", "rule")], &format!("Of all points: {}.", said.join("; ")));
        table(html, &format!("Points: {}", drawing.title), "sortable", &heads, |html| {
            html.element("tbody", &[], |html| {
                for point in 0..rows.len().min(MOST_ROWS) {
                    row(html, &heads, |at| match cell(point, columns[at]) {
                        "" => Cell::of(None),
                        keys if heads[at].0 == "key" => Cell::Links(keys.split(';').map(link).collect()),
                        text => Cell::Text(text.to_string()),
                    });
                }
            });
        });
    });
}

/// Whether a column has numbers only.
fn is_number(rows: &[StringRecord], column: usize) -> bool {
    let mut cells = rows.iter().filter_map(|row| row.get(column)).filter(|cell| !cell.is_empty());
    cells.all(|cell| cell.parse::<f64>().is_ok())
}
