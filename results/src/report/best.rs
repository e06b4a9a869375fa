//! Which method did best at every sparsity or latency of every group of like records.

use std::collections::BTreeMap;

use crate::record::Record;
use crate::statistics::Summary;
use crate::table::DENSE;
use crate::table::number::target;

/// The methods of one group at one level.
#[derive(Debug, PartialEq)]
pub struct Best {
    /// Suite, profile, data set and network.
    pub group: [String; 4],
    /// What was asked for: `90%`, `latency 30%`.
    pub level: String,
    /// Top-1 accuracy of the dense network of the group, percent.
    pub dense: Option<Summary>,
    /// The methods by falling mean of top-1 accuracy, percent.
    pub ranking: Vec<(String, Summary)>,
}

/// Suite, profile, data set, its fingerprint, network.
type Place<'a> = [&'a str; 5];

/// What trials have in common whose methods are compared.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Level<'a> {
    place: Place<'a>,
    /// A share of latency is another one in another table.
    latency_table: &'a str,
    /// The share asked for, so that levels stand in order.
    thousandths: i64,
    name: String,
}

fn place(record: &Record) -> Place<'_> {
    [&record.suite, &record.profile, &record.dataset, &record.data_fingerprint, &record.model]
}

/// The method with all that makes its trials differ from others of it.
fn method(record: &Record) -> String {
    let mut text = record.method.clone();
    if !matches!(record.distribution.as_str(), "" | "none" | "latency") {
        text.push_str(&format!(", {}", record.distribution));
    }
    if !record.pretrained.is_empty() {
        text.push_str(", from pretrained");
    }
    if !record.settings.is_empty() {
        text.push_str(&format!(" [{}]", record.settings.replace(';', "; ")));
    }
    text
}

/// The rankings, in the order of their groups and levels.
pub fn best(records: &[Record]) -> Vec<Best> {
    let mut dense: BTreeMap<Place, Vec<f64>> = BTreeMap::new();
    let mut levels: BTreeMap<Level, BTreeMap<String, Vec<f64>>> = BTreeMap::new();
    for record in records.iter().filter(|record| record.is_ok()) {
        let (Some(top1), Some(level)) = (record.top1, target(record)) else { continue };
        if record.method == DENSE {
            // What was trained with settings of its own is another network to be beaten.
            if record.settings.is_empty() {
                dense.entry(place(record)).or_default().push(top1);
            }
            continue;
        }
        let share = record.latency_target.or(record.sparsity_target).unwrap_or(0.0);
        let level = Level {
            place: place(record),
            latency_table: &record.latency_table,
            thousandths: (share * 1000.0).round() as i64,
            name: level,
        };
        levels.entry(level).or_default().entry(method(record)).or_default().push(top1);
    }
    let rank = |(level, methods): (Level, BTreeMap<String, Vec<f64>>)| {
        let mut ranking: Vec<(String, Summary)> =
            methods.into_iter().filter_map(|(method, top1)| Some((method, Summary::of(&top1)?))).collect();
        ranking.sort_by(|a, b| b.1.mean.total_cmp(&a.1.mean));
        let [suite, profile, dataset, _, model] = level.place.map(String::from);
        let dense = dense.get(&level.place).and_then(|top1| Summary::of(top1));
        Best { group: [suite, profile, dataset, model], level: level.name, dense, ranking }
    };
    levels.into_iter().map(rank).collect()
}
