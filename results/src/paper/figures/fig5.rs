//! Figure 5: convergence of masks and survival of grown connections, CIFAR-10, IEE and RigL.

use records::{Metric, words};

use crate::paper::figure::{CONVERGENCE, FigureDefinition};
use crate::paper::{Grouping, RowDefinition, TableDefinition};

/// The definition of the figure.
pub fn definition() -> FigureDefinition {
    FigureDefinition {
        id: "fig5",
        title: "Figure 5 of IEE (arXiv 2502.03658): mask convergence and survival of grown connections",
        table: table(),
        panels: CONVERGENCE,
        notes: &[
            "The data and the network of the paper's own figure are not known, so no published values are \
             shown.",
        ],
    }
}

/// The trials whose structures are followed.
fn table() -> TableDefinition {
    let erk = |method, name, label| RowDefinition::run(method, name, label, "erk");
    TableDefinition {
        id: "fig5",
        title: "The trials behind Figure 5 of IEE (arXiv 2502.03658): CIFAR-10, unstructured sparsity, \
                WideResNet-22-2, top-1 accuracy in percent",
        of_paper: false,
        suite: "cifar10",
        dataset: "cifar10",
        profile: words::PAPER,
        model: "wrn-22-2",
        metric: Metric::TOP1,
        rows: vec![erk("rigl", "RigL", "RigL (ERK)"), erk("iee", "IEE", "IEE (ERK)")],
        sparsities: vec![0.9],
        latency_targets: Vec::new(),
        grouping: Grouping::Level,
        saliency_variance: false,
        notes: vec![
            "The network and the sparsity of the paper's figure are not known; using those of its Table 3 is \
             this harness's choice.",
            "Exploration counts among the epochs here. Beyond them it has the same cycles, only more of them; a \
             static structure, the control elsewhere, never changes.",
        ],
    }
}
