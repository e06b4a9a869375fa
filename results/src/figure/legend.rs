//! The words around a figure: what its records are worth, its series, how it is to be read.

use super::definition::FigureDefinition;
use super::labels::width;
use super::points::{Origin, Plot, Point, Series};

/// What is drawn, and what it is worth.
pub fn subtitle(definition: &FigureDefinition, plot: &Plot) -> String {
    let Some(group) = &plot.group else {
        return "Nothing is recorded yet: published values alone.".to_string();
    };
    let mut text = format!("Measured: {}.", group.nature(&definition.table));
    if !plot.points.iter().any(Point::is_measured) {
        text.push_str(" None of these records has a point here.");
    }
    if plot.others > 0 {
        text.push_str(" Records of other profiles, data or networks are not drawn.");
    }
    text
}

/// How the drawing is to be read.
pub fn notes(definition: &FigureDefinition, plot: &Plot) -> Vec<String> {
    let mut notes = vec![
        "Hollow: published, many second-hand, some computed or digitised; the CSV file names every source. \
         Filled: measured here, with the standard deviation over seeds."
            .to_string(),
        "Percentages: the share of the dense network's latency that remains.".to_string(),
    ];
    if plot.points.iter().any(is_doubtful) {
        notes.push("†: the measurement of FPS is not valid; the CSV file says why.".to_string());
    }
    notes.extend(definition.notes.iter().map(|note| note.to_string()));
    notes
}

/// Whether the point's throughput is not valid.
pub fn is_doubtful(point: &Point) -> bool {
    matches!(&point.origin, Origin::Measured { doubt: Some(_), .. })
}

/// A series in the legend.
pub struct Entry {
    /// Its index.
    pub series: usize,
    /// Where it starts from the left, pixels.
    pub x: i32,
    /// Its line, counted from 0.
    pub line: i32,
    /// Its marks, from left to right: whether they are of measured points.
    pub marks: Vec<bool>,
}

/// The series that have points, in as many lines as they need.
pub fn entries(plot: &Plot, available: i32, mark: i32, size: i32) -> Vec<Entry> {
    let (mut x, mut line) = (0, 0);
    let mut entries = Vec::new();
    for (series, Series { label, .. }) in plot.series.iter().enumerate() {
        let has = |measured: &bool| {
            plot.points.iter().any(|point| point.series == series && point.is_measured() == *measured)
        };
        let marks: Vec<bool> = [false, true].into_iter().filter(has).collect();
        if marks.is_empty() {
            continue;
        }
        let needed = marks.len() as i32 * mark + width(label, size);
        if x + needed > available {
            (x, line) = (0, line + 1);
        }
        entries.push(Entry { series, x, line, marks });
        x += needed + mark;
    }
    entries
}
