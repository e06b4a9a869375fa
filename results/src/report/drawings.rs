//! The drawings, each with its caption, its description, its points as a table and as files.

use std::collections::HashSet;

use csv::StringRecord;

use crate::figure::{Drawing, Drawings, Look, drawings_as};

use super::grid::{Cell, Head, row, table};
use super::html::{Html, data_url, id};
use super::source::Sources;

/// Longest table of points; the file has all.
const MOST_ROWS: usize = 2000;

/// Most drawings that a page begins with.
const MOST_LEADING: usize = 4;

/// Width of the drawings, pixels.
const WIDTH: u32 = 480;

/// A drawing with the place of its output directory among the others.
#[derive(Debug)]
pub struct PlacedDrawing {
    /// The directory.
    pub folder: usize,
    /// The drawing.
    pub drawing: Drawing,
}

impl PlacedDrawing {
    /// The name of the element that holds it.
    pub fn name(&self) -> String {
        id(&folder_name(self.folder), &self.drawing.id)
    }
}

/// The name of the element that starts the drawings of a directory.
pub fn folder_name(folder: usize) -> String {
    format!("drawings-{}", folder + 1)
}

/// Draws what every output directory holds; what cannot be read of its runs is added to the complaints.
pub fn draw(sources: &mut Sources) -> Vec<PlacedDrawing> {
    // The page has the titles itself. Narrow drawings stand side by side, and their letters can be read on a phone.
    let look = Look { title: false, width: WIDTH, ..Look::default() };
    let mut shown = Vec::new();
    for (folder, source) in sources.folders.iter().enumerate() {
        let Drawings { drawings, complaints, remarks } =
            drawings_as(&source.out, &sources.records[source.records.clone()], &look);
        let (drawings, single): (Vec<Drawing>, Vec<Drawing>) =
            drawings.into_iter().partition(|drawing| drawing.shows_course);
        if !single.is_empty() {
            let names: Vec<&str> = single.iter().map(|drawing| drawing.title.as_str()).collect();
            sources.remarks.push(format!(
                "{}: no figure of what was evaluated once only: {}.",
                source.out.display(),
                names.join("; ")
            ));
        }
        shown.extend(drawings.into_iter().map(|drawing| PlacedDrawing { folder, drawing }));
        sources.complaints.extend(complaints.iter().map(ToString::to_string));
        sources.remarks.extend(remarks);
    }
    shown
}

/// The drawings that a page begins with: of each directory the first one of results by level, or else its first; as
/// many as lie side by side in two rows.
pub fn leading(shown: &[PlacedDrawing]) -> Vec<&PlacedDrawing> {
    let of_folders = shown.chunk_by(|a, b| a.folder == b.folder);
    let first = |of_folder: &'_ [PlacedDrawing]| {
        of_folder.iter().position(|shown| shown.drawing.is_by_level()).unwrap_or(0)
    };
    of_folders.take(MOST_LEADING).map(|of_folder| &of_folder[first(of_folder)]).collect()
}

/// Writes the drawings of all directories but those that the page begins with.
pub fn write(html: &mut Html, sources: &Sources, shown: &[PlacedDrawing]) {
    let leading: HashSet<String> = leading(shown).into_iter().map(PlacedDrawing::name).collect();
    html.element("section", &[("id", "drawings"), ("aria-labelledby", "drawings-title")], |html| {
        html.leaf("h2", &[("id", "drawings-title")], "Figures");
        for of_folder in shown.chunk_by(|a, b| a.folder == b.folder) {
            let folder = of_folder[0].folder;
            let out = &sources.folders[folder].out;
            html.leaf("h3", &[("id", &folder_name(folder))], &format!("Recorded in {}", out.display()));
            let others: Vec<&PlacedDrawing> =
                of_folder.iter().filter(|shown| !leading.contains(&shown.name())).collect();
            match others.is_empty() {
                true => html.leaf("p", &[], "Its only figure is among the findings."),
                false => beside(html, sources, &others, "h4"),
            }
        }
        if shown.is_empty() {
            html.leaf("p", &[], "No group of records has enough points for a figure; a suite without a table of the paper has no figures.");
        }
    });
}

/// Writes drawings side by side, as many as there is room for, with their titles in elements `heading`.
pub fn beside(html: &mut Html, sources: &Sources, shown: &[&PlacedDrawing], heading: &str) {
    let known: HashSet<&str> = sources.records.iter().map(|record| record.key.as_str()).collect();
    html.element("div", &[("class", "drawings")], |html| {
        for shown in shown {
            // Drawings of several directories may have one title.
            let title = &shown.drawing.title;
            let label = match sources.folders.len() {
                1 => title.clone(),
                _ => format!("{title}, {}", sources.folders[shown.folder].out.display()),
            };
            section(html, shown, &label, heading, &known);
        }
    });
}

/// A drawing with what belongs to it; `label` names it among all.
fn section(html: &mut Html, shown: &PlacedDrawing, label: &str, heading: &str, known: &HashSet<&str>) {
    let (name, drawing) = (&shown.name(), &shown.drawing);
    let (title, described) = (format!("{name}-title"), format!("{name}-description"));
    // Without a name it is no landmark, of which there would be too many.
    html.element("section", &[("id", name)], |html| {
        html.leaf(heading, &[("id", &title)], &drawing.title);
        html.element("figure", &[("aria-labelledby", &title)], |html| {
            let image = [
                ("class", "canvas"),
                ("role", "img"),
                ("aria-labelledby", title.as_str()),
                ("aria-describedby", described.as_str()),
            ];
            html.element("div", &image, |html| html.markup(inline(&drawing.svg)));
            html.element("figcaption", &[], |html| {
                html.element("details", &[], |html| {
                    html.leaf("summary", &[], "In words, and as files");
                    html.leaf("p", &[("id", &described)], &drawing.description);
                    files(html, drawing);
                });
            });
        });
        points(html, drawing, label, known);
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

/// The drawing without what is allowed only at the beginning of a file.
fn inline(svg: &str) -> &str {
    svg.find("<svg").map_or("", |start| &svg[start..])
}

/// The points of a drawing, which lead to their runs. What is the same for all is shown once.
fn points(html: &mut Html, drawing: &Drawing, label: &str, known: &HashSet<&str>) {
    let mut reader = csv::Reader::from_reader(drawing.csv.as_bytes());
    let Ok(names) = reader.headers().cloned() else { return };
    let of_runs = names.iter().position(|name| name == "key");
    let has_runs =
        |row: &StringRecord| of_runs.and_then(|at| row.get(at)).is_some_and(|keys| !keys.is_empty());
    // What leads to runs comes first; published points lead nowhere.
    let (measured, published): (Vec<_>, Vec<_>) = reader.records().flatten().partition(has_runs);
    let rows: Vec<StringRecord> = [measured, published].concat();
    let cell = |row: usize, column: usize| rows[row].get(column).unwrap_or_default();
    let is_same = |column: usize| (1..rows.len()).all(|row| cell(row, column) == cell(0, column));
    let (same, mut columns): (Vec<usize>, Vec<usize>) =
        (0..names.len()).partition(|column| Some(*column) != of_runs && rows.len() > 1 && is_same(*column));
    if let Some(at) = columns.iter().position(|column| Some(*column) == of_runs) {
        columns[1.min(at)..=at].rotate_right(1);
    }
    let said: Vec<String> = same
        .iter()
        .filter(|column| !cell(0, **column).is_empty())
        .map(|column| format!("{}: {}", &names[*column], cell(0, *column)))
        .collect();
    let heads: Vec<Head> = columns
        .iter()
        .map(|column| (&names[*column], Some(*column) != of_runs && is_number(&rows, *column)))
        .collect();
    let link = |key: &str| (key.to_string(), known.contains(key).then(|| id("run", key)));
    html.element("details", &[("class", "points")], |html| {
        html.leaf("summary", &[], &format!("The {} points of this figure, with their runs", rows.len()));
        if rows.len() > MOST_ROWS {
            html.leaf("p", &[], &format!("The first {MOST_ROWS} of them; the CSV file has all."));
        }
        html.leaf("p", &[("class", "rule")], &format!("Common to all points: {}.", said.join("; ")));
        table(html, &format!("Points: {label}"), "sortable", &heads, |html| {
            html.element("tbody", &[], |html| {
                for point in 0..rows.len().min(MOST_ROWS) {
                    row(html, &heads, |at| match cell(point, columns[at]) {
                        "" => Cell::of(None),
                        text if Some(columns[at]) == of_runs => {
                            Cell::Links(keys(text, known).into_iter().map(link).collect())
                        }
                        text => Cell::Text(text.to_string()),
                    });
                }
            });
        });
    });
}

/// The keys in a text that joins them by semicolons, which a key may have itself: the longest that is
/// known, else what comes before the next one.
fn keys<'a>(text: &'a str, known: &HashSet<&str>) -> Vec<&'a str> {
    let (mut keys, mut rest) = (Vec::new(), Some(text));
    while let Some(text) = rest {
        let ends = || text.match_indices(';').map(|(at, _)| at).chain([text.len()]);
        let end = ends().rev().find(|end| known.contains(&text[..*end])).or_else(|| ends().next());
        let end = end.unwrap_or(text.len());
        keys.push(&text[..end]);
        rest = text.get(end + 1..);
    }
    keys
}

/// Whether a column has numbers only.
fn is_number(rows: &[StringRecord], column: usize) -> bool {
    let mut cells = rows.iter().filter_map(|row| row.get(column)).filter(|cell| !cell.is_empty());
    cells.all(|cell| cell.parse::<f64>().is_ok())
}
