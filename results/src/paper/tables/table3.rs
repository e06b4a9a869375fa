//! Table 3: unstructured sparsity, CIFAR-10, WideResNet-22-2.

use records::{Metric, words};

use crate::paper::row::READINGS;
use crate::paper::{Grouping, RowDefinition, TableDefinition};

/// The definition of the table.
pub fn definition() -> TableDefinition {
    let erk = |method, name, label| RowDefinition::run(method, name, label, "erk");
    TableDefinition {
        id: "table3",
        title: "Table 3 of IEE (arXiv 2502.03658): CIFAR-10, unstructured sparsity, \
                WideResNet-22-2, top-1 accuracy in percent",
        of_paper: true,
        suite: "cifar10",
        dataset: "cifar10",
        profile: words::PAPER,
        model: "wrn-22-2",
        metric: Metric::TOP1,
        rows: vec![
            RowDefinition::dense(),
            erk("static", "Static", "Static (ERK)"),
            RowDefinition::exploit_steps("Static (ERK), exploit steps", "erk"),
            erk("magnitude-oneshot", "Magnitude, one-shot", "Magnitude, one-shot"),
            erk("magnitude", "Magnitude, gradual", "Magnitude, gradual"),
            erk("granet", "GraNet", "GraNet (ERK)"),
            erk("set", "SET", "SET (ERK)"),
            erk("snfs", "SNFS", "SNFS (ERK)"),
            erk("mest", "MEST", "MEST (ERK)"),
            erk("rigl", "RigL", "RigL (ERK)"),
            erk("srigl", "SRigL", "SRigL with ablation (ERK)"),
            erk("top-kast", "Top-KAST", "Top-KAST (ERK)"),
            erk("iee", "IEE", "IEE (ERK)"),
            RowDefinition::beyond_the_epochs("IEE (ERK), exploration beyond the epochs", "erk"),
        ],
        sparsities: vec![0.8, 0.9, 0.95],
        latency_targets: Vec::new(),
        grouping: Grouping::Level,
        saliency_variance: false,
        notes: vec![
            "The values of the paper's own Table 3, IEE's among them, were not available to this project. The \
             published column comes from the sources listed below the table; that the paper reports 80, 90 and \
             95% is an assumption.",
            "GraNet, MEST, SRigL and Top-KAST were published with recipes or networks of their own; here they have those of \
             the other rows.",
            READINGS,
        ],
    }
}
