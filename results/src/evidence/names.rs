//! Names of trials, where no row of a table names them.

use records::Record;
use records::detection::Rule;

use crate::page::number::percent;
use crate::paper::settings::parse;

/// The target of a trial: sparsity, `80%`, or latency, `latency 30%`.
pub fn target(record: &Record) -> Option<String> {
    let latency = record.latency_target.map(|share| format!("latency {}", percent(share)));
    latency.or_else(|| record.sparsity_target.map(percent))
}

/// The rule by which a detector's average precision is computed, which its settings name if it is not the usual one.
pub fn rule(record: &Record) -> &str {
    let named = parse(&record.settings).into_iter().find(|(key, _)| *key == "metric_rule");
    named.map_or(Rule::default().name(), |(_, rule)| rule)
}

/// What trials of one method share: its name, distribution, settings and start.
pub fn subject(record: &Record) -> [&str; 4] {
    [&record.method, &record.distribution, &record.settings, start(record)]
}

/// Which of several data sets of one name is meant, to follow the name.
pub fn files(fingerprint: &str) -> String {
    format!(", files {fingerprint}")
}

/// Which data set a record is of, to follow the name; empty where no other of that name is among `records`.
pub fn files_among<'a>(record: &Record, mut records: impl Iterator<Item = &'a Record>) -> String {
    let is_twin =
        |other: &Record| other.dataset == record.dataset && other.data_fingerprint != record.data_fingerprint;
    if records.any(is_twin) { files(&record.data_fingerprint) } else { String::new() }
}

/// How a training starts, if not from scratch.
pub fn start(record: &Record) -> &'static str {
    if record.pretrained.is_empty() { "" } else { ", pretrained" }
}

/// A distribution as tables write it: `ERK`, `uniform`.
pub fn distribution_name(distribution: &str) -> String {
    match distribution {
        "er" | "erk" => distribution.to_uppercase(),
        _ => distribution.to_string(),
    }
}
