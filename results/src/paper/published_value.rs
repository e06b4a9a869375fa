//! Published values that measured ones are set beside, each with its source.
//!
//! One CSV file per source, in the folder `reference`; what the RigL paper quotes from others is apart from
//! what it measured. Where several sources publish one value, the column `preference` says which is shown
//! first; within a file the rows trained as the published recipe says come first. Columns that a file does
//! not need may be missing from it. `build.rs` makes all files of the folder part of the program, and tests
//! hold them to the rule that every row is unique and shown by a table or a figure.

use std::fmt;
use std::sync::LazyLock;

use serde::Deserialize;

/// The files with their texts, by name.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/reference.rs"));

/// How a value was obtained.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Read in the source itself.
    Read,
    /// Taken from another text about the source.
    Secondary,
    /// Calculated from formulas of the source.
    Computed,
    /// Read off a figure in the source.
    Digitised,
}

/// One published result.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishedValue {
    /// Rank of its source among all, the most trusted first; the numbers need not follow on each other.
    preference: u32,
    /// The table or figure it belongs to.
    pub table: String,
    /// The suite it was measured on.
    pub suite: String,
    /// The network.
    pub model: String,
    /// Key of the method, also of one that is not run here.
    pub method: String,
    /// Label of the row it belongs to; longer training has labels of its own.
    pub label: String,
    /// Layer-wise sparsity distribution; empty where the source does not say.
    pub distribution: String,
    /// Share of zeros, 0 to 1; none where channels are pruned.
    pub sparsity: Option<f64>,
    /// Share of the dense network's latency that remains, 0 to 1.
    #[serde(default)]
    pub latency_target: Option<f64>,
    /// Top-1 accuracy, percent; of classification.
    #[serde(default)]
    top1: Option<f64>,
    /// Its standard deviation over runs, percentage points.
    #[serde(default)]
    top1_deviation: Option<f64>,
    /// Mean average precision, percent; of detection.
    #[serde(default)]
    map: Option<f64>,
    /// Its standard deviation over runs, percentage points.
    #[serde(default)]
    map_deviation: Option<f64>,
    /// FLOPs of training, relative to dense training.
    pub train_flops_ratio: Option<f64>,
    /// FLOPs of one forward pass, relative to the dense network.
    pub inference_flops_ratio: Option<f64>,
    /// Throughput on `device`, examples per second.
    #[serde(default)]
    pub fps: Option<f64>,
    /// Throughput over that of the dense network on `device`, as the source states it.
    #[serde(default)]
    pub speedup: Option<f64>,
    /// Latency-weighted cost of training, relative to dense training.
    #[serde(default)]
    pub train_cost_ratio: Option<f64>,
    /// Multiply-accumulates of one forward pass, billions.
    #[serde(default)]
    pub macs_g: Option<f64>,
    /// The device of the throughput; empty where it is not stated.
    #[serde(default)]
    pub device: String,
    /// Author and address of the source.
    pub source: String,
    /// Where in the source.
    pub location: String,
    /// How the value was obtained.
    pub status: Status,
    /// In what its training differed from the published recipe; empty if in nothing.
    pub conditions: String,
    /// Whether another group than the row's preferred source trained the same on the same data, so that it shows how
    /// far reproductions of the value spread.
    #[serde(default)]
    pub reproduction: bool,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Status::Read => "read",
            Status::Secondary => "secondary",
            Status::Computed => "computed",
            Status::Digitised => "digitised",
        })
    }
}

impl PublishedValue {
    /// Whether a verdict may be given against this value: read in its source, same recipe.
    pub fn is_comparable(&self) -> bool {
        self.status == Status::Read && self.conditions.is_empty()
    }

    /// The result, in the unit of the suite's metric.
    pub fn score(&self) -> Option<f64> {
        self.map.or(self.top1)
    }

    /// Standard deviation of the result over runs, in the unit of the suite's metric.
    pub fn score_deviation(&self) -> Option<f64> {
        self.map_deviation.or(self.top1_deviation)
    }

    /// The result as the source writes it, with its deviation: `92.9 ± 0.16`.
    pub fn score_text(&self) -> Option<String> {
        let score = self.score()?;
        let deviation = self.score_deviation().map(|d| format!(" ± {d:.2}")).unwrap_or_default();
        let decimals = if (score * 10.0).fract().abs() < 1e-6 { 1 } else { 2 };
        Some(format!("{}{score:.decimals$}{deviation}", self.about()))
    }

    /// The prefix of a number that was not read in its source.
    pub fn about(&self) -> &'static str {
        if matches!(self.status, Status::Secondary | Status::Digitised) { "≈ " } else { "" }
    }
}

/// All published values, the preferred ones first.
pub fn published_values() -> &'static [PublishedValue] {
    static ALL: LazyLock<Vec<PublishedValue>> = LazyLock::new(|| {
        let read = |(name, text): &(&str, &str)| -> Vec<PublishedValue> {
            csv::Reader::from_reader(text.as_bytes())
                .deserialize()
                .map(|row| row.unwrap_or_else(|error| panic!("reference/{name}: {error}")))
                .collect()
        };
        let mut all: Vec<PublishedValue> = FILES.iter().flat_map(read).collect();
        all.sort_by_key(|value| value.preference);
        all
    });
    &ALL
}

#[cfg(test)]
mod tests;
