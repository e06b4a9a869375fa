//! The drawings, each with its caption, its description, its points as a table and as files.

use std::collections::HashSet;
use std::path::Path;

use crate::figure::{Drawing, figure, figure_ids, render_csv, render_svg};
use crate::record::Record;

use super::grid::{Cell, Head, row, table};
use super::html::{Html, data_url, id};
use super::source::Sources;

/// Longest table of points; the file has all.
const MOST_ROWS: usize = 2000;

/// The drawings of one output directory.
#[derive(Debug)]
pub struct Shown {
    /// Tells the directory from others in the names of elements.
    pub folder: usize,
    /// They.
    pub drawings: Vec<Drawing>,
}

/// Draws what every output directory holds. A drawing without trials of its own is drawn once.
pub fn draw(sources: &Sources) -> Vec<Shown> {
    let mut published = HashSet::new();
    let mut shown = Vec::new();
    for (folder, source) in sources.folders.iter().enumerate() {
        let mut drawings = of(&source.out, &sources.records[source.records.clone()]);
        drawings.retain(|drawing| measured(drawing) || published.insert(drawing.id.clone()));
        shown.push(Shown { folder, drawings });
    }
    let drawn: HashSet<String> = shown
        .iter()
        .flat_map(|shown| &shown.drawings)
        .filter(|drawing| measured(drawing))
        .map(|drawing| drawing.id.clone())
        .collect();
    for shown in &mut shown {
        shown.drawings.retain(|drawing| measured(drawing) || !drawn.contains(&drawing.id));
    }
    shown
}

fn of(_out: &Path, records: &[Record]) -> Vec<Drawing> {
    let ids = figure_ids().into_iter();
    ids.filter_map(|id| {
        let definition = figure(id).ok()?;
        Some(Drawing {
            id: id.to_string(),
            title: definition.title.to_string(),
            description: definition.title.to_string(),
            svg: render_svg(&definition, records),
            csv: render_csv(&definition, records),
        })
    })
    .collect()
}

/// Whether any of its points is of a trial.
fn measured(drawing: &Drawing) -> bool {
    let mut reader = csv::Reader::from_reader(drawing.csv.as_bytes());
    let Some(key) = key_column(&mut reader) else { return false };
    reader.records().flatten().any(|point| point.get(key).is_some_and(|keys| !keys.is_empty()))
}

fn key_column(reader: &mut csv::Reader<&[u8]>) -> Option<usize> {
    reader.headers().ok()?.iter().position(|name| name == "key")
}

/// The name of the element that holds a drawing.
pub fn name(folder: usize, drawing: &Drawing) -> String {
    id(&format!("drawing-{}", folder + 1), &drawing.id)
}

/// Writes the drawings of all directories.
pub fn write(html: &mut Html, sources: &Sources, shown: &[Shown]) {
    html.element("section", &[("id", "drawings"), ("aria-labelledby", "drawings-title")], |html| {
        html.leaf("h2", &[("id", "drawings-title")], "Drawings");
        let known: HashSet<&str> = sources.records.iter().map(|record| record.key.as_str()).collect();
        for Shown { folder, drawings } in shown.iter().filter(|shown| !shown.drawings.is_empty()) {
            let out = &sources.folders[*folder].out;
            html.leaf("h3", &[], &format!("Recorded in {}", out.display()));
            drawings.iter().for_each(|drawing| section(html, &name(*folder, drawing), drawing, &known));
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
                    ("class", "drawing"),
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
