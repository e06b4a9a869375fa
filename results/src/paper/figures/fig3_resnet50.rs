//! The same as Figure 3 with ResNet-50: the rows of Table 1.

use crate::paper::figure::{FigureDefinition, SPEED_AND_COST};
use crate::paper::tables::table1;

/// The definition of the figure.
pub fn definition() -> FigureDefinition {
    FigureDefinition {
        id: "fig3-resnet50",
        title: "Figure 3 of IEE (arXiv 2502.03658) for ResNet-50: channel pruning on ImageNet, values of Table \
                1",
        table: table1::definition(),
        panels: SPEED_AND_COST,
        notes: &[],
    }
}
