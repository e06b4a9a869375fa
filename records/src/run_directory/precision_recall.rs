//! Precision and recall of a detector on one class, down to one score: a row of `precision_recall.csv`.

use serde::{Deserialize, Serialize};

use super::files;
use super::rows::RunRow;
use crate::detection::{Score, thinned};

/// Precision and recall of the detections of one class down to one score.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PrecisionRecall {
    /// The class.
    pub class: String,
    /// The lowest score among the detections.
    pub score: f64,
    /// The share of the detections that found an object, 0 to 1.
    pub precision: f64,
    /// The share of the objects that are found, 0 to 1.
    pub recall: f64,
}

impl PrecisionRecall {
    /// The curves of the classes with these `names`, one after another, each of at most 101 rows ([`thinned`]).
    pub fn of(score: &Score, names: &[String]) -> Vec<PrecisionRecall> {
        let mut rows = Vec::new();
        for (class, name) in score.classes.iter().zip(names) {
            rows.extend(thinned(&class.curve).into_iter().map(|point| PrecisionRecall {
                class: name.clone(),
                score: point.score,
                precision: point.precision,
                recall: point.recall,
            }));
        }
        rows
    }
}

impl RunRow for PrecisionRecall {
    const FILE: &'static str = files::PRECISION_RECALL;
}
