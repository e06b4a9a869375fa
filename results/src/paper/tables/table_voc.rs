//! The numbers behind Figure 4: channels pruned to a latency, PASCAL VOC, SSD512-ResNet50.

use records::{Metric, words};

use crate::paper::{Grouping, RowDefinition, TableDefinition};

use super::table1;

/// The definition of the table.
pub fn definition() -> TableDefinition {
    TableDefinition {
        id: "table-voc",
        title: "The numbers behind Figure 4 of IEE (arXiv 2502.03658): PASCAL VOC structured sparsity results on \
                SSD512-ResNet50, mean average precision in percent",
        of_paper: false,
        suite: "voc",
        dataset: "voc",
        profile: words::PAPER,
        model: "ssd512-resnet50",
        metric: Metric::MAP,
        rows: rows(),
        sparsities: Vec::new(),
        latency_targets: vec![0.5, 0.35, 0.2],
        grouping: Grouping::Level,
        saliency_variance: false,
        notes: vec![
            "Latency: the fraction of the dense network's latency that remains; the profile's settings say \
             whether that is the latency of the backbone, as in the logs below, or of the whole network.",
            "IEE's own values are not known: the paper shows them in Figure 4 only, and no table of them was \
             found. A latency of 20% is where training logs end that are probably IEE's; 50% and 35% are this \
             harness's choice.",
            "IEE is trained from scratch, as in those logs. HALP, random and magnitude channel pruning start from a \
             pretrained network, whose training counts as 1.00 in their cost; how HALP's published detector \
             started is not known.",
            table1::READINGS,
            "RigL on channels, this harness's own reading of RigL, has a row in Table 1 alone; `harness suite voc \
             --method rigl-channels` trains it here.",
            "Other detectors of the SSD family and pruned ones are listed for orientation: their networks and \
             recipes differ, and nothing is compared with them.",
        ],
    }
}

/// The dense network and the ways of pruning its channels.
fn rows() -> Vec<RowDefinition> {
    let row = RowDefinition::channels;
    vec![
        RowDefinition::dense(),
        row("halp", "HALP").on_pretrained(),
        row("random-channels", "Random channels").on_pretrained(),
        row("magnitude", "Magnitude (channels)").on_pretrained(),
        row("iee", "IEE from scratch"),
        table1::beyond_the_epochs(),
    ]
}
