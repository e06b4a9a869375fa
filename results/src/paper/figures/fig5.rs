//! Figure 5: convergence of masks and survival of grown connections, CIFAR-10, IEE and RigL.

use records::Metric;

use crate::paper::figure::{CONVERGENCE, FigureDefinition};
use crate::paper::{Grouping, RowDefinition, TableDefinition};

/// The definition of the figure.
pub fn definition() -> FigureDefinition {
    FigureDefinition {
        id: "fig5",
        title: "Figure 5 of IEE (arXiv 2502.03658): convergence of the structure and survival of grown connections",
        table: table(),
        panels: CONVERGENCE,
        notes: &[
            "The data of the paper's own figure are not known, so nothing published is drawn; nor is it known \
             on which network it was made.",
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
        model: "wrn-22-2",
        metric: Metric::TOP1,
        rows: vec![erk("rigl", "RigL", "RigL (ERK)"), erk("iee", "IEE", "IEE (ERK)")],
        sparsities: vec![0.9],
        latency_targets: Vec::new(),
        grouping: Grouping::Level,
        saliency_variance: false,
        notes: vec![
            "On which network and at which sparsity the paper made its figure is not known; those of its \
             Table 3 are this harness's choice.",
        ],
    }
}
