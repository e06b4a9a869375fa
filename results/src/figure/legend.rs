//! The words around a drawing: its series, and how to read it.

use std::collections::BTreeSet;

use crate::paper::{Panel, Shows};
use crate::table::legend::UNLEARNED;
use crate::table::structured::NOT_VALID;

use super::chart::{Chart, Point, Series};
use super::labels::{fold, width};

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
        notes.push(
            match chart.structured {
                true => "Percentages: fraction of the dense network's latency that remains.",
                false => "Percentages: sparsity, the fraction of weights that are zero.",
            }
            .to_string(),
        );
    }
    if !accuracy && chart.points.iter().any(|point| point.range.is_some()) {
        notes.push("Lines: means over seeds; bands: minimum to maximum.".to_string());
    }
    let by_level = |panel: &Panel| matches!(panel.shows, Shows::Result(axis) if axis.is_level());
    let crowded = |panel: &Panel| {
        let level = |point: &Point| (point.x * 1e6) as i64;
        let mut levels: Vec<i64> = chart.in_panel(*panel).map(level).collect();
        let all = levels.len();
        levels.sort_unstable();
        levels.dedup();
        levels.len() < all
    };
    if chart.panels.iter().any(|panel| by_level(panel) && crowded(panel)) {
        notes.push("Marks of one level that would lie on each other stand side by side.".to_string());
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
    if chart.points.iter().any(Point::learnt_nothing) {
        notes.push(format!("{UNLEARNED}: trials that did not learn; they are on no Pareto front."));
    }
    notes
}

/// A series in the legend.
pub struct LegendEntry {
    /// Its index.
    pub series: usize,
    /// Where it starts from the left, pixels.
    pub x: i32,
    /// Its first line, counted from 0.
    pub line: i32,
    /// Its marks, from left to right: whether they are of measured points.
    pub marks: Vec<bool>,
    /// Its label, in as many lines as it needs.
    pub label: Vec<String>,
}

/// The series that have points and are not named in their panel, in as many lines as they need.
pub fn entries(
    chart: &Chart,
    named: &BTreeSet<usize>,
    available: i32,
    mark: i32,
    size: i32,
) -> Vec<LegendEntry> {
    let (mut x, mut line) = (0, 0);
    let mut entries: Vec<LegendEntry> = Vec::new();
    for (series, Series { label, .. }) in chart.series.iter().enumerate() {
        let has = |measured: &bool| {
            chart.points.iter().any(|point| point.series == series && point.is_measured() == *measured)
        };
        let marks: Vec<bool> = [false, true].into_iter().filter(has).collect();
        if marks.is_empty() || named.contains(&series) {
            continue;
        }
        let marked = marks.len() as i32 * mark;
        let label = fold(label, size, available - marked);
        let needed = marked + label.iter().map(|line| width(line, size)).max().unwrap_or(0);
        let before = entries.last().map_or(1, |entry| entry.label.len() as i32);
        if x > 0 && (x + needed > available || label.len() > 1 || before > 1) {
            (x, line) = (0, line + before);
        }
        entries.push(LegendEntry { series, x, line, marks, label });
        x += needed + mark;
    }
    entries
}

/// How many lines the entries take.
pub fn height(entries: &[LegendEntry]) -> i32 {
    entries.last().map_or(0, |entry| entry.line + entry.label.len() as i32)
}
