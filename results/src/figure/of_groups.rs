//! The figures that every group of records has, as data.

use crate::paper::{Axis, CONVERGENCE, Curve, Panel};

/// The figures of every group of records, in the order in which a page shows them.
pub const OF_EVERY_GROUP: [GroupFigure; 7] = [
    GroupFigure {
        kind: "sparsity",
        title: "Accuracy and sparsity",
        panels: &[Panel::accuracy("sparsity", Axis::Sparsity)],
        each: Each::Group,
    },
    GroupFigure {
        kind: "latency",
        title: "Accuracy and latency",
        panels: &[Panel::accuracy("latency", Axis::Latency)],
        each: Each::Group,
    },
    GroupFigure {
        kind: "train-flops",
        title: "Accuracy and FLOPs of training",
        panels: &[Panel::accuracy("train-flops", Axis::TrainFlops)],
        each: Each::Group,
    },
    GroupFigure {
        kind: "fps",
        title: "Accuracy and throughput",
        panels: &[Panel::accuracy("fps", Axis::Throughput)],
        each: Each::Timing,
    },
    GroupFigure {
        kind: "curves",
        title: "Training",
        panels: &[
            Panel::training("top1", Curve::Top1),
            Panel::training("val-loss", Curve::TestLoss),
            Panel::training("train-loss", Curve::TrainLoss),
        ],
        each: Each::GroupOrLevel,
    },
    GroupFigure {
        kind: "convergence",
        title: "Convergence of the structure",
        panels: CONVERGENCE,
        each: Each::GroupOrLevel,
    },
    GroupFigure {
        kind: "density",
        title: "Density of the layers",
        panels: &[Panel::training("density", Curve::Density)],
        each: Each::Level,
    },
];

/// A figure that every group of records has.
#[derive(Clone, Copy, Debug)]
pub struct GroupFigure {
    /// How its ids begin.
    pub kind: &'static str,
    /// What it shows.
    pub title: &'static str,
    /// Its panels, from top to bottom.
    pub panels: &'static [Panel],
    /// What has a drawing of its own.
    pub each: Each,
}

/// What of a group has a drawing of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Each {
    /// The whole group.
    Group,
    /// The whole group, or every level with the dense network beside it if there are many rows.
    GroupOrLevel,
    /// Every level.
    Level,
    /// Every way in which throughput was measured.
    Timing,
}
