//! The evaluations of a training, and tables of a run directory as CSV.

use serde::{Deserialize, Serialize};

/// One evaluation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct MetricRow {
    /// Steps done.
    pub step: u64,
    /// Epochs done.
    pub epoch: f64,
    /// Stage of the method at the last step.
    pub stage: String,
    /// Learning rate of the last step.
    pub learning_rate: f64,
    /// Share of zeros.
    pub sparsity: f64,
    /// Mean training loss since the last evaluation.
    pub train_loss: f64,
    /// Mean cross-entropy on the test images.
    pub val_loss: f64,
    /// Top-1 accuracy in percent.
    pub top1: f64,
    /// Top-5 accuracy in percent.
    pub top5: f64,
}

/// `rows` as CSV, with the field names as the header even if there are none.
pub(crate) fn csv_of<Row: Serialize>(header: &[&str], rows: &[Row]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    writer.write_record(header).expect("writing to memory");
    for row in rows {
        writer.serialize(row).expect("rows are flat");
    }
    writer.into_inner().expect("writing to memory")
}

/// Column names of `metrics.csv`.
pub(crate) const METRIC_COLUMNS: &[&str] =
    &["step", "epoch", "stage", "learning_rate", "sparsity", "train_loss", "val_loss", "top1", "top5"];
