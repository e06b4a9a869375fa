//! The trials behind Figure 5 as a table: how the structures of IEE and RigL converge, on CIFAR-10.

use super::definition::{Grouping, TableDefinition};
use super::row::RowDefinition;

/// The definition of the table behind the figure.
pub fn definition() -> TableDefinition {
    let erk = |method, name, label| RowDefinition::run(method, name, label, "erk");
    TableDefinition {
        id: "fig5",
        title: "The trials behind Figure 5 of IEE (arXiv 2502.03658): CIFAR-10, unstructured sparsity, \
                WideResNet-22-2, top-1 accuracy in percent",
        suite: "cifar10",
        dataset: "cifar10",
        model: "wrn-22-2",
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
