//! Table 5: N:M sparsity, ImageNet, ResNet-50.

use records::{Metric, words};

use crate::paper::row::READINGS;
use crate::paper::{Grouping, RowDefinition, TableDefinition};

/// The definition of the table.
pub fn definition() -> TableDefinition {
    let row = RowDefinition::run;
    TableDefinition {
        id: "table5",
        title: "Table 5 of IEE (arXiv 2502.03658): ImageNet1K N:M sparsity results with ResNet50, top-1 \
                accuracy in percent",
        of_paper: true,
        suite: "imagenet",
        dataset: "imagenet",
        profile: words::PAPER,
        model: "resnet50",
        metric: Metric::TOP1,
        rows: vec![
            RowDefinition::dense(),
            row("magnitude", "Magnitude, gradual", "Magnitude, gradual 2:4", "2:4"),
            row("magnitude", "Magnitude, gradual", "Magnitude, gradual 4:8", "4:8"),
            row("magnitude", "Magnitude, gradual", "Magnitude, gradual 1:4", "1:4"),
            row("sr-ste", "SR-STE", "SR-STE 2:4", "2:4"),
            row("sr-ste", "SR-STE", "SR-STE 4:8", "4:8"),
            row("sr-ste", "SR-STE", "SR-STE 1:4", "1:4"),
            row("sr-ste", "SR-STE", "SR-STE 2:8", "2:8"),
            RowDefinition::exploit_steps("Static 2:4, exploit steps", "2:4"),
            row("iee", "IEE", "IEE 2:4", "2:4"),
            RowDefinition::beyond_the_epochs("IEE 2:4, exploration beyond epochs", "2:4"),
            row("iee", "IEE", "IEE 4:8", "4:8"),
            row("iee", "IEE", "IEE 1:4", "1:4"),
        ],
        sparsities: vec![0.5, 0.75],
        latency_targets: Vec::new(),
        grouping: Grouping::Level,
        saliency_variance: false,
        notes: vec![
            "N:M keeps N of every M consecutive weights. Only two values of the paper's own table are known, \
             from secondary sources: IEE and SR-STE at 2:4.",
            "SR-STE has a recipe of its own in the profile `paper`, that of its code, which differs from that of the \
             other rows in epochs, batch, schedule, decay, smoothing and initial weights; `--dry-run` lists it. Its \
             training FLOPs are relative to a dense training of as many epochs. Its code also prunes the first \
             convolution and changes the colours of photographs, which is not done here.",
            READINGS,
            "Exploit steps and exploration beyond the epochs stand at 2:4 alone, where the paper's value is known.",
        ],
    }
}
