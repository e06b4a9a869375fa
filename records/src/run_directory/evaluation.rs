//! One evaluation during training: a row of `metrics.csv`.

use csv::{StringRecord, Writer};
use serde::{Deserialize, Serialize};

use super::files;
use super::rows::RunRow;
use crate::csv_file::{columns, fields};
use crate::{Metric, Record};

/// The columns that only a classification has.
const OF_CLASSIFICATION: [&str; 2] = ["top1", "top5"];
/// The columns that only a detection has.
const OF_DETECTION: [&str; 2] = ["map", "map_all_points"];

/// One evaluation during training.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Evaluation {
    /// Optimizer steps done.
    pub step: u64,
    /// Epochs done.
    pub epoch: f64,
    /// Stage of the method at the last step.
    pub stage: String,
    /// Learning rate of the last step.
    pub learning_rate: Option<f64>,
    /// Share of zeros among the weights, 0 to 1.
    pub sparsity: Option<f64>,
    /// Mean training loss since the last evaluation, nats an example.
    pub train_loss: Option<f64>,
    /// Mean loss on the test examples, nats an example.
    pub val_loss: Option<f64>,
    /// Top-1 accuracy, percent, of a classification.
    pub top1: Option<f64>,
    /// Top-5 accuracy, percent, of a classification.
    pub top5: Option<f64>,
    /// Mean average precision, percent, of a detection.
    pub map: Option<f64>,
    /// The same with the area under the whole precision-recall curve, as the VOC devkit has it from 2010 on.
    pub map_all_points: Option<f64>,
}

impl Evaluation {
    /// What was measured of `metric`, in its unit.
    pub fn score(&self, metric: Metric) -> Option<f64> {
        metric.of(&Record { top1: self.top1, map: self.map, ..Record::default() })
    }

    /// The same with what the suite's task measured, in percent, in `column`.
    ///
    /// # Panics
    ///
    /// If there is no such column; the names are those of the fields.
    pub fn with_score(mut self, column: &str, percent: f64) -> Evaluation {
        let score = match column {
            "top1" => &mut self.top1,
            "top5" => &mut self.top5,
            "map" => &mut self.map,
            "map_all_points" => &mut self.map_all_points,
            _ => panic!("an evaluation has no column `{column}`"),
        };
        *score = Some(percent);
        self
    }
}

/// A file has the columns of its task only; one without a score, as of a training that diverged, those of none.
impl RunRow for Evaluation {
    const FILE: &'static str = files::METRICS;

    fn columns(rows: &[Evaluation]) -> StringRecord {
        let detects = rows.iter().any(|row| row.map.or(row.map_all_points).is_some());
        let classifies = rows.iter().any(|row| row.top1.or(row.top5).is_some());
        let is_absent = |column: &str| {
            (!classifies && OF_CLASSIFICATION.contains(&column))
                || (!detects && OF_DETECTION.contains(&column))
        };
        columns::<Evaluation>().iter().filter(|column| !is_absent(column)).collect()
    }

    fn write(&self, present: &StringRecord, writer: &mut Writer<Vec<u8>>) -> csv::Result<()> {
        let (all, fields) = (columns::<Evaluation>(), fields([self]));
        let is_present = |column: &str| present.iter().any(|name| name == column);
        writer.write_record(
            all.iter().zip(&fields[0]).filter(|(column, _)| is_present(column)).map(|(_, field)| field),
        )
    }
}
