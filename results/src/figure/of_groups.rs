//! The figures that every group of records has, as data.

use records::Metric;

use crate::paper::{Axis, CONVERGENCE, Curve, Panel, Shows};

/// The figures of every group of records, in the order in which a page shows them.
pub const OF_EVERY_GROUP: [GroupFigure; 7] = [
    GroupFigure {
        kind: "sparsity",
        title: None,
        panels: &[Panel::result("sparsity", Axis::Sparsity)],
        each: Each::Group,
    },
    GroupFigure {
        kind: "latency",
        title: None,
        panels: &[Panel::result("latency", Axis::Latency)],
        each: Each::Group,
    },
    GroupFigure {
        kind: "train-flops",
        title: None,
        panels: &[Panel::result("train-flops", Axis::TrainFlops)],
        each: Each::Group,
    },
    GroupFigure {
        kind: "fps",
        title: None,
        panels: &[Panel::result("fps", Axis::Throughput)],
        each: Each::Timing,
    },
    GroupFigure {
        kind: "curves",
        title: Some("Training"),
        panels: &[
            Panel::training("score", Curve::Score),
            Panel::training("val-loss", Curve::TestLoss),
            Panel::training("train-loss", Curve::TrainLoss),
        ],
        each: Each::GroupOrLevel,
    },
    GroupFigure {
        kind: "convergence",
        title: Some("Convergence of the structure"),
        panels: CONVERGENCE,
        each: Each::GroupOrLevel,
    },
    GroupFigure {
        kind: "density",
        title: Some("Density of the layers"),
        panels: &[Panel::training("density", Curve::Density)],
        each: Each::Level,
    },
];

/// A figure that every group of records has.
#[derive(Clone, Copy, Debug)]
pub struct GroupFigure {
    /// How its ids begin.
    pub kind: &'static str,
    /// What it shows; that of its panel if there is none.
    title: Option<&'static str>,
    /// Its panels, from top to bottom.
    pub panels: &'static [Panel],
    /// What gets a drawing of its own.
    pub each: Each,
}

/// The part of a group that gets a drawing of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Each {
    /// The whole group.
    Group,
    /// The whole group, or every level with the dense network beside it if there are many rows.
    GroupOrLevel,
    /// Every level.
    Level,
    /// Every combination of settings with which throughput was measured.
    Timing,
}

impl GroupFigure {
    /// Whether it shows results over the levels that were asked for.
    pub fn is_by_level(&self) -> bool {
        self.panels.iter().all(|panel| matches!(panel.shows, Shows::Result(axis) if axis.is_level()))
    }

    /// What it shows, of a suite with this metric.
    pub fn title(&self, metric: Metric) -> String {
        self.title.map_or_else(|| self.panels[0].title(metric), String::from)
    }
}
