//! What a figure shows, as data.

use crate::cost::latency_weighted_cost;
use crate::reference::Reference;
use crate::table::line::Line;
use crate::table::{DENSE, TableDefinition};

/// One figure of the paper, or one beside them.
#[derive(Clone, Debug)]
pub struct FigureDefinition {
    /// What it is called on the command line.
    pub id: &'static str,
    /// What it shows and where it comes from.
    pub title: &'static str,
    /// The rows, latencies, records and published values it shows.
    pub table: TableDefinition,
    /// Its drawings, from left to right.
    pub panels: Vec<Panel>,
    /// What a reader must know beside how it is drawn.
    pub notes: Vec<&'static str>,
}

/// One drawing: top-1 accuracy over another quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panel {
    /// Its name in a CSV file.
    pub name: &'static str,
    /// What is drawn from left to right.
    pub x: Axis,
}

/// What accuracy is drawn over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// Throughput relative to the dense network's on the same device, because throughputs of
    /// different devices are not comparable.
    Speed,
    /// Latency-weighted cost of training relative to dense training.
    TrainingCost,
}

impl Axis {
    /// What stands above a drawing over it.
    pub(super) fn title(self) -> &'static str {
        match self {
            Axis::Speed => "Accuracy and speed",
            Axis::TrainingCost => "Accuracy and cost of training",
        }
    }

    /// What stands under the axis.
    pub(super) fn label(self) -> &'static str {
        match self {
            Axis::Speed => "FPS relative to the dense network on the same device (×)",
            Axis::TrainingCost => "Cost of training relative to dense training (×, latency-weighted)",
        }
    }

    /// The place of a published value, if it can be told.
    pub(super) fn of_published(self, table: &TableDefinition, value: &Reference) -> Option<f64> {
        let speed = table.speedup(value);
        match self {
            // By definition.
            _ if value.method == DENSE => Some(1.0),
            Axis::Speed => speed,
            // HALP prunes a trained network and trains it once more, at its final latency.
            Axis::TrainingCost => value.train_cost_ratio.or_else(|| {
                let speed = speed.filter(|_| value.method == "halp")?;
                Some(latency_weighted_cost(1.0, &[(1.0, 1.0 / speed)]))
            }),
        }
    }

    /// Whether the place of a published value is computed from others, and not told.
    pub(super) fn is_computed(self, value: &Reference) -> bool {
        let told = match self {
            Axis::Speed => value.speedup,
            Axis::TrainingCost => value.train_cost_ratio,
        };
        told.is_none() && value.method != DENSE
    }

    /// The place of measured trials, if it was measured.
    pub(super) fn of_measured(self, line: &Line) -> Option<f64> {
        match self {
            _ if line.dense => Some(1.0),
            Axis::Speed => line.trials.throughput()?.relative,
            Axis::TrainingCost => line.trials.mean(|record| record.train_cost_ratio),
        }
    }
}
