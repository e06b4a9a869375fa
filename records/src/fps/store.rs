//! The measurements of one output directory: `<out>/fps.csv`.

use std::path::{Path, PathBuf};

use super::row::FpsRow;
use crate::Complaint;
use crate::csv_file::{Entry, SharedCsv, StoreError};

/// The measurements of one output directory.
#[derive(Clone, Debug)]
pub struct FpsStore {
    file: SharedCsv<FpsRow>,
}

/// What the file holds.
pub(crate) struct MeasuredRows {
    /// The rows that can be used.
    pub rows: Vec<FpsRow>,
    /// The rows that were left out, and why.
    pub complaints: Vec<Complaint>,
    /// Remarks on the file.
    pub remarks: Vec<Complaint>,
}

impl FpsStore {
    /// The measurements of an output directory, which need not exist yet.
    pub fn new(out: &Path) -> FpsStore {
        FpsStore { file: SharedCsv::new(out, "fps") }
    }

    /// The file of measurements.
    pub fn path(&self) -> PathBuf {
        self.file.path()
    }

    /// Adds measurements. One of the same key, protocol, batch, precision, layout, device and threads replaces the old
    /// one, unless only the old one is valid. An error if a measurement has no key, if a row of the file
    /// cannot be read, or if the file cannot be written.
    pub fn append(&self, rows: &[FpsRow]) -> Result<(), StoreError> {
        if let Some(row) = rows.iter().find(|row| row.key.is_empty()) {
            return Err(StoreError::NoFpsKey { device: row.device.clone() });
        }
        let Some(first) = rows.first() else { return Ok(()) };
        let what = format!("the throughput of {}", first.key);
        self.file.rewrite(&what, |parsed| rows.iter().for_each(|row| parsed.upsert(row.clone())))
    }

    /// Reads the measurements, what is wrong with the rows that are left out, and then remarks on the file. A missing
    /// file has no rows; one that exists and cannot be read is an error.
    pub fn load(&self) -> Result<(Vec<FpsRow>, Vec<Complaint>), StoreError> {
        let MeasuredRows { rows, mut complaints, remarks } = self.measured()?;
        complaints.extend(remarks);
        Ok((rows, complaints))
    }

    /// The same with the remarks apart: no row is left out for them.
    pub(crate) fn measured(&self) -> Result<MeasuredRows, StoreError> {
        let mut parsed = self.file.read()?;
        parsed.leave_out(&self.path(), FpsRow::impossible);
        let complaints = parsed.complaints();
        let rows = parsed.rows.into_iter().map(|row| row.entry).collect();
        Ok(MeasuredRows { rows, complaints, remarks: parsed.remarks })
    }
}
