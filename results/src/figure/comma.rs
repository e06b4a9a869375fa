//! The points of a figure as CSV, one a line, numbers to six decimals.

use crate::table::comma;
use crate::table::number::plain;
use crate::table::page::{Grid, left};

use super::definition::FigureDefinition;
use super::points::{Origin, Plot, Point};

/// The columns: what is drawn, then where it comes from.
const COLUMNS: [&str; 18] = [
    "figure",
    "panel",
    "series",
    "latency_target",
    "x",
    "y",
    "y_deviation",
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
];

/// Writes the points of a figure.
pub fn write(definition: &FigureDefinition, plot: &Plot) -> String {
    let rows: Vec<_> = plot.points.iter().map(|point| cells(definition, plot, point)).collect();
    comma::grid(&Grid { columns: COLUMNS.map(left).to_vec(), blocks: vec![rows.into()] })
}

fn cells(definition: &FigureDefinition, plot: &Plot, point: &Point) -> Vec<Option<String>> {
    let text = |value: &str| Some(value.to_string());
    let mut cells = vec![
        text(definition.id),
        text(point.panel.name),
        text(&plot.series[point.series].label),
        point.latency_target.map(plain),
        Some(plain(point.x)),
        Some(plain(point.y)),
        point.deviation.map(plain),
    ];
    cells.extend(match &point.origin {
        Origin::Published { value, computed } => [
            text("published"),
            text(&value.status.to_string()),
            text(&computed.to_string()),
            text(&value.source),
            text(&value.location),
            None,
            None,
            text(definition.table.dataset),
            text(&value.model),
            text(&value.device),
            None,
        ],
        Origin::Measured { trials, timed, doubt } => {
            let keys: Vec<&str> = trials.iter().map(|record| record.key.as_str()).collect();
            let of =
                |field: fn(&crate::Record) -> &str| trials.first().map(|record| field(record).to_string());
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
            ]
        }
    });
    cells
}
