//! What a figure shows, as data.

use records::Metric;

use crate::page::text::capitalised;

use super::axis::Axis;
use super::curve::Curve;
use super::table::TableDefinition;

/// One figure of the paper, or one beside them.
#[derive(Clone, Debug)]
pub struct FigureDefinition {
    /// What it is called on the command line.
    pub id: &'static str,
    /// What it shows and where it comes from.
    pub title: &'static str,
    /// The rows, levels, records and published values it shows.
    pub table: TableDefinition,
    /// Its panels, from top to bottom; none where it shows the differences that its table is about.
    pub panels: &'static [Panel],
    /// Notes under it, in sentences.
    pub notes: &'static [&'static str],
}

/// One panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panel {
    /// Its name in a CSV file, unless that is the metric's.
    pub name: &'static str,
    /// What it shows.
    pub shows: Shows,
}

/// What a panel shows of the rows of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    /// One point per row: the metric over another quantity.
    Result(Axis),
    /// One curve per row, from what its trials wrote while they trained.
    Training(Curve),
}

impl Panel {
    /// The metric of the suite over another quantity.
    pub const fn result(name: &'static str, over: Axis) -> Panel {
        Panel { name, shows: Shows::Result(over) }
    }

    /// What trials wrote while they trained.
    pub const fn training(name: &'static str, curve: Curve) -> Panel {
        Panel { name, shows: Shows::Training(curve) }
    }

    /// Its name in a CSV file, of a suite with this metric.
    pub fn name(self, metric: Metric) -> &'static str {
        if self.shows == Shows::Training(Curve::Score) { metric.column } else { self.name }
    }

    /// Its title.
    pub fn title(self, metric: Metric) -> String {
        match self.shows {
            Shows::Result(axis) => format!("{} vs. {}", capitalised(metric.name), axis.quantity()),
            Shows::Training(curve) => curve.title(metric),
        }
    }

    /// Label of its horizontal axis, with its unit.
    pub fn across(self) -> &'static str {
        match self.shows {
            Shows::Result(axis) => axis.label(),
            Shows::Training(curve) => curve.across(),
        }
    }

    /// Whether its points have a Pareto front.
    pub fn has_front(self) -> bool {
        matches!(self.shows, Shows::Result(axis) if axis.has_front())
    }

    /// Horizontal coordinate of a quantity.
    pub fn place(self, x: f64) -> f64 {
        match self.shows {
            Shows::Result(axis) => axis.place(x),
            Shows::Training(_) => x,
        }
    }

    /// The least margins of the axes, in the coordinates in which they are drawn.
    pub fn margins(self) -> (f64, f64) {
        match self.shows {
            Shows::Result(axis) => (axis.margin(), 0.5),
            Shows::Training(curve) => curve.margins(),
        }
    }
}

/// How masks and channels converge and how grown connections survive, of every run that changed its structure.
pub const CONVERGENCE: &[Panel] = &[
    Panel::training("iou-previous", Curve::IouPrevious),
    Panel::training("iou-final", Curve::IouFinal),
    Panel::training("survival", Curve::Survival),
    Panel::training("survival-by-age", Curve::SurvivalByAge),
];

/// What channel pruning is worth: accuracy over the speed of the network and over the cost of its training.
pub const SPEED_AND_COST: &[Panel] =
    &[Panel::result("speed", Axis::Speed), Panel::result("training-cost", Axis::TrainingCost)];
