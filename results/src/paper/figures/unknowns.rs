//! What the choices that IEE's paper leaves open are worth, with intervals: the differences of the table, drawn.

use crate::paper::figure::FigureDefinition;
use crate::paper::tables::unknowns;

/// The definition of the figure.
pub fn definition() -> FigureDefinition {
    FigureDefinition {
        id: "unknowns",
        title: "What the paper (arXiv 2502.03658) leaves open, choice by choice",
        table: unknowns::definition(),
        panels: &[],
        notes: &[],
    }
}
