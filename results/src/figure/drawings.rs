//! Charts over what is recorded: the figures of the catalogue, and those that every group has.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::record::Record;
use crate::store::Complaint;
use crate::table::catalogue::definitions;
use crate::table::group::Group;
use crate::table::line::Line;
use crate::table::number::percent;

use super::catalogue::OF_EVERY_GROUP;
use super::chart::{Chart, Point, Series};
use super::definition::{Each, FigureDefinition, GroupFigure, Panel, Shows};
use super::sheet::Sheet;
use super::training::MOST_TRIALS;
use super::{points, training};

/// Lines of a drawing of curves.
const MOST_LINES: usize = 12;

/// Groups of a table that are drawn.
const MOST_GROUPS: usize = 8;

/// Where charts are drawn from.
pub struct Source<'o> {
    /// The folder of the results.
    pub out: &'o Path,
    /// What could not be read of it.
    pub complaints: Vec<Complaint>,
}

/// A figure of the catalogue over the group that comes closest to the published recipe, of those that
/// have something measured to show.
pub fn figure<'a>(source: &mut Source, definition: &FigureDefinition, records: &'a [Record]) -> Chart<'a> {
    let mut sheets = Sheet::all(&definition.table, records);
    let others = sheets.len().saturating_sub(1);
    let first = sheets.iter().position(Sheet::prunes).unwrap_or(0);
    let recorded = !sheets.is_empty();
    let sheet = match recorded {
        true => sheets.swap_remove(first),
        false => Sheet { table: &definition.table, group: Group::default(), lines: Vec::new() },
    };
    let trains = definition.panels.iter().any(|panel| matches!(panel.shows, Shows::Training(_)));
    // Variants of a row have labels of their own, and stand in the table only.
    let own = |line: &&Line| definition.table.rows.iter().any(|row| row.label == line.subject.label);
    let lines: Vec<&Line> = sheet.lines.iter().filter(own).collect();
    let series = if trains { sheet.series_of_lines(&lines) } else { sheet.series() };
    let mut chart = chart(source, &sheet, definition.panels, &lines, series, true);
    chart.id = definition.id.to_string();
    chart.title = definition.title.to_string();
    chart.worth = match (recorded, trains) {
        (false, true) => "Nothing is recorded yet.".to_string(),
        (false, false) => "Nothing is recorded yet: published values alone.".to_string(),
        (true, _) => {
            let mut text = format!("Measured: {}.", sheet.group.nature(&definition.table));
            if !chart.is_measured() {
                text.push_str(" None of these records has a point here.");
            }
            if others > 0 {
                text.push_str(" Records of other profiles, data or networks are not drawn.");
            }
            text
        }
    };
    chart.notes.extend(definition.notes.iter().map(|note| note.to_string()));
    chart
}

/// The figures that every group of records has, each with its title; those without two points, or
/// without a curve, are left out.
pub fn of_every_group<'a>(source: &mut Source, records: &'a [Record]) -> Vec<Chart<'a>> {
    let mut charts: Vec<Chart> = Vec::new();
    let tables = definitions().iter().filter(|table| table.id != "fig5");
    let sheets: Vec<Sheet> = tables
        .flat_map(|table| {
            Sheet::all(table, records).into_iter().filter(|sheet| !sheet.lines.is_empty()).take(MOST_GROUPS)
        })
        .collect();
    for kind in &OF_EVERY_GROUP {
        for sheet in sheets.iter().filter(|sheet| is_worth_drawing(sheet, &sheets)) {
            for (part, lines) in parts(kind, sheet) {
                let Some(mut chart) = of_group(source, kind, sheet, &lines) else { continue };
                chart.id = unused(&charts, &id(kind, sheet, &part));
                let what = if part.is_empty() { String::new() } else { format!(", {part}") };
                chart.title =
                    format!("{}: {} on {}{what}", kind.title, sheet.group.model, sheet.group.dataset);
                charts.push(chart);
            }
        }
    }
    charts
}

/// A sheet of the dense network alone adds nothing to one that has more.
fn is_worth_drawing(sheet: &Sheet, all: &[Sheet]) -> bool {
    let same = |other: &&Sheet| {
        let [a, b] = [&sheet.group, &other.group];
        (a.profile, a.dataset, a.fingerprint, a.model) == (b.profile, b.dataset, b.fingerprint, b.model)
            && sheet.table.suite == other.table.suite
    };
    let mut others = all.iter().filter(same);
    sheet.prunes()
        || (others.clone().all(|other| !other.prunes())
            && others.next().is_some_and(|first| std::ptr::eq(first, sheet)))
}

/// The lines of each drawing of a kind, with what tells it from the others.
fn parts<'s, 'a>(kind: &GroupFigure, sheet: &'s Sheet<'_, 'a>) -> Vec<(String, Vec<&'s Line<'a>>)> {
    let all: Vec<&Line> = sheet.lines.iter().collect();
    let of_level = || {
        let mut levels: Vec<f64> = all.iter().filter(|line| !line.dense).map(|line| line.level).collect();
        levels.dedup();
        let what = if sheet.table.structured() { "latency" } else { "zeros" };
        let part = |level: f64| {
            let here = all.iter().copied().filter(|line| line.dense || line.level == level).collect();
            (format!("{} {what}", percent(level)), here)
        };
        levels.into_iter().map(part).collect()
    };
    match kind.each {
        Each::Group => vec![(String::new(), all)],
        Each::GroupOrLevel if all.len() <= MOST_LINES => vec![(String::new(), all)],
        Each::GroupOrLevel | Each::Level => of_level(),
        Each::Timing => {
            let mut ways: BTreeMap<String, Vec<&Line>> = BTreeMap::new();
            for line in all {
                if let ([way], Some(_)) =
                    (Vec::from_iter(line.trials.timed_in()).as_slice(), line.trials.throughput())
                {
                    ways.entry(way.clone()).or_default().push(line);
                }
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
    let trains = kind.each != Each::Timing
        && kind.panels.iter().any(|panel| matches!(panel.shows, Shows::Training(_)));
    let mut drawn = lines.to_vec();
    if trains {
        drawn.truncate(MOST_LINES);
    }
    let series = if trains { sheet.series_of_lines(&drawn) } else { sheet.series() };
    let same_data = sheet.group.dataset == sheet.table.dataset;
    let mut chart = chart(source, sheet, kind.panels, &drawn, series, false);
    if !same_data {
        chart.points.retain(Point::is_measured);
    }
    chart.worth = format!("Measured: {}.", sheet.group.nature(sheet.table));
    if lines.len() > drawn.len() {
        chart.notes.push(format!("{} further lines are left out.", lines.len() - drawn.len()));
    }
    let measured = chart.points.iter().filter(|point| point.is_measured()).count();
    let least = if trains { 1 } else { 2 };
    (measured >= least).then_some(chart)
}

/// The points of some lines of a group in some panels.
fn chart<'a>(
    source: &mut Source,
    sheet: &Sheet<'_, 'a>,
    panels: &[Panel],
    lines: &[&Line<'a>],
    series: Vec<Series>,
    every_published: bool,
) -> Chart<'a> {
    let mut published = Vec::new();
    let mut measured: Vec<Point> = Vec::new();
    // Of several published values of a line the preferred one.
    let values: Vec<_> = sheet
        .table
        .references()
        .filter(|value| {
            let preferred = || sheet.table.published(&value.label, sheet.table.level_published(value)?);
            every_published || preferred().is_some_and(|preferred| std::ptr::eq(preferred, *value))
        })
        .collect();
    for panel in panels {
        match panel.shows {
            Shows::Accuracy(axis) => {
                published.extend(points::published(sheet, &values, &series, *panel, axis));
                measured.extend(points::measured(sheet, lines, &series, *panel, axis));
            }
            Shows::Training(curve) => {
                for (at, line) in lines.iter().enumerate() {
                    measured.extend(training::curve(
                        source.out,
                        line,
                        at,
                        *panel,
                        curve,
                        &mut source.complaints,
                    ));
                }
            }
        }
    }
    let has_points = |panel: &Panel| measured.iter().chain(&published).any(|point| point.panel == *panel);
    let fewer = lines.iter().any(|line| line.trials.ok().count() > MOST_TRIALS);
    let trains = |panel: &Panel| matches!(panel.shows, Shows::Training(_));
    let map = sheet.lines.iter().any(|line| line.trials.ok().any(|record| record.map.is_some()));
    let mut chart = Chart {
        id: String::new(),
        title: String::new(),
        worth: String::new(),
        notes: Vec::new(),
        dataset: sheet.table.dataset,
        structured: sheet.table.structured(),
        accuracy: if map { "Mean average precision (%)" } else { "Top-1 accuracy (%)" },
        // A panel that stays empty is not drawn, unless all are.
        panels: match panels.iter().any(has_points) {
            true => panels.iter().copied().filter(has_points).collect(),
            false => panels.to_vec(),
        },
        series,
        points: published.into_iter().chain(measured).collect(),
    };
    chart.notes = super::legend::notes(&chart);
    if fewer && panels.iter().any(trains) {
        chart.notes.push(format!("Of each line the {MOST_TRIALS} trials with the lowest seeds are drawn."));
    }
    chart
}

/// Names a drawing: its kind, table, profile, data, network and part.
fn id(kind: &GroupFigure, sheet: &Sheet, part: &str) -> String {
    let group = &sheet.group;
    let said =
        [kind.kind, sheet.table.id, group.dataset, group.profile, group.model, part].join("-").to_lowercase();
    let words = said.split(|character: char| !character.is_ascii_alphanumeric());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

/// The id, or if it is taken the id with the first free number.
fn unused(charts: &[Chart], id: &str) -> String {
    let taken: BTreeSet<&str> = charts.iter().map(|chart| chart.id.as_str()).collect();
    let numbered = (2..).map(|n| format!("{id}-{n}"));
    [id.to_string()].into_iter().chain(numbered).find(|id| !taken.contains(id.as_str())).unwrap_or_default()
}
