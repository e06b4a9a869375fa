//! The measurements of every trial, and what the throughput columns of its record may say.

use std::collections::HashMap;

use super::row::FpsRow;
use crate::{Record, words};

/// Measurements by the key of what was measured.
pub(crate) struct Measured<'a>(HashMap<&'a str, Vec<&'a FpsRow>>);

impl<'a> Measured<'a> {
    /// The rows that have a throughput.
    pub fn of(rows: &'a [FpsRow]) -> Measured<'a> {
        let mut by_key: HashMap<&str, Vec<&FpsRow>> = HashMap::new();
        for row in rows.iter().filter(|row| row.fps.is_some()) {
            by_key.entry(&row.key).or_default().push(row);
        }
        Measured(by_key)
    }

    /// Whether the throughput of a record was measured: its columns are empty, or those of one measurement.
    pub fn vouches_for(&self, record: &Record) -> bool {
        let said = |row: &FpsRow| with(record, row) == *record;
        said(&FpsRow::default()) || self.rows(record).iter().any(|row| said(row))
    }

    /// Gives every record without a throughput the best measurement of its key.
    pub fn join(&self, records: &mut [Record]) {
        for record in records.iter_mut().filter(|record| record.fps.is_none()) {
            if let Some(best) = self.rows(record).iter().max_by_key(|row| worth(row)) {
                *record = with(record, best);
            }
        }
    }

    fn rows(&self, record: &Record) -> &[&'a FpsRow] {
        self.0.get(record.key.as_str()).map_or(&[], Vec::as_slice)
    }
}

/// The record with the throughput of a measurement; one without a rate empties the columns.
fn with(record: &Record, row: &FpsRow) -> Record {
    let measured = row.fps.is_some();
    let text = |text: String| if measured { text } else { String::new() };
    let doubt = match (row.valid, row.reason.as_str()) {
        (true, _) => "",
        (false, "") => "no reason given",
        (false, reason) => reason,
    };
    // Where it is not the protocol's own, measurements are of another kind, which have no mean with its own.
    let usual = row.layout.is_empty() || row.layout == words::usual_layout(&row.protocol);
    let layout = if usual { String::new() } else { format!(", {}", row.layout) };
    Record {
        fps: row.fps,
        fps_low: row.fps_low,
        fps_high: row.fps_high,
        fps_batch: measured.then_some(row.batch),
        fps_precision: text(format!("{}, {}{layout}", row.precision, row.protocol)),
        fps_device: row.device.clone(),
        fps_relative: row.relative_to_dense,
        fps_per_reference: row.per_reference,
        fps_doubt: text(doubt.to_string()),
        ..record.clone()
    }
}

/// What makes one measurement of a network better than another, most important first: that it is
/// valid, its protocol, that it is in single precision, the size of its batch, and that it is newer.
fn worth(row: &FpsRow) -> (bool, bool, bool, u64, &str) {
    (row.valid, row.protocol == words::STABLE, row.precision == words::FP32, row.batch, &row.measured_at)
}
