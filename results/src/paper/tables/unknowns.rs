//! What the choices that IEE's paper leaves open are worth: each against the default, CIFAR-10, 90% ERK sparsity.

use records::{Metric, words};

use crate::paper::{Grouping, Pairing, RowDefinition, TableDefinition};

/// The row of the defaults.
const DEFAULT: &str = "IEE (ERK)";
/// The row that decides whether a choice matters.
const RIVAL: &str = "RigL (ERK)";

/// The definition of the table.
pub fn definition() -> TableDefinition {
    let iee = |label, settings| RowDefinition::run("iee", label, label, "erk").with(settings);
    TableDefinition {
        id: "unknowns",
        title: "What the paper (arXiv 2502.03658) leaves open, choice by choice: CIFAR-10, WideResNet-22-2, \
                90% ERK sparsity, top-1 accuracy in percent",
        of_paper: false,
        suite: "cifar10",
        dataset: "cifar10",
        profile: words::PAPER,
        model: "wrn-22-2",
        metric: Metric::TOP1,
        rows: vec![
            // The first rows are those that synthetic images are to show.
            RowDefinition::run("iee", "IEE", DEFAULT, "erk"),
            RowDefinition::run("rigl", "RigL", RIVAL, "erk"),
            RowDefinition::run("static", "Static", "Static (ERK)", "erk"),
            iee("exploration beyond the epochs", &[("exploration_counts", "false")]),
            iee("exploration from zero", &[("grown_values", "zero")]),
            iee("unused weights start from initial values", &[("unused_values", "initial")]),
            iee("growth at random", &[("grow_criterion", "random")]),
            iee("stages end once settled", &[("stage_end", "settled")]),
            iee("active weights not frozen", &[("freeze", "false")]),
            iee("grown weights from zero", &[("grown_values", "zero-grown")]),
            iee("Omega falls as a cosine", &[("update_decay", "cosine")]),
            iee("updates until 50%", &[("update_end", "0.5")]),
            iee("Q = 50", &[("stage_scales", "1,1,0.5")]),
            iee("H = J = Q = 50", &[("stage_scales", "0.5,0.5,0.5")]),
            iee("Omega constant", &[("update_decay", "constant")]),
            iee("Omega from 0.1", &[("update_fraction", "0.1")]),
            iee("Omega from 0.5", &[("update_fraction", "0.5")]),
            iee("growth by gradient", &[("grow_criterion", "gradient")]),
            iee("biases and batch norms explore", &[("explore_others", "true")]),
            iee("batch statistics follow exploration", &[("explore_statistics", "track")]),
            iee("layers exchange budgets", &[("scope", "global")]),
            iee("H = J = Q = 200", &[("stage_scales", "2,2,2")]),
            iee("H = J = Q = 300", &[("stage_scales", "3,3,3")]),
            iee("Q = 200", &[("stage_scales", "1,1,2")]),
            iee("Q = 300", &[("stage_scales", "1,1,3")]),
            iee("exploration that does not grow is forgotten", &[("grown_values", "last-active")]),
            iee("frozen weights lose their momentum", &[("frozen_momentum", "zero")]),
            iee("exploration at half rate", &[("exploration_rate", "0.5")]),
            iee("updates until 90%", &[("update_end", "0.9")]),
            iee("stages settled by 80%", &[("stage_end", "settled"), ("settled_overlap", "0.8")]),
            RowDefinition::exploit_steps("Static (ERK), exploit steps", "erk"),
        ],
        sparsities: vec![0.9],
        latency_targets: Vec::new(),
        grouping: Grouping::Difference(Pairing { reference: DEFAULT, rival: RIVAL }),
        saliency_variance: true,
        notes: vec![
            "Not a table of the paper. Each choice changes one thing that no reachable source states, or whose \
             published ablation is known from a secondary source alone. Some also change how long the \
             training is: exploration beyond the epochs makes it longer, for which RigL with a `training_length` is the \
             control where it is recorded, and stages that end once settled make it shorter. Long stages leave room for \
             fewer changes of the structure, which is a part of what they are worth.",
            "What the paper leaves open for ImageNet and for channels alone (learning rates, the path of latencies) has \
             settings, but no rows here. By default Omega falls to a hundredth of its first value. That factor has \
             no row either; with `constant` and `cosine` Omega falls more slowly.",
            "On synthetic images only the first rows are run, which show that everything works.",
            "The labels give H, J and Q of the paper's recipe for CIFAR-10, 100 training steps each. Other \
             profiles use other numbers of steps, which the rows scale by the same factors; the number of cycles \
             follows from them.",
            "Saliency var., where recorded: how much the saliency of a weight varies from one pruning step to \
             the next, relative to the variance across weights; mean over pruning steps.",
        ],
    }
}
