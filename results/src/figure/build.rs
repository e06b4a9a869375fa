//! A chart from the rows of a group: its points, and the words that follow from them.

use std::collections::BTreeSet;

use records::Record;

use crate::evidence::group::Group;
use crate::evidence::table_row::{TableRow, left_out};
use crate::paper::{FigureDefinition, Panel, PublishedValue, Shows};

use super::chart::{Chart, Point, Series};
use super::group_rows::GroupRows;
use super::look::Look;
use super::source::DrawingSource;
use super::training::{MOST_TRIALS, Trained, numbered, remarks};
use super::{legend, points};

/// Said where there are records, but nothing of them to draw.
pub const NO_POINT: &str = "None of these records has a point in this figure.";

/// Which published values are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    /// Every value of the table.
    Every,
    /// Of each method that is run here the preferred value at each level.
    Preferred,
    /// None.
    Nothing,
}

/// A figure of the catalogue over the group that comes closest to the published recipe, of those with
/// a network that is not dense.
pub fn figure<'a>(
    source: &mut DrawingSource,
    definition: &FigureDefinition,
    records: &'a [Record],
    look: &Look,
) -> Chart<'a> {
    let table = &definition.table;
    let mut groups = GroupRows::all(table, records);
    let others = groups.len().saturating_sub(1);
    let first = groups.iter().position(GroupRows::prunes).unwrap_or(0);
    let recorded = !groups.is_empty();
    let group_rows = match recorded {
        true => groups.swap_remove(first),
        false => GroupRows { table, group: Group::default(), rows: Vec::new(), row_labels: Vec::new() },
    };
    let (rows, mut omitted) = group_rows.in_figure();
    omitted.retain(|row| look.draws(row.subject.method));
    let trained: Vec<Trained> =
        rows.iter().map(|row| Trained::read(source, row, definition.panels)).collect();
    let curves = numbered(&trained.iter().collect::<Vec<_>>());
    let series = match trains(definition.panels) {
        true => group_rows.series_of_rows(&rows, false),
        false => group_rows.series(),
    };
    let mut chart = chart(&group_rows, definition.panels, series, &rows, curves, Published::Every, look);
    chart.id = definition.id.to_string();
    chart.title = definition.title.to_string();
    let mut worth = Vec::new();
    if recorded {
        worth.push(chart.worth.as_str());
    } else if records.is_empty() {
        worth.push(match trains(definition.panels) {
            true => "No results are recorded yet.",
            false => "No results are recorded yet; only published values are shown.",
        });
    }
    if !records.is_empty() && !chart.points.iter().any(Point::is_measured) {
        worth.push(NO_POINT);
    }
    if others > 0 {
        worth.push("Records of other profiles, data sets or networks are not shown.");
    }
    chart.worth = worth.join(" ");
    if !omitted.is_empty() {
        let (count, names) = (omitted.len(), names(&omitted));
        chart.notes.push(match count {
            1 => format!("1 row with non-default settings is omitted: {names}."),
            _ => format!("{count} rows with non-default settings are omitted: {names}."),
        });
    }
    chart.notes.extend(left_out(table, &group_rows.group).elsewhere());
    if trains(definition.panels) {
        chart.notes.extend(remarks(trained.iter()));
    }
    chart.notes.extend(definition.notes.iter().map(|note| note.to_string()));
    chart
}

/// The points of some rows of a group in some panels, in these series, with the points of their curves, of the methods that
/// are drawn: what is said and where the Pareto front is follows from those alone. Its id and title are for the caller.
pub fn chart<'a>(
    group_rows: &GroupRows<'_, 'a>,
    panels: &[Panel],
    series: Vec<Series>,
    rows: &[&TableRow<'a>],
    mut curves: Vec<Point<'a>>,
    published: Published,
    look: &Look,
) -> Chart<'a> {
    let table = group_rows.table;
    curves.retain(|point| look.draws(&series[point.series].method));
    let rows: Vec<&TableRow> = rows.iter().copied().filter(|row| look.draws(row.subject.method)).collect();
    let preferred = |value: &'static PublishedValue| {
        let run = table.rows.iter().any(|row| row.method.is_some() && row.label == value.label);
        let first = table.published(&value.label, table.level_published(value)?);
        Some(run && std::ptr::eq(first?, value))
    };
    let of_methods = table.published_values().filter(|value| look.draws(&value.method));
    let values = of_methods.filter(|value| match published {
        Published::Every => true,
        Published::Preferred => preferred(value) == Some(true),
        Published::Nothing => false,
    });
    let values: Vec<_> = values.collect();
    let (mut told, mut measured) = (Vec::new(), curves);
    for panel in panels {
        if let Shows::Result(axis) = panel.shows {
            told.extend(points::published(group_rows, &values, &series, *panel, axis));
            measured.extend(points::measured(group_rows, &rows, &series, *panel, axis));
        }
    }
    let mut chart = Chart {
        id: String::new(),
        title: String::new(),
        worth: format!("Measured: {}.", group_rows.group.nature(table)),
        notes: Vec::new(),
        dataset: table.dataset,
        structured: table.structured(),
        metric: table.metric,
        panels: panels.to_vec(),
        series,
        points: told.into_iter().chain(measured).collect(),
    };
    let filled: Vec<Panel> =
        panels.iter().copied().filter(|panel| chart.in_panel(*panel).next().is_some()).collect();
    // A panel that stays empty is not drawn, unless all are.
    if !filled.is_empty() {
        chart.panels = filled;
    }
    chart.notes = legend::notes(&chart);
    if let Some(settings) = take_common_settings(&mut chart) {
        chart.notes.push(format!("All with {settings}."));
    }
    if trains(panels) && rows.iter().any(|row| row.trials.ok().count() > MOST_TRIALS) {
        chart
            .notes
            .push(format!("Of each row, only the {MOST_TRIALS} trials with the lowest seeds are shown."));
    }
    chart
}

/// The names of rows, one after the other.
pub fn names(rows: &[&TableRow]) -> String {
    rows.iter().map(|row| row.name()).collect::<Vec<_>>().join(", ")
}

/// Whether a panel shows training.
pub fn trains(panels: &[Panel]) -> bool {
    panels.iter().any(|panel| matches!(panel.shows, Shows::Training(_)))
}

/// Removes the settings that all series have in common from their labels, if nothing published is drawn, to which they would
/// not apply.
fn take_common_settings(chart: &mut Chart) -> Option<String> {
    if !chart.points.iter().all(Point::is_measured) {
        return None;
    }
    let drawn: BTreeSet<usize> = chart.points.iter().map(|point| point.series).collect();
    let mut labels = drawn.iter().flat_map(|at| chart.series[*at].labels());
    let mut common: Vec<String> = settings(labels.next()?).into_iter().map(String::from).collect();
    labels.for_each(|label| common.retain(|setting| settings(label).contains(&setting.as_str())));
    if common.is_empty() {
        return None;
    }
    for series in &mut chart.series {
        for label in [&mut series.label].into_iter().chain(&mut series.alike) {
            let all = settings(label);
            let own: Vec<&str> =
                all.iter().copied().filter(|setting| !common.iter().any(|it| it == setting)).collect();
            let shown = if own.is_empty() { String::new() } else { format!(" [{}]", own.join("; ")) };
            *label = label.replacen(&format!(" [{}]", all.join("; ")), &shown, 1);
        }
    }
    Some(common.join("; "))
}

/// The settings in the brackets of a label.
fn settings(label: &str) -> Vec<&str> {
    let within = label.split_once(" [").and_then(|(_, rest)| rest.rsplit_once(']'));
    within.map_or(Vec::new(), |(all, _)| all.split("; ").collect())
}
