//! Figure 3 as a table: channels pruned to a latency, on ImageNet with MobileNet-V1.

use super::definition::{Grouping, TableDefinition};
use super::table1;

/// The definition of the table behind the figure.
pub fn definition() -> TableDefinition {
    TableDefinition {
        id: "fig3",
        title: "Figure 3 of IEE (arXiv 2502.03658): ImageNet1K structured sparsity results on \
                MobileNet-V1, top-1 accuracy in percent",
        suite: "imagenet",
        dataset: "imagenet",
        model: "mobilenet-v1",
        rows: table1::rows(),
        sparsities: Vec::new(),
        latency_targets: vec![0.6, 0.42, 0.3],
        grouping: Grouping::Level,
        saliency_variance: false,
        notes: vec![
            table1::REMAINS,
            "Of the points of the paper's figure none could be read. HALP at 42% comes from HALP's own \
             paper, second-hand; 60% and 30% are this harness's choice. The dense network is RigL's, whose \
             recipe is another.",
        ],
    }
}
