//! The figures that every group of records has.

use std::collections::HashMap;

use records::{Metric, Record};

use crate::evidence::group::Group;
use crate::evidence::table_row::TableRow;
use crate::paper::catalogue::every_table;

use super::build::{Published, chart, names, trains};
use super::chart::{Chart, Point};
use super::group_rows::GroupRows;
use super::look::Look;
use super::of_groups::{GroupFigure, OF_EVERY_GROUP};
use super::parts;
use super::source::DrawingSource;
use super::training::{Trained, merged, numbered, remarks};

/// Most rows in a drawing of points.
pub const MOST_POINTS: usize = 60;

/// How often run directories are read for all drawings together.
const MOST_RUNS: usize = 2000;

/// Groups of a table that are drawn.
pub const MOST_GROUPS: usize = 8;

/// Drawings of one kind that a group has.
pub const MOST_PARTS: usize = 16;

/// The figures of every group; those without two points, or without a curve, are left out. Where methods are named, one
/// figure is asked for, and those that have fewer points or no published ones are there too.
pub fn charts<'a>(source: &mut DrawingSource, records: &'a [Record], look: &Look) -> Vec<Chart<'a>> {
    let groups = groups(source, records);
    let keys: Vec<_> = groups.iter().map(GroupRows::keys).collect();
    // A table that shows only trials which another shows too, or an earlier one all of the same.
    let repeats = |at: usize| {
        let covers = |other: usize| keys[other].len() > keys[at].len() || other < at;
        (0..groups.len()).any(|other| other != at && covers(other) && keys[at].is_subset(&keys[other]))
    };
    let repeats: Vec<bool> = (0..groups.len()).map(repeats).collect();
    let mut charts: Vec<Chart> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for kind in &OF_EVERY_GROUP {
        for (group_rows, repeats) in groups.iter().zip(&repeats) {
            let mut drawn = match trains(kind.panels) {
                // What training shows is the same in each table.
                true if *repeats => Vec::new(),
                true => of_curves(source, kind, group_rows, look),
                false => of_points(kind, group_rows, look),
            };
            // Accuracies may be shown beside other published values.
            let is_new = |chart: &Chart| !chart.points.iter().all(Point::is_measured);
            drawn.retain(|(_, chart)| !repeats || !look.methods.is_empty() || is_new(chart));
            let further: Vec<&str> = drawn.iter().skip(MOST_PARTS).map(|(part, _)| part.as_str()).collect();
            if !further.is_empty() {
                let (id, count) = (id(kind, group_rows, ""), further.len());
                let names = further.join("; ");
                source.remarks.push(format!("{id}: {count} further figures are omitted: {names}."));
            }
            for (part, mut chart) in drawn.into_iter().take(MOST_PARTS) {
                let id = id(kind, group_rows, &part);
                let times = known.entry(id.clone()).or_default();
                *times += 1;
                let title = title(kind, chart.metric, group_rows, &part);
                (chart.id, chart.title) = match times {
                    1 => (id, title),
                    // Another data set of the same name.
                    n => (format!("{id}-{n}"), format!("{title} ({n})")),
                };
                charts.push(chart);
            }
        }
    }
    charts
}

/// The groups of all tables.
fn groups<'a>(source: &mut DrawingSource, records: &'a [Record]) -> Vec<GroupRows<'static, 'a>> {
    let mut groups: Vec<GroupRows> = Vec::new();
    for table in every_table() {
        let mut own = GroupRows::all(table, records);
        own.retain(|group_rows| !group_rows.rows.is_empty());
        if own.len() > MOST_GROUPS {
            let further = own.len() - MOST_GROUPS;
            source.remarks.push(format!("{}: {further} further groups of records are not shown.", table.id));
            own.truncate(MOST_GROUPS);
        }
        groups.extend(own);
    }
    groups
}

/// The charts of points of a group, each with what distinguishes it from the others; those without two measured
/// points are left out.
fn of_points<'a>(
    kind: &GroupFigure,
    group_rows: &GroupRows<'_, 'a>,
    look: &Look,
) -> Vec<(String, Chart<'a>)> {
    if kind.is_by_level() && group_rows.table.pairing().is_some() {
        // All lie at one level; the figure of their differences shows them.
        return Vec::new();
    }
    let least = if look.methods.is_empty() { 2 } else { 0 };
    // Accuracies on other data or of another network, beside which those measured would all look alike, are not drawn.
    let (group, table) = (&group_rows.group, group_rows.table);
    let is_same = (group.dataset, group.model) == (table.dataset, table.model);
    let published = if is_same { Published::Preferred } else { Published::Nothing };
    let mut charts = Vec::new();
    for part in parts::of_points(kind.each, group_rows) {
        let (drawn, further) = part.rows.split_at(part.rows.len().min(MOST_POINTS));
        let series = group_rows.series();
        let mut chart = chart(group_rows, kind.panels, series, drawn, Vec::new(), published, look);
        if chart.points.iter().filter(|point| point.is_measured()).count() < least {
            continue;
        }
        if !further.is_empty() {
            let names = names(further);
            chart.notes.push(match further.len() {
                1 => format!("1 further row is omitted: {names}."),
                count => format!("{count} further rows are omitted: {names}."),
            });
        }
        charts.push((part.name, chart));
    }
    charts
}

/// The charts of curves of a group, of the rows that have any, each with what distinguishes it from the others.
fn of_curves<'a>(
    source: &mut DrawingSource,
    kind: &GroupFigure,
    group_rows: &GroupRows<'_, 'a>,
    look: &Look,
) -> Vec<(String, Chart<'a>)> {
    let (mut trained, mut left_out): (Vec<Trained>, Vec<&TableRow>) = Default::default();
    for row in group_rows.rows.iter().filter(|row| look.draws(row.subject.method)) {
        match source.runs < MOST_RUNS {
            true => trained.push(Trained::read(source, row, kind.panels)),
            false => left_out.push(row),
        }
    }
    let (trained, without): (Vec<_>, Vec<_>) =
        trained.into_iter().partition(|trained| !trained.points.is_empty());
    let trained = merged(trained);
    let left_out = (!left_out.is_empty()).then(|| {
        let (count, names) = (left_out.len(), names(&left_out));
        format!("{count} rows are omitted, because enough runs are shown already: {names}.")
    });
    source.remarks.extend(left_out.iter().map(|note| format!("{}: {note}", id(kind, group_rows, ""))));
    let mut charts = Vec::new();
    for part in parts::of_curves(kind.each, group_rows, &trained) {
        let rows: Vec<&TableRow> = part.rows.iter().map(|trained| trained.row).collect();
        let mut series = group_rows.series_of_rows(&rows, !part.name.is_empty());
        for (series, trained) in series.iter_mut().zip(&part.rows) {
            series.alike = trained.alike.iter().map(|row| row.subject.label.clone()).collect();
        }
        let curves = numbered(&part.rows);
        let mut chart = chart(group_rows, kind.panels, series, &rows, curves, Published::Nothing, look);
        let here = |other: &&Trained| rows.iter().any(|row| row.level == other.row.level);
        chart.notes.extend(remarks(part.rows.iter().copied().chain(without.iter().filter(here))));
        chart.notes.extend(left_out.clone());
        charts.push((part.name, chart));
    }
    // Without a curve there is one part without rows.
    charts.retain(|(_, chart)| !chart.points.is_empty());
    charts
}

/// The title of a drawing: what its id says.
fn title(kind: &GroupFigure, metric: Metric, group_rows: &GroupRows, part: &str) -> String {
    let Group { dataset, profile, model, .. } = group_rows.group;
    let (shown, table) = (kind.title(metric), group_rows.table.id);
    let part = if part.is_empty() { String::new() } else { format!(", {part}") };
    format!("{shown} ({table}): {model} on {dataset}{}, {profile}{part}", group_rows.group.files())
}

/// Names a drawing: its kind, table, data, profile, network and part.
fn id(kind: &GroupFigure, group_rows: &GroupRows, part: &str) -> String {
    let Group { dataset, profile, model, .. } = group_rows.group;
    let files = group_rows.group.files();
    let said =
        [kind.kind, group_rows.table.id, dataset, &files, profile, model, part].join("-").to_lowercase();
    let words = said.split(|character: char| !character.is_ascii_alphanumeric());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}
