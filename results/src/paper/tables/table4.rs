//! Table 4: ablations of IEE, ImageNet, ResNet-50 at 90% ERK sparsity.

use records::{Metric, words};

use crate::paper::row::READINGS;
use crate::paper::{Grouping, RowDefinition, TableDefinition};

/// A third of the profile's H, J and Q.
const THIRD: &str = "0.3333333333333333,0.3333333333333333,0.3333333333333333";

/// The definition of the table.
pub fn definition() -> TableDefinition {
    let iee = |label, settings| RowDefinition::run("iee", label, label, "erk").with(settings);
    TableDefinition {
        id: "table4",
        title: "Table 4 of IEE (arXiv 2502.03658): ablation, ImageNet1K, ResNet50, 90% ERK sparsity, \
                100 epochs, top-1 accuracy in percent",
        of_paper: true,
        suite: "imagenet",
        dataset: "imagenet",
        profile: words::PAPER,
        model: "resnet50",
        metric: Metric::TOP1,
        rows: vec![
            RowDefinition::run("iee", "IEE", "IEE (H = J = Q = 150)", "erk"),
            RowDefinition::beyond_the_epochs("IEE, exploration beyond the epochs", "erk"),
            iee("H = J = Q = 50", &[("stage_scales", THIRD)]),
            iee("H = J = Q = 300", &[("stage_scales", "2,2,2")]),
            iee("w/o ReAct & Explore", &[("exploration_steps", "0")]),
            iee("w/o freezing", &[("freeze", "false")]),
            iee("zero init instead of MRU", &[("grown_values", "zero")]),
            iee("zero init of grown weights alone", &[("grown_values", "zero-grown")]),
            iee("w/o Accuracy Improvement", &[("recovery_steps", "0")]),
            RowDefinition::run("rigl", "RigL", "RigL (ERK)", "erk"),
            RowDefinition::exploit_steps("Static (ERK), exploit steps", "erk"),
        ],
        sparsities: vec![0.9],
        latency_targets: Vec::new(),
        grouping: Grouping::Level,
        saliency_variance: false,
        notes: vec![
            "The values of the paper's table are known only from secondary sources, and two not at all. For \
             `w/o freezing` only the difference is given.",
            "`zero init instead of MRU` has two readings: all weights start their exploration from zero, or they \
             explore from their most recently used values and those that grow restart from zero. Which one the \
             published value is of is not known; it stands at the first.",
            READINGS,
            "The labels give H, J and Q of the paper's recipe, in training steps. Other profiles use other \
             numbers of steps, which the rows scale by the same factors.",
        ],
    }
}
