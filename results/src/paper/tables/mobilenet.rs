//! Unstructured sparsity, ImageNet, MobileNet-V1, which the paper prunes by channels only.

use records::{Metric, words};

use super::table2::LONGER;
use crate::paper::row::READINGS;
use crate::paper::{Grouping, RowDefinition, TableDefinition};

/// The definition of the table.
pub fn definition() -> TableDefinition {
    let row = RowDefinition::run;
    let five_times = |row: RowDefinition| row.with(&[("training_length", "5")]);
    TableDefinition {
        id: "mobilenet",
        title: "ImageNet1K unstructured sparsity results on MobileNet-V1, top-1 accuracy in percent",
        of_paper: false,
        suite: "imagenet",
        dataset: "imagenet",
        profile: words::PAPER,
        model: "mobilenet-v1",
        metric: Metric::TOP1,
        rows: vec![
            RowDefinition::dense(),
            row("magnitude", "Magnitude, gradual", "Magnitude, gradual", "uniform"),
            row("rigl", "RigL", "RigL (ERK)", "erk"),
            RowDefinition::exploit_steps("Static (ERK), exploit steps", "erk"),
            row("iee", "IEE", "IEE (ERK)", "erk"),
            RowDefinition::beyond_the_epochs("IEE (ERK), exploration beyond the epochs", "erk"),
            row("acdc", "AC/DC", "AC/DC (global)", "global"),
            row("str", "STR", "STR", words::LEARNED)
                .with(&[("weight_decay", "3.751757813e-5"), ("initial_threshold", "-12800")]),
            five_times(row("small-dense", "Small dense 5x", "Small dense 5x", "width")),
            five_times(row("rigl", "RigL 5x", "RigL 5x (uniform)", "uniform")),
            five_times(row("iee", "IEE 5x", "IEE 5x (uniform)", "uniform")),
            five_times(row("rigl", "RigL 5x", "RigL 5x (ERK)", "erk")),
            five_times(row("iee", "IEE 5x", "IEE 5x (ERK)", "erk")),
        ],
        sparsities: vec![0.75, 0.9],
        latency_targets: Vec::new(),
        grouping: Grouping::Level,
        saliency_variance: false,
        notes: vec![
            "Not a table of the IEE paper, which has no MobileNet with unstructured sparsity. RigL counts \
             sparsity over the pruned layers only, excluding the first and the depthwise convolutions: its 75% \
             and 90% are 74.2% and 89% of all weights.",
            READINGS,
            LONGER,
            "AC/DC has a recipe of its own in the profile `paper`, that of its code for ResNet-50; `--dry-run` lists it.",
            "STR trains the thresholds of its layers. Its sparsity is not asked for: a trial stands at the sparsity that is \
             within 1.5 points of the one it reached, as the published values stand (75.28 and 89.01%). It has a recipe of \
             its own in the profile `paper`, that of its code, with decay and initial threshold for 89.01% of this network. By \
             a shorter profile thresholds that start so low prune nothing.",
        ],
    }
}
