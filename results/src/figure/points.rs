//! The points of a panel that shows accuracy: one per row of the table, and one per published value.

use records::{Metric, Record};

use crate::evidence::table_row::TableRow;
use crate::paper::{Axis, Panel, PublishedValue, TableDefinition};
use crate::statistics::{Summary, pareto_front};

use super::chart::{Point, PointOrigin, Series, is_drawable};
use super::group_rows::GroupRows;

/// The points of published values.
pub fn published(
    group_rows: &GroupRows,
    values: &[&'static PublishedValue],
    series: &[Series],
    panel: Panel,
    axis: Axis,
) -> Vec<Point<'static>> {
    let point = |value: &&'static PublishedValue| {
        Some(Point {
            panel,
            series: series.iter().position(|series| series.label == value.label)?,
            x: axis.of_published(group_rows.table, value)?,
            y: value.score()?,
            deviation: value.score_deviation(),
            range: None,
            level: group_rows.table.level_published(value),
            layer: None,
            on_front: None,
            origin: PointOrigin::Published { value, computed: axis.is_computed(value) },
        })
    };
    values.iter().filter_map(point).collect()
}

/// The points of measured rows, with the Pareto front where the axis has one.
pub fn measured<'a>(
    group_rows: &GroupRows<'_, 'a>,
    rows: &[&TableRow<'a>],
    series: &[Series],
    panel: Panel,
    axis: Axis,
) -> Vec<Point<'a>> {
    let point = |row: &&TableRow<'a>| {
        let trials: Vec<&Record> = row.trials.ok().filter(|record| row.metric.of(record).is_some()).collect();
        let values: Vec<f64> = trials.iter().filter_map(|record| row.metric.of(record)).collect();
        let score = Summary::of(&values).filter(|summary| is_drawable(summary.mean))?;
        let throughput = row.trials.throughput().filter(|_| axis.is_timed());
        let timed = throughput.as_ref().map(|_| Vec::from_iter(row.trials.timed_in()).concat());
        Some(Point {
            panel,
            series: series.iter().position(|series| series.label == row.subject.label)?,
            x: measured_at(axis, group_rows.table, row).filter(|x| is_drawable(*x))?,
            y: score.mean,
            deviation: score.deviation.filter(|deviation| is_drawable(*deviation)),
            range: range(&values),
            level: Some(row.level),
            layer: None,
            on_front: None,
            origin: PointOrigin::Measured {
                trials,
                timed: timed.unwrap_or_default(),
                doubt: throughput.and_then(|throughput| throughput.doubt),
            },
        })
    };
    let mut points: Vec<Point> = rows.iter().filter_map(point).collect();
    if axis.has_front() {
        mark_front(&mut points, group_rows.table.metric);
    }
    points
}

/// Marks the Pareto front of the points whose throughput is valid and whose trials learnt, if there are two of them or
/// more.
fn mark_front(points: &mut [Point], metric: Metric) {
    let mut valid: Vec<&mut Point> =
        points.iter_mut().filter(|point| !point.is_doubtful() && !point.learnt_nothing()).collect();
    if valid.len() < 2 {
        return;
    }
    let places: Vec<(f64, f64)> = valid.iter().map(|point| (point.x, metric.gain(0.0, point.y))).collect();
    let front = pareto_front(&places);
    valid.iter_mut().enumerate().for_each(|(at, point)| point.on_front = Some(front.contains(&at)));
}

/// Minimum and maximum of several values.
pub fn range(values: &[f64]) -> Option<[f64; 2]> {
    let low = values.iter().copied().reduce(f64::min)?;
    let high = values.iter().copied().reduce(f64::max)?;
    (values.len() > 1 && is_drawable(low) && is_drawable(high)).then_some([low, high])
}

/// The coordinate of measured trials on an axis, if the quantity was measured.
fn measured_at(axis: Axis, table: &TableDefinition, row: &TableRow) -> Option<f64> {
    match axis {
        Axis::Sparsity => (!table.structured() && row.level < 1.0).then_some(100.0 * row.level),
        Axis::Latency => table.structured().then_some(100.0 * row.level),
        Axis::Throughput => Some(row.trials.throughput()?.fps),
        _ if row.dense => Some(1.0),
        Axis::TrainFlops => row.trials.mean(|record| record.train_flops_ratio),
        Axis::Speed => row.trials.throughput()?.relative,
        Axis::TrainingCost => row.trials.mean(|record| record.train_cost_ratio),
    }
}
