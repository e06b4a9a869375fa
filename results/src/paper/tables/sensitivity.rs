//! Sensitivity of IEE to the lengths of its stages and to its saliency criterion.

use records::{Metric, words};

use crate::paper::{Grouping, RowDefinition, TableDefinition};

/// The definition of the table.
pub fn definition() -> TableDefinition {
    let iee = |label, settings| RowDefinition::run("iee", label, label, "erk").with(settings);
    TableDefinition {
        id: "sensitivity",
        title: "Sensitivity of IEE: ImageNet1K, ResNet50, 90% ERK sparsity, top-1 accuracy in percent",
        of_paper: false,
        suite: "imagenet",
        dataset: "imagenet",
        profile: words::PAPER,
        model: "resnet50",
        metric: Metric::TOP1,
        rows: vec![
            RowDefinition::run("iee", "IEE", "IEE (H = J = Q = 150, magnitude)", "erk"),
            iee("Q = 50", &[("stage_scales", "1,1,0.3333333333333333")]),
            iee("Q = 100", &[("stage_scales", "1,1,0.6666666666666666")]),
            iee("Q = 200", &[("stage_scales", "1,1,1.3333333333333333")]),
            iee("Q = 250", &[("stage_scales", "1,1,1.6666666666666667")]),
            iee("Q = 300", &[("stage_scales", "1,1,2")]),
            iee("H = 50", &[("stage_scales", "0.3333333333333333,1,1")]),
            iee("H = 300", &[("stage_scales", "2,1,1")]),
            iee("J = 50", &[("stage_scales", "1,0.3333333333333333,1")]),
            iee("J = 300", &[("stage_scales", "1,2,1")]),
            iee("criterion Taylor", &[("criterion", "taylor")]),
            iee("criterion gradient", &[("criterion", "gradient")]),
            iee("criterion SNIP", &[("criterion", "snip")]),
            iee("criterion GraSP", &[("criterion", "grasp")]),
        ],
        sparsities: vec![0.9],
        latency_targets: Vec::new(),
        grouping: Grouping::Level,
        saliency_variance: true,
        notes: vec![
            "Not a table of the paper. The first row is the paper's recipe; every other row changes one thing. \
             The labels give H, J and Q of the paper's recipe, in training steps; other profiles use other \
             numbers of steps, which the rows scale by the same factors. The control and the other reading of the \
             epochs are in Table 4.",
            "Saliency var., where recorded: how much the saliency of a weight varies from one pruning step to \
             the next, relative to the variance across weights; mean over pruning steps.",
        ],
    }
}
