//! How times were measured: only those measured with the same settings can be compared.

use records::Record;

/// Of the time of a training step. On a GPU no threads are recorded, nor in records of before schema 3.
pub fn of_steps(record: &Record) -> String {
    match record.threads {
        None => "an unknown number of threads".to_string(),
        Some(1) => "1 thread".to_string(),
        Some(threads) => format!("{threads} threads"),
    }
}

/// Of the throughput of inference.
pub fn of_throughput(record: &Record) -> String {
    let batch = record.fps_batch.map(|batch| batch.to_string()).unwrap_or_default();
    format!("batch {batch}, {}", record.fps_precision)
}
