//! The words around a drawing: its series, and how to read it.

use std::collections::BTreeSet;

use crate::page::number::percent;
use crate::paper::Shows;
use crate::table::legend::{DOUBTFUL_LATENCY, SKIPPING, UNCHANGED, UNLEARNED};
use crate::table::structured::NOT_VALID;

use super::chart::{Chart, Point, PointOrigin, Series};
use super::font::{fold, widest};

/// Points nearer than this part of what all extend over may have marks that hide each other.
const CLOSE: f64 = 0.06;

/// Points with a mark that are named.
const MOST_NAMED: usize = 6;

/// The least and the greatest number of trials behind a measured result.
fn numbers_of_seeds(chart: &Chart) -> Option<(usize, usize)> {
    let of_point = |point: &Point| match &point.origin {
        // Those of rows with the same curve are seeds of several rows.
        PointOrigin::Measured { trials, .. } => {
            Some(trials.len() / chart.series[point.series].labels().count())
        }
        PointOrigin::Published { .. } => None,
    };
    let numbers: BTreeSet<usize> = chart.points.iter().filter_map(of_point).collect();
    Some((*numbers.first()?, *numbers.last()?))
}

/// How to read the drawing.
pub fn notes(chart: &Chart) -> Vec<String> {
    let mut notes = Vec::new();
    let accuracy = chart.panels.iter().any(|panel| matches!(panel.shows, Shows::Result(_)));
    let labelled = |point: &Point| matches!(point.panel.shows, Shows::Result(axis) if axis.labels_levels());
    if chart.points.iter().any(|point| !point.is_measured()) {
        notes.push(
            "Hollow: published, many from secondary sources, some computed or digitised; the CSV file lists \
             every source. Filled: measured here, with the standard deviation over seeds."
                .to_string(),
        );
    } else if accuracy && chart.points.iter().any(|point| point.deviation.is_some()) {
        notes.push("Error bars: standard deviation over seeds.".to_string());
    }
    if chart.points.iter().any(labelled) {
        notes.push(match (chart.only_level().map(percent), chart.structured) {
            (Some(level), true) => format!("All pruned networks: {level} of the dense network's latency."),
            (Some(level), false) => format!("All sparse networks: {level} of the weights are zero."),
            (None, true) => "Percentages: fraction of the dense network's latency that remains.".to_string(),
            (None, false) => "Percentages: sparsity, the fraction of weights that are zero.".to_string(),
        });
    }
    if !accuracy && chart.points.iter().any(|point| point.range.is_some()) {
        notes.push("Lines: means over seeds; bands: minimum to maximum.".to_string());
    }
    if let Some((least, most)) = numbers_of_seeds(chart).filter(|(least, most)| least < most) {
        notes.push(format!("Numbers of seeds differ from row to row, from {least} to {most}."));
    }
    if accuracy && chart.panels.iter().any(|panel| is_crowded(&chart.in_panel(*panel).collect::<Vec<_>>())) {
        notes.push(
            "Marks that would hide each other stand side by side, or at the end of a line from their place."
                .to_string(),
        );
    }
    let front = chart.points.iter().any(|point| point.on_front.is_some());
    if front {
        notes.push(
            "Steps: the Pareto front, on which no other point is better in both quantities.".to_string(),
        );
    }
    if chart.points.iter().any(Point::is_doubtful) {
        let consequence = match chart.panels.iter().any(|panel| panel.has_front()) {
            true if front => ", so it is not part of the Pareto front",
            true => ", so there is no Pareto front",
            false => "",
        };
        notes.push(format!(
            "{NOT_VALID}: the FPS measurement is invalid{consequence}; the CSV file gives the reason."
        ));
    }
    let front = if chart.panels.iter().any(|panel| panel.has_front()) { "; on no Pareto front" } else { "" };
    let of_results = [
        (UNLEARNED, format!("trials that did not learn{front}")),
        (UNCHANGED, "the structure never changed in a trial, whose network is static".to_string()),
        (SKIPPING, "unreadable files were skipped, so not comparable".to_string()),
        (
            DOUBTFUL_LATENCY,
            "channels were pruned by a latency table of which much is marked as unreliable, so not comparable".to_string(),
        ),
    ];
    for (mark, meaning) in of_results {
        notes.extend(marked(chart, mark).map(|points| format!("{mark}: {meaning}: {points}.")));
    }
    notes
}

/// Whether the marks of some points of a panel may hide each other.
fn is_crowded(points: &[&Point]) -> bool {
    let extent = |of: fn(&Point) -> f64| {
        let values = || points.iter().map(|point| of(point));
        values().fold(f64::MIN, f64::max) - values().fold(f64::MAX, f64::min)
    };
    let (wide, high) = (extent(|point| point.x), extent(|point| point.y));
    let near = |a: &Point, b: &Point| (a.x - b.x).abs() <= CLOSE * wide && (a.y - b.y).abs() <= CLOSE * high;
    points.iter().enumerate().any(|(at, a)| points[at + 1..].iter().any(|b| near(a, b)))
}

/// The points that have a mark, by their series and levels.
fn marked(chart: &Chart, mark: &str) -> Option<String> {
    let mut names: Vec<String> = Vec::new();
    for point in chart.points.iter().filter(|point| point.marks().contains(&mark)) {
        let label = &chart.series[point.series].label;
        let name = match point.level {
            Some(level) => format!("{label} at {}", percent(level)),
            None => label.clone(),
        };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let further = names.len().saturating_sub(MOST_NAMED);
    names.truncate(MOST_NAMED);
    names.extend((further > 0).then(|| format!("{further} more")));
    (!names.is_empty()).then(|| names.join(", "))
}

/// A series in the legend.
pub struct LegendEntry {
    /// Its index.
    pub series: usize,
    /// Where it starts from the left, pixels.
    pub x: f64,
    /// Its first line, counted from 0.
    pub line: usize,
    /// Its marks, from left to right: whether they are of measured points.
    pub marks: Vec<bool>,
    /// Its label, in as many lines as it needs.
    pub label: Vec<String>,
}

/// The series that have points and are not named in their panel, in as many lines as they need.
pub fn entries(
    chart: &Chart,
    named: &BTreeSet<usize>,
    available: f64,
    mark: f64,
    size: f64,
) -> Vec<LegendEntry> {
    let (mut x, mut line) = (0.0, 0);
    let mut entries: Vec<LegendEntry> = Vec::new();
    for (series, name) in chart.series.iter().map(Series::name).enumerate() {
        let has = |measured: &bool| {
            chart.points.iter().any(|point| point.series == series && point.is_measured() == *measured)
        };
        let marks: Vec<bool> = [false, true].into_iter().filter(has).collect();
        if marks.is_empty() || named.contains(&series) {
            continue;
        }
        let marked = marks.len() as f64 * mark;
        let label = fold(&name, size, available - marked);
        let needed = marked + widest(&label, size);
        let before = entries.last().map_or(1, |entry| entry.label.len());
        if x > 0.0 && (x + needed > available || label.len() > 1 || before > 1) {
            (x, line) = (0.0, line + before);
        }
        entries.push(LegendEntry { series, x, line, marks, label });
        x += needed + mark;
    }
    entries
}

/// How many lines the entries take.
pub fn height(entries: &[LegendEntry]) -> usize {
    entries.last().map_or(0, |entry| entry.line + entry.label.len())
}
