//! How well a detector finds one class: a row of `classes.csv`.

use serde::{Deserialize, Serialize};

use super::files;
use super::rows::RunRow;
use crate::detection::{ClassScore, Score};

/// How well a detector finds one class.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ClassPrecision {
    /// The class.
    pub class: String,
    /// Objects that should be found: those that are not difficult.
    pub objects: u64,
    /// Detections.
    pub detections: u64,
    /// Average precision by eleven points, percent; none without an object to find.
    pub ap_11_points: Option<f64>,
    /// Average precision by all points, percent; none without an object to find.
    pub ap_all_points: Option<f64>,
}

impl ClassPrecision {
    /// What was reached on the classes with these `names`.
    pub fn of(score: &Score, names: &[String]) -> Vec<ClassPrecision> {
        let of_class = |(class, name): (&ClassScore, &String)| ClassPrecision {
            class: name.clone(),
            objects: class.objects as u64,
            detections: class.detections() as u64,
            ap_11_points: class.eleven_points.map(|share| 100.0 * share),
            ap_all_points: class.all_points.map(|share| 100.0 * share),
        };
        score.classes.iter().zip(names).map(of_class).collect()
    }
}

impl RunRow for ClassPrecision {
    const FILE: &'static str = files::CLASSES;
}
