//! The points of a drawing as CSV, one per line, numbers to six decimals.

use crate::page::number::plain;
use crate::page::{Grid, csv, left};

use super::chart::{Chart, Point, PointOrigin};

/// The columns, the same for every drawing: what is drawn, then where it comes from.
const COLUMNS: [&str; 25] = [
    "figure",
    "panel",
    "series",
    "sparsity_target",
    "latency_target",
    "layer",
    "x",
    "y",
    "y_deviation",
    "y_low",
    "y_high",
    "n",
    "on_front",
    "kind",
    "status",
    "x_computed",
    "source",
    "location",
    "key",
    "profile",
    "dataset",
    "model",
    "fps_on",
    "fps_doubt",
    "unlearned",
];

/// Writes the points of a drawing.
pub fn write(chart: &Chart) -> String {
    let rows: Vec<_> = chart.points.iter().map(|point| cells(chart, point)).collect();
    csv::grid(&Grid { columns: COLUMNS.map(left).to_vec(), blocks: vec![rows.into()] })
}

fn cells(chart: &Chart, point: &Point) -> Vec<Option<String>> {
    let text = |value: &str| Some(value.to_string());
    let level = point.level.map(plain);
    let of_trials = match &point.origin {
        PointOrigin::Measured { trials, .. } => Some(trials.len().to_string()),
        PointOrigin::Published { .. } => None,
    };
    let mut cells = vec![
        text(&chart.id),
        text(point.panel.name(chart.metric)),
        text(&chart.series[point.series].name()),
        level.clone().filter(|_| !chart.structured),
        level.filter(|_| chart.structured),
        point.layer.clone(),
        Some(plain(point.x)),
        Some(plain(point.y)),
        point.deviation.map(plain),
        point.range.map(|[low, _]| plain(low)),
        point.range.map(|[_, high]| plain(high)),
        of_trials,
        point.on_front.map(|on_front| on_front.to_string()),
    ];
    cells.extend(match &point.origin {
        PointOrigin::Published { value, computed } => [
            text("published"),
            text(&value.status.to_string()),
            text(&computed.to_string()),
            text(&value.source),
            text(&value.location),
            None,
            None,
            text(chart.dataset),
            text(&value.model),
            text(&value.device),
            None,
            None,
        ],
        PointOrigin::Measured { trials, timed, doubt } => {
            let keys: Vec<&str> = trials.iter().map(|record| record.key.as_str()).collect();
            let of =
                |field: fn(&records::Record) -> &str| trials.first().map(|record| field(record).to_string());
            [
                text("measured"),
                None,
                None,
                None,
                None,
                Some(keys.join(";")),
                of(|record| &record.profile),
                of(|record| &record.dataset),
                of(|record| &record.model),
                text(timed),
                doubt.clone(),
                trials.iter().find_map(|record| record.unlearned.clone()),
            ]
        }
    });
    cells
}
