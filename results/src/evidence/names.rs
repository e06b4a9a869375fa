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

/// Whether a data set of the same name with other files is among these records.
pub fn has_twin<'a>(of: &Record, mut records: impl Iterator<Item = &'a Record>) -> bool {
    records.any(|other| other.dataset == of.dataset && other.data_fingerprint != of.data_fingerprint)
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
