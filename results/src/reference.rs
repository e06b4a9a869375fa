//! Published values that measured ones are set beside, each with its source.
//!
//! One CSV file a source, in the order in which sources are preferred; within a file the rows
//! trained as the published recipe says come first. The files are part of the program, and a test
//! holds them to the rule that every row is unique and printed by a table.

use std::sync::LazyLock;

use serde::Deserialize;

/// The files, most trusted first.
const FILES: [(&str, &str); 4] = [
    ("rigl-issue-8.csv", include_str!("../reference/rigl-issue-8.csv")),
    ("rigl-paper.csv", include_str!("../reference/rigl-paper.csv")),
    ("rigl-reproducibility.csv", include_str!("../reference/rigl-reproducibility.csv")),
    ("iee-summary.csv", include_str!("../reference/iee-summary.csv")),
];

/// How a value came here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Read in the source itself.
    Read,
    /// Told by another text about the source.
    Secondary,
    /// Calculated from formulas of the source.
    Computed,
}

/// One published result.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// The table it belongs to.
    pub table: String,
    /// The suite it was measured on.
    pub suite: String,
    /// The network.
    pub model: String,
    /// Key of the method.
    pub method: String,
    /// Label of the row it belongs to; longer training has labels of its own.
    pub label: String,
    /// How the sparsity is spread over the layers; empty where the source does not say.
    pub distribution: String,
    /// Share of zeros, 0 to 1.
    pub sparsity: f64,
    /// Top-1 accuracy, percent.
    pub top1: f64,
    /// Its standard deviation over runs, percent.
    pub top1_deviation: Option<f64>,
    /// FLOPs of training, relative to dense training.
    pub train_flops_ratio: Option<f64>,
    /// FLOPs of one forward pass, relative to the dense network.
    pub inference_flops_ratio: Option<f64>,
    /// Author and address of the source.
    pub source: String,
    /// Where in the source.
    pub location: String,
    /// How the value came here.
    pub status: Status,
    /// How its training differed from the published recipe; empty if it did not.
    pub conditions: String,
}

impl Reference {
    /// Whether a verdict may be given against this value: read at its source, same recipe.
    pub fn is_comparable(&self) -> bool {
        self.status == Status::Read && self.conditions.is_empty()
    }

    /// The value as the source writes it, with its deviation: `92.9 ± 0.16`.
    pub fn top1_text(&self) -> String {
        let about = if self.status == Status::Secondary { "≈ " } else { "" };
        let deviation = self.top1_deviation.map(|d| format!(" ± {d:.2}")).unwrap_or_default();
        let decimals = if (self.top1 * 10.0).fract().abs() < 1e-6 { 1 } else { 2 };
        format!("{about}{:.decimals$}{deviation}", self.top1)
    }
}

/// All published values, the preferred ones first.
pub fn references() -> &'static [Reference] {
    static ALL: LazyLock<Vec<Reference>> = LazyLock::new(|| {
        let read = |(name, text): &(&str, &str)| -> Vec<Reference> {
            csv::Reader::from_reader(text.as_bytes())
                .deserialize()
                .map(|row| row.unwrap_or_else(|error| panic!("reference/{name}: {error}")))
                .collect()
        };
        FILES.iter().flat_map(read).collect()
    });
    &ALL
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_row_parses_and_is_unique() {
        let mut seen = HashSet::new();
        for row in references() {
            let place = format!("{} {} {}", row.table, row.label, row.sparsity);
            assert!(seen.insert((place.clone(), &row.source, &row.conditions)), "{place} twice");
            assert!((0.0..1.0).contains(&row.sparsity), "{place}");
            assert!((50.0..100.0).contains(&row.top1), "{place}");
            assert!(!row.source.is_empty() && !row.location.is_empty(), "{place}");
        }
    }

    #[test]
    fn every_file_of_the_folder_is_read() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/reference");
        let mut names: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        let mut read = FILES.map(|(name, _)| name);
        read.sort();
        assert_eq!(names, read);
    }

    #[test]
    fn values_are_printed_as_published() {
        let find = |label: &str, sparsity: f64, source: &str| {
            let found = references()
                .iter()
                .find(|row| row.label == label && row.sparsity == sparsity && row.source.contains(source));
            found.unwrap().top1_text()
        };
        assert_eq!(find("Static (ERK)", 0.95, "issues/8"), "89.0");
        assert_eq!(find("SET (ERK)", 0.8, "2103.15767"), "92.9 ± 0.16");
        assert_eq!(find("Static 2x (uniform)", 0.9, "2103.15767"), "89.15");
        assert_eq!(find("RigL (ERK)", 0.8, "secondary"), "≈ 93.5");
    }
}
