//! How times were measured: only those measured in one way can be compared.

use crate::record::Record;

/// Of the time of a training step.
pub fn of_steps(_record: &Record) -> String {
    String::new()
}

/// Of the throughput of inference.
pub fn of_throughput(record: &Record) -> String {
    let batch = record.fps_batch.map(|batch| batch.to_string()).unwrap_or_default();
    format!("batch {batch}, {}", record.fps_precision)
}
