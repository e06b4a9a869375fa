//! The list of figures.

use crate::table::catalogue::definitions;

use super::definition::{Axis, FigureDefinition, Panel};

/// No figure has this id.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("there is no figure {id:?}; the figures are {}", figure_ids().join(", "))]
pub struct UnknownFigure {
    /// What was asked for.
    pub id: String,
}

/// A figure's id, the table behind it, its title and notes.
type Entry = (&'static str, &'static str, &'static str, &'static [&'static str]);

const FIGURES: [Entry; 2] = [
    (
        "fig3",
        "fig3",
        "Figure 3 of IEE (arXiv 2502.03658): channel pruning of MobileNet-V1 on ImageNet",
        &["The points of the paper's own figure could not be read; the dense network is RigL's."],
    ),
    (
        "fig3-resnet50",
        "table1",
        "As Figure 3 of IEE (arXiv 2502.03658), for ResNet-50: channel pruning on ImageNet, values of Table 1",
        &[],
    ),
];

/// The ids of all figures.
pub fn figure_ids() -> Vec<&'static str> {
    FIGURES.map(|(id, ..)| id).to_vec()
}

/// The figure of this id.
pub fn figure(id: &str) -> Result<FigureDefinition, UnknownFigure> {
    let unknown = || UnknownFigure { id: id.to_string() };
    let (id, behind, title, notes) =
        FIGURES.into_iter().find(|(known, ..)| *known == id).ok_or_else(unknown)?;
    let table = definitions().iter().find(|table| table.id == behind).ok_or_else(unknown)?.clone();
    let panels =
        vec![Panel { name: "speed", x: Axis::Speed }, Panel { name: "training-cost", x: Axis::TrainingCost }];
    Ok(FigureDefinition { id, title, table, panels, notes: notes.to_vec() })
}
