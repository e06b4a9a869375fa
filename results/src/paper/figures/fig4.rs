//! Figure 4: mean average precision over speed and training cost, PASCAL VOC, SSD512-ResNet50.

use crate::paper::figure::{FigureDefinition, SPEED_AND_COST};
use crate::paper::tables::table_voc;

/// The definition of the figure.
pub fn definition() -> FigureDefinition {
    FigureDefinition {
        id: "fig4",
        title: "Figure 4 of IEE (arXiv 2502.03658): channel pruning of SSD512-ResNet50 on PASCAL VOC",
        table: table_voc::definition(),
        panels: SPEED_AND_COST,
        notes: &[
            "The points of IEE in the paper's own figure are not known. HALP's published training cost is computed \
             as if it started from a pretrained network, which is not known for its detector: 1 for that network, and \
             as long a training again at the final speed.",
        ],
    }
}
