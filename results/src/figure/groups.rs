//! The figures that every group of records has.

use std::collections::BTreeMap;

use crate::record::Record;
use crate::table::catalogue::definitions;
use crate::table::group::Group;
use crate::table::line::Line;
use crate::table::number::percent;

use super::build::{Published, Source, chart, trains};
use super::catalogue::OF_EVERY_GROUP;
use super::chart::{Chart, Point};
use super::definition::{Each, GroupFigure};
use super::sheet::Sheet;

/// Lines of a drawing of curves.
pub const MOST_LINES: usize = 12;

/// Lines of a drawing of points.
const MOST_POINTS: usize = 60;

/// How often run directories are read for all drawings together.
const MOST_RUNS: usize = 800;

/// Groups of a table that are drawn.
pub const MOST_GROUPS: usize = 8;

/// Drawings of one kind that a group has.
pub const MOST_PARTS: usize = 8;

/// The figures of every group; those without two points, or without a curve, are left out.
pub fn charts<'a>(source: &mut Source, records: &'a [Record]) -> Vec<Chart<'a>> {
    let sheets = sheets(source, records);
    let keys: Vec<_> = sheets.iter().map(Sheet::keys).collect();
    // A table that shows only trials which another shows too, or an earlier one all of the same.
    let repeats = |at: usize| {
        let covers = |other: usize| keys[other].len() > keys[at].len() || other < at;
        (0..sheets.len()).any(|other| other != at && covers(other) && keys[at].is_subset(&keys[other]))
    };
    let repeats: Vec<bool> = (0..sheets.len()).map(repeats).collect();
    let mut charts: Vec<Chart> = Vec::new();
    for kind in &OF_EVERY_GROUP {
        for (sheet, repeats) in sheets.iter().zip(&repeats) {
            // What training shows is the same in each table.
            if *repeats && trains(kind.panels) {
                continue;
            }
            let mut parts = parts(kind, sheet);
            if parts.len() > MOST_PARTS {
                let further = parts.len() - MOST_PARTS;
                source
                    .remarks
                    .push(format!("{}: {further} further drawings are left out.", id(kind, sheet, "")));
                parts.truncate(MOST_PARTS);
            }
            for (part, lines) in parts {
                let Some(mut chart) = of_group(source, kind, sheet, &lines) else { continue };
                // Accuracies may stand beside other published values.
                if *repeats && chart.points.iter().all(Point::is_measured) {
                    continue;
                }
                chart.id = unused(&charts, id(kind, sheet, &part));
                let what = if part.is_empty() { String::new() } else { format!(", {part}") };
                let Group { model, dataset, .. } = sheet.group;
                chart.title = format!("{}: {model} on {dataset}{what}", kind.title);
                charts.push(chart);
            }
        }
    }
    charts
}

/// The groups of all tables.
fn sheets<'a>(source: &mut Source, records: &'a [Record]) -> Vec<Sheet<'static, 'a>> {
    let mut sheets: Vec<Sheet> = Vec::new();
    for table in definitions() {
        let mut own = Sheet::all(table, records);
        own.retain(|sheet| !sheet.lines.is_empty());
        if own.len() > MOST_GROUPS {
            let further = own.len() - MOST_GROUPS;
            source.remarks.push(format!("{}: {further} further groups of records are not drawn.", table.id));
            own.truncate(MOST_GROUPS);
        }
        sheets.extend(own);
    }
    sheets
}

/// The lines of each drawing of a kind, with what tells it from the others.
fn parts<'s, 'a>(kind: &GroupFigure, sheet: &'s Sheet<'_, 'a>) -> Vec<(String, Vec<&'s Line<'a>>)> {
    let all: Vec<&Line> = sheet.lines.iter().collect();
    match kind.each {
        Each::Group => vec![(String::new(), all)],
        Each::GroupOrLevel if all.len() <= MOST_LINES => vec![(String::new(), all)],
        Each::GroupOrLevel | Each::Level => {
            let mut levels: Vec<f64> = all.iter().filter(|line| !line.dense).map(|line| line.level).collect();
            levels.dedup();
            let part = |level: f64| {
                let here = all.iter().copied().filter(|line| line.dense || line.level == level).collect();
                (format!("{} {}", percent(level), sheet.level_name()), here)
            };
            levels.into_iter().map(part).collect()
        }
        Each::Timing => {
            let mut ways: BTreeMap<String, Vec<&Line>> = BTreeMap::new();
            for line in all.into_iter().filter(|line| line.trials.throughput().is_some()) {
                // A throughput was measured in exactly one way.
                ways.entry(Vec::from_iter(line.trials.timed_in()).concat()).or_default().push(line);
            }
            ways.into_iter().collect()
        }
    }
}

/// A chart of some lines of a group; none if it would not show enough.
fn of_group<'a>(
    source: &mut Source,
    kind: &GroupFigure,
    sheet: &Sheet<'_, 'a>,
    lines: &[&Line<'a>],
) -> Option<Chart<'a>> {
    let curves = trains(kind.panels);
    let drawn = &lines[..lines.len().min(if curves { MOST_LINES } else { MOST_POINTS })];
    if curves && source.runs > MOST_RUNS {
        let remark = format!("{} is left out: many runs are drawn already.", id(kind, sheet, ""));
        if !source.remarks.contains(&remark) {
            source.remarks.push(remark);
        }
        return None;
    }
    // Accuracies on other data, beside which those measured would all look alike, are not drawn.
    let same_data = sheet.group.dataset == sheet.table.dataset;
    let published = if same_data { Published::Preferred } else { Published::Nothing };
    let mut chart = chart(source, sheet, kind.panels, drawn, published);
    if lines.len() > drawn.len() {
        chart.notes.push(format!("{} further lines are left out.", lines.len() - drawn.len()));
    }
    let measured = chart.points.iter().filter(|point| point.is_measured()).count();
    (measured >= if curves { 1 } else { 2 }).then_some(chart)
}

/// Names a drawing: its kind, table, data, profile, network and part.
fn id(kind: &GroupFigure, sheet: &Sheet, part: &str) -> String {
    let Group { dataset, profile, model, .. } = sheet.group;
    let said = [kind.kind, sheet.table.id, dataset, profile, model, part].join("-").to_lowercase();
    let words = said.split(|character: char| !character.is_ascii_alphanumeric());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

/// The id, or if it is taken the id with the first free number.
fn unused(charts: &[Chart], id: String) -> String {
    let free = |id: &String| charts.iter().all(|chart| chart.id != *id);
    match free(&id) {
        true => id,
        false => (2..).map(|n| format!("{id}-{n}")).find(free).expect("there are more numbers than charts"),
    }
}
