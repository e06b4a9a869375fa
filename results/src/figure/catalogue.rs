//! The list of figures.

use crate::table::catalogue::definitions;

use super::axis::Axis;
use super::curve::Curve;
use super::definition::{Each, FigureDefinition, GroupFigure, Panel};

/// No figure has this id.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("there is no figure {id:?}; the figures are {}", figure_ids().join(", "))]
pub struct UnknownFigure {
    /// What was asked for.
    pub id: String,
}

/// A figure's id, the table behind it, its title, panels and notes.
type Entry = (&'static str, &'static str, &'static str, &'static [Panel], &'static [&'static str]);

const STRUCTURED: &[Panel] =
    &[Panel::accuracy("speed", Axis::Speed), Panel::accuracy("training-cost", Axis::TrainingCost)];

const CONVERGENCE: &[Panel] = &[
    Panel::training("iou-previous", Curve::IouPrevious),
    Panel::training("iou-final", Curve::IouFinal),
    Panel::training("survival", Curve::Survival),
    Panel::training("survival-by-age", Curve::SurvivalByAge),
];

const FIGURES: [Entry; 3] = [
    (
        "fig3",
        "fig3",
        "Figure 3 of IEE (arXiv 2502.03658): channel pruning of MobileNet-V1 on ImageNet",
        STRUCTURED,
        &["The points of the paper's own figure could not be read; the dense network is RigL's."],
    ),
    (
        "fig3-resnet50",
        "table1",
        "As Figure 3 of IEE (arXiv 2502.03658), for ResNet-50: channel pruning on ImageNet, values of Table 1",
        STRUCTURED,
        &[],
    ),
    (
        "fig5",
        "fig5",
        "Figure 5 of IEE (arXiv 2502.03658): convergence of the structure and survival of grown connections",
        CONVERGENCE,
        &[
            "The data of the paper's own figure are not known, so nothing published is drawn; nor is it known \
           on which network it was made.",
        ],
    ),
];

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

/// The ids of all figures.
pub fn figure_ids() -> Vec<&'static str> {
    FIGURES.map(|(id, ..)| id).to_vec()
}

/// The figure of this id.
pub fn figure(id: &str) -> Result<FigureDefinition, UnknownFigure> {
    let unknown = || UnknownFigure { id: id.to_string() };
    let (id, behind, title, panels, notes) =
        FIGURES.into_iter().find(|(known, ..)| *known == id).ok_or_else(unknown)?;
    let table = definitions().iter().find(|table| table.id == behind).ok_or_else(unknown)?.clone();
    Ok(FigureDefinition { id, title, table, panels, notes })
}
