//! Channels of a ResNet-50 on ten classes of ImageNet.

use records::Record;
use results::statistics::mean;

use super::{PROJECT, accuracy, difference, readme_of, recorded, tables};

const RECORDED: &str = "imagenet-lite-cpu-channels";
/// Shares of the dense latency.
const TARGETS: [f64; 3] = [0.55, 0.4, 0.3];
const HEADER: &str = "| | top-1 %, 55 % of the latency |";

/// Rows: label, method, whether it prunes a trained network, and what it sets besides the size of the photographs.
const METHODS: [Row; 8] = [
    ("dense, twice as long", "dense", false, "training_length=2"),
    ("HALP, pretrained", "halp", true, ""),
    ("IEE, pretrained", "iee", true, ""),
    ("random channels, pretrained", "random-channels", true, ""),
    ("dense", "dense", false, ""),
    ("IEE from scratch, exploration within the epochs, twice as long", "iee", false, "training_length=2"),
    ("IEE from scratch, exploration beyond the epochs", "iee", false, "exploration_counts=false"),
    ("IEE from scratch, exploration within the epochs", "iee", false, ""),
];

type Row = (&'static str, &'static str, bool, &'static str);

/// The trials of a row at a target; a dense network has none.
fn of(all: &[Record], (_, method, pretrained, own): Row, target: f64) -> Vec<&Record> {
    let settings = |record: &Record| {
        let others = record.settings.split(';').filter(|set| !["image_size=64", "resize=72"].contains(set));
        others.collect::<Vec<_>>().join(";")
    };
    let is = |record: &&Record| {
        record.method == method
            && record.pretrained.is_empty() != pretrained
            && settings(record) == own
            && (method == "dense" || record.latency_target == Some(target))
    };
    all.iter().filter(is).collect()
}

#[test]
fn the_table_of_channels_is_what_is_recorded() {
    let all = recorded(RECORDED);
    let tables = tables(PROJECT, HEADER);
    let [table] = &tables[..] else { panic!("{} tables", tables.len()) };
    let halp = METHODS[1];
    let expected = METHODS.map(|row| {
        let mut cells = vec![row.0.to_string()];
        for target in TARGETS {
            let (trials, others) = (of(&all, row, target), of(&all, halp, target));
            cells.push(accuracy(&trials, 1));
            cells.push(if row == halp { "–".to_string() } else { difference(&trials, &others, 1) });
        }
        let cost = |target| {
            let trials = of(&all, row, target);
            let costs: Vec<f64> = trials.iter().map(|trial| trial.train_cost_ratio.unwrap()).collect();
            mean(&costs).map_or("–".to_string(), |cost| format!("{cost:.2}"))
        };
        cells.push(if row.1 == "dense" { cost(TARGETS[0]) } else { TARGETS.map(cost).join(", ") });
        cells.push(of(&all, row, TARGETS[0]).len().to_string());
        cells
    });
    assert_eq!(*table, expected);
}

/// The README of the records has the same table, word for word.
#[test]
fn the_readme_of_the_records_has_the_same_table() {
    assert_eq!(tables(PROJECT, HEADER), tables(&readme_of(RECORDED), HEADER));
}
