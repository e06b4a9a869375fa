//! Published values that measured ones are set beside, each with its source.
//!
//! One CSV file a source, in the order in which sources are preferred; what the RigL paper quotes
//! from others is apart from what it measured. Within a file the rows trained as the published
//! recipe says come first. The files are part of the program, and tests hold them to the rule that
//! every row is unique and printed by a table.

use std::fmt;
use std::sync::LazyLock;

use serde::Deserialize;

/// The files, most trusted first.
const FILES: [(&str, &str); 15] = [
    ("rigl-issue-8.csv", include_str!("../reference/rigl-issue-8.csv")),
    ("rigl-paper.csv", include_str!("../reference/rigl-paper.csv")),
    ("rigl-readme.csv", include_str!("../reference/rigl-readme.csv")),
    ("rigl-reproducibility.csv", include_str!("../reference/rigl-reproducibility.csv")),
    ("itop-readme.csv", include_str!("../reference/itop-readme.csv")),
    ("chase-readme.csv", include_str!("../reference/chase-readme.csv")),
    ("str-readme.csv", include_str!("../reference/str-readme.csv")),
    ("acdc-readme.csv", include_str!("../reference/acdc-readme.csv")),
    ("gap-readme.csv", include_str!("../reference/gap-readme.csv")),
    ("sr-ste-readme.csv", include_str!("../reference/sr-ste-readme.csv")),
    ("snfs-issue-7.csv", include_str!("../reference/snfs-issue-7.csv")),
    ("rigl-paper-quotes.csv", include_str!("../reference/rigl-paper-quotes.csv")),
    ("jaxpruner-readme.csv", include_str!("../reference/jaxpruner-readme.csv")),
    ("iee-note.csv", include_str!("../reference/iee-note.csv")),
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
    /// Key of the method, also of one that is not run here.
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

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Status::Read => "read",
            Status::Secondary => "secondary",
            Status::Computed => "computed",
        })
    }
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

    /// (table, label, sparsity, source, top-1, deviation, FLOPs of training and of inference), typed
    /// from the sources and not from the files.
    type Typed = (&'static str, &'static str, f64, &'static str, f64, Option<f64>, Option<f64>, Option<f64>);

    const TYPED: [Typed; 34] = [
        ("table2", "Dense", 0.0, "1911.11134", 76.8, Some(0.09), Some(1.0), Some(1.0)),
        ("table2", "Static (uniform)", 0.9, "1911.11134", 65.8, Some(0.04), Some(0.10), Some(0.10)),
        ("table2", "SNIP (uniform)", 0.8, "1911.11134", 72.0, Some(0.10), Some(0.23), Some(0.23)),
        ("table2", "Small dense", 0.9, "1911.11134", 68.9, Some(0.10), Some(0.12), Some(0.12)),
        ("table2", "Small dense 5x", 0.8, "1911.11134", 73.9, Some(0.07), Some(1.01), Some(0.20)),
        ("table2", "SET (uniform)", 0.9, "1911.11134", 69.6, Some(0.23), Some(0.10), Some(0.10)),
        ("table2", "RigL (uniform)", 0.8, "1911.11134", 74.6, Some(0.06), Some(0.23), Some(0.23)),
        ("table2", "RigL (ERK)", 0.9, "1911.11134", 73.0, Some(0.04), Some(0.25), Some(0.24)),
        ("table2", "RigL 5x (ERK)", 0.8, "1911.11134", 77.1, Some(0.06), Some(2.09), Some(0.42)),
        ("table2", "RigL 5x (uniform)", 0.9, "1911.11134", 75.7, Some(0.06), Some(0.52), Some(0.10)),
        ("table2", "SNFS (ERK)", 0.8, "1911.11134", 75.2, Some(0.11), Some(0.61), Some(0.42)),
        ("table2", "Magnitude, gradual", 0.9, "1911.11134", 73.9, None, Some(0.51), Some(0.10)),
        ("table2", "Magnitude, gradual 1.5x", 0.965, "1911.11134", 69.26, None, None, Some(0.07)),
        ("table2", "SET (uniform)", 0.95, "1911.11134", 64.4, Some(0.77), None, Some(0.08)),
        ("table2", "RigL 5x (ERK)", 0.965, "1911.11134", 72.7, Some(0.02), Some(0.45), Some(0.11)),
        ("table2", "DSR", 0.8, "1911.11134", 73.3, None, Some(0.40), Some(0.40)),
        ("table2", "DNW", 0.9, "1911.11134", 74.0, None, None, None),
        ("table2", "RigL 5x (uniform)", 0.9, "google-research/rigl", 75.73, None, Some(0.66), Some(0.13)),
        ("table2", "RigL-ITOP 2x", 0.9, "Parameterization", 75.5, None, Some(0.50), Some(0.24)),
        ("table2", "Chase 1.5x", 0.8, "2305.19454", 76.67, None, Some(0.55), Some(0.34)),
        ("table2", "MEST", 0.9, "2305.19454", 72.58, None, Some(0.12), Some(0.11)),
        ("table2", "STR", 0.95, "RAIVNLab", 70.23, None, None, None),
        ("table2", "AC/DC (global)", 0.9, "ACDC", 75.03, None, None, None),
        ("table2", "AC/DC 2x (uniform)", 0.9, "ACDC", 76.09, None, None, None),
        ("table2", "S-GaP (non-uniform)", 0.9, "boone891214", 77.90, None, None, None),
        ("table2", "Magnitude, gradual", 0.8, "jaxpruner", 75.53, None, None, None),
        ("table2", "SNFS, author", 0.9, "issues/7", 72.4, None, None, None),
        ("table2", "IEE 5x (ERK)", 0.8, "note on IEE", 77.8, None, None, None),
        ("table4", "H = J = Q = 300", 0.9, "note on IEE", 73.9, None, None, None),
        ("table4", "w/o ReAct & Explore", 0.9, "note on IEE", 73.1, None, None, None),
        ("table5", "SR-STE 2:8", 0.75, "NM-sparsity", 76.4, None, None, None),
        ("table5", "IEE 2:4", 0.5, "note on IEE", 77.5, None, None, None),
        ("mobilenet", "RigL 5x (ERK)", 0.75, "1911.11134", 71.9, Some(0.01), None, Some(0.52)),
        ("mobilenet", "AC/DC (global)", 0.9, "ACDC", 66.24, None, None, None),
    ];

    #[test]
    fn values_are_those_of_their_sources() {
        for (table, label, sparsity, source, top1, deviation, train, inference) in TYPED {
            let found = references().iter().find(|row| {
                (row.table.as_str(), row.label.as_str(), row.sparsity) == (table, label, sparsity)
                    && row.source.contains(source)
            });
            let row = found.unwrap_or_else(|| panic!("no {label} at {sparsity} of {source}"));
            let values = (row.top1, row.top1_deviation, row.train_flops_ratio, row.inference_flops_ratio);
            assert_eq!(values, (top1, deviation, train, inference), "{label} at {sparsity} of {source}");
        }
    }

    #[test]
    fn what_is_told_of_the_paper_and_what_rigl_quotes_is_second_hand() {
        let second_hand = |row: &Reference| {
            row.source.contains("secondary")
                || row.location.contains("quoting")
                || row.label.starts_with("MEST")
        };
        for row in references() {
            assert_eq!(row.status == Status::Secondary, second_hand(row), "{} of {}", row.label, row.source);
        }
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
        assert_eq!(find("RigL (ERK)", 0.8, "secondary summary"), "≈ 93.5");
    }
}
