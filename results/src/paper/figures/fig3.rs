//! Figure 3: accuracy over speed and training cost, ImageNet, MobileNet-V1, channels pruned.

use records::{Metric, words};

use crate::paper::figure::{FigureDefinition, SPEED_AND_COST};
use crate::paper::tables::table1;
use crate::paper::{Grouping, TableDefinition};

/// The definition of the figure.
pub fn definition() -> FigureDefinition {
    FigureDefinition {
        id: "fig3",
        title: "Figure 3 of IEE (arXiv 2502.03658): channel pruning of MobileNet-V1 on ImageNet",
        table: table(),
        panels: SPEED_AND_COST,
        notes: &["The points of the paper's own figure were not available; the dense network is RigL's."],
    }
}

/// The rows and levels that are drawn.
fn table() -> TableDefinition {
    TableDefinition {
        id: "fig3",
        title: "Figure 3 of IEE (arXiv 2502.03658): ImageNet1K structured sparsity results on \
                MobileNet-V1, top-1 accuracy in percent",
        of_paper: false,
        suite: "imagenet",
        dataset: "imagenet",
        profile: words::PAPER_CHANNELS,
        model: "mobilenet-v1",
        metric: Metric::TOP1,
        rows: table1::rows(),
        sparsities: Vec::new(),
        latency_targets: vec![0.6, 0.42, 0.3],
        grouping: Grouping::Level,
        saliency_variance: false,
        notes: vec![
            table1::REMAINS,
            "No points of the paper's own figure were available. HALP at 42% comes from HALP's own paper, by \
             way of a secondary source; 60% and 30% are this harness's choice. The dense network is RigL's, \
             trained with a different recipe.",
            table1::READINGS,
        ],
    }
}
