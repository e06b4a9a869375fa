//! What the page shows of the runs of detectors: average precision by class, precision over recall, and
//! photographs with what was found in them.

use std::collections::BTreeMap;

use records::run_directory::ClassPrecision;
use records::{Record, RunDirectory, files};

use crate::evidence::names::rule;
use crate::figure::precision_recall::{self, MOST_CLASSES};

use super::grid::{Cell, Head, row, table};
use super::html::{Html, id};
use super::picture::Picture;
use super::source::Sources;

/// Most bytes of curves and photographs in the page; those of later runs are left in their folders.
const MOST_BYTES: usize = 24_000_000;
/// Most bytes of the photographs of one run.
const MOST_BYTES_OF_RUN: usize = 3_000_000;

/// The columns of the classes.
const HEADS: [Head; 5] = [
    ("Class", false),
    ("Objects", true),
    ("Detections", true),
    ("AP, 11 points (%)", true),
    ("AP, all points (%)", true),
];

/// What is shown of the run of a detector.
#[derive(Debug)]
pub struct DetectorRun {
    classes: Vec<ClassPrecision>,
    curves: Shown<String>,
    photographs: Shown<Picture>,
}

/// Something that is large.
#[derive(Debug)]
enum Shown<T> {
    /// It is in the page.
    Here(T),
    /// It is only in the folder of the run, and why.
    Elsewhere(String),
    /// There is none.
    Nowhere,
}

/// Reads the runs of detectors, by the places of their records; what cannot be read is added to the complaints.
pub fn read(sources: &mut Sources) -> BTreeMap<usize, DetectorRun> {
    let (mut runs, mut complaints, mut left) = (BTreeMap::new(), Vec::new(), MOST_BYTES);
    for (at, record) in sources.records.iter().enumerate().filter(|(_, record)| record.map.is_some()) {
        let run = RunDirectory::of(sources.out_of(at), &record.key);
        let (classes, curves) = (run.classes(), run.precision_recall());
        let unread = classes.complaints.iter().chain(&curves.complaints);
        complaints.extend(unread.map(ToString::to_string));
        let photographs = photographs(&run, &mut left);
        let drawn = match (classes.rows.is_empty(), curves.rows.is_empty()) {
            (false, false) => {
                let drawings = precision_recall::render(&classes.rows, &curves.rows);
                let bytes = drawings.len();
                take(drawings, bytes, &mut left, files::PRECISION_RECALL)
            }
            _ => Shown::Nowhere,
        };
        if !classes.rows.is_empty() || !matches!(photographs, Shown::Nowhere) {
            runs.insert(at, DetectorRun { classes: classes.rows, curves: drawn, photographs });
        }
    }
    sources.complaints.extend(complaints);
    runs
}

fn photographs(run: &RunDirectory, left: &mut usize) -> Shown<Picture> {
    let bytes = match run.examples() {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Shown::Nowhere,
        Err(error) => return Shown::Elsewhere(error.to_string()),
    };
    let name = files::EXAMPLES;
    if bytes.len() > MOST_BYTES_OF_RUN {
        let megabytes = bytes.len() as f64 / 1e6;
        return Shown::Elsewhere(format!("{name} has {megabytes:.1} MB, too much for this page"));
    }
    match Picture::of_png(&bytes) {
        Some(picture) => {
            let length = picture.url.len();
            take(picture, length, left, name)
        }
        None => Shown::Elsewhere(format!("{name} is not a PNG file")),
    }
}

/// Takes something of so many bytes into the page, if there is room left.
fn take<T>(shown: T, bytes: usize, left: &mut usize, file: &str) -> Shown<T> {
    match left.checked_sub(bytes) {
        Some(rest) => {
            *left = rest;
            Shown::Here(shown)
        }
        None => Shown::Elsewhere(format!("{file} is left out, because the page is large already")),
    }
}

/// Writes what there is of a run.
pub fn write(html: &mut Html, record: &Record, run: &DetectorRun) {
    html.leaf("p", &[], &result(record));
    classes(html, record, &run.classes);
    folded(html, "Precision over recall, by class", &run.curves, |html, drawings| {
        let (key, count) = (&record.key, run.classes.len().min(MOST_CLASSES));
        let described = id("curves", key);
        let name = format!("Precision over recall of {key}");
        let image = [
            ("class", "curves"),
            ("role", "img"),
            ("aria-label", name.as_str()),
            ("aria-describedby", described.as_str()),
        ];
        html.element("div", &image, |html| html.markup(drawings));
        let further = run.classes.len() - count;
        let further =
            if further > 0 { format!(" {further} further classes are not drawn.") } else { String::new() };
        let text = format!(
            "One drawing per class, with its average precision by eleven points in percent: at each recall the \
             greatest precision there or at higher recall, both from 0 to 1. {} has the points.{further}",
            files::PRECISION_RECALL
        );
        html.leaf("p", &[("class", "rule"), ("id", &described)], &text);
    });
    folded(html, "Photographs of the evaluation with the detections", &run.photographs, |html, picture| {
        let (width, height) = (picture.width.to_string(), picture.height.to_string());
        let text = format!("Photographs of the evaluation, with boxes around what {} detects", record.key);
        let image = [
            ("class", "photographs"),
            ("alt", text.as_str()),
            ("width", &width),
            ("height", &height),
            ("src", &picture.url),
        ];
        html.void("img", &image);
        let text = "Corners: the annotated objects. Frames with a score: the detections, without those of low score.";
        html.leaf("p", &[("class", "rule")], text);
    });
}

/// The result in a sentence.
fn result(record: &Record) -> String {
    let percent = |value: Option<f64>, what: &str| value.map(|value| format!("{value:.2} % {what}"));
    let by_rule = format!("by rule {}", rule(record));
    let said = [
        percent(record.map, &by_rule),
        percent(record.map_all_points, "by all points"),
        percent(record.map_last_mean, "on average over the evaluations of the last tenth of the training"),
    ];
    let said: Vec<String> = said.into_iter().flatten().collect();
    format!("Mean average precision after the last epoch: {}.", said.join("; "))
}

fn classes(html: &mut Html, record: &Record, classes: &[ClassPrecision]) {
    if classes.is_empty() {
        return;
    }
    let percent = |value: Option<f64>| value.map(|value| format!("{value:.2}"));
    html.element("details", &[("class", "detections")], |html| {
        let count = classes.len();
        let unit = if count == 1 { "class" } else { "classes" };
        html.leaf("summary", &[], &format!("Average precision of {count} {unit}"));
        let caption = format!("Average precision by class: {}", record.key);
        table(html, &caption, "sortable", &HEADS, |html| {
            html.element("tbody", &[], |html| {
                for class in classes {
                    row(html, &HEADS, |at| match at {
                        0 => Cell::Text(class.class.clone()),
                        1 => Cell::Text(class.objects.to_string()),
                        2 => Cell::Text(class.detections.to_string()),
                        3 => Cell::of(percent(class.ap_11_points)),
                        _ => Cell::of(percent(class.ap_all_points)),
                    });
                }
            });
        });
        html.leaf("p", &[("class", "rule")], "Objects: those that are not marked as difficult.");
    });
}

/// Writes something large where it unfolds, or why it is not in the page.
fn folded<T>(html: &mut Html, title: &str, shown: &Shown<T>, content: impl FnOnce(&mut Html, &T)) {
    match shown {
        Shown::Here(shown) => html.element("details", &[("class", "detections")], |html| {
            html.leaf("summary", &[], title);
            content(html, shown);
        }),
        Shown::Elsewhere(why) => html.leaf("p", &[], &format!("{title}: {why}.")),
        Shown::Nowhere => {}
    }
}
