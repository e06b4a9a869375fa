//! One evaluation during training: a row of `metrics.csv`.

use serde::{Deserialize, Serialize};

use super::files;
use super::rows::RunRow;
use crate::{Metric, Record};

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
    /// Top-1 accuracy, percent.
    pub top1: Option<f64>,
    /// Top-5 accuracy, percent.
    pub top5: Option<f64>,
}

impl Evaluation {
    /// What was measured of `metric`, in its unit.
    pub fn score(&self, metric: Metric) -> Option<f64> {
        metric.of(&Record { top1: self.top1, ..Record::default() })
    }
}

impl RunRow for Evaluation {
    const FILE: &'static str = files::METRICS;
}
