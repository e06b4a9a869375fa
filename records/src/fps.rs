//! Measured inference throughput: `<out>/fps.csv`, one row a measurement.
//!
//! A trained network can be timed again and again: on other devices, with other batches, by other
//! protocols. So these measurements stand apart from the records, under the trial's key, and are
//! joined to them when records are read: a record gets the best measurement of its key (`measured`).

mod measured;

use std::cmp::Ordering;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::record::finite;
use crate::store::doubt;
use crate::store::file::SheetFile;
use crate::store::sheet::Entry;
use crate::store::{Complaint, StoreError};

pub(crate) use measured::Measured;

/// The protocol that is preferred: warm-up, then a set duration, median and confidence interval.
pub const STABLE_PROTOCOL: &str = "stable";

/// One measurement of one network.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FpsRow {
    /// Key of the trial, or the name of the network if it was not trained here.
    pub key: String,
    /// How it was measured: `stable`, or `halp` as HALP's code does.
    pub protocol: String,
    /// Examples in one forward pass.
    pub batch: u64,
    /// Number format: `fp32`, `tf32`, `fp16`, ...
    pub precision: String,
    /// The device.
    pub device: String,
    /// Throughput, examples a second.
    #[serde(with = "finite")]
    pub fps: Option<f64>,
    /// Lower end of its confidence interval, examples a second.
    #[serde(with = "finite")]
    pub fps_low: Option<f64>,
    /// Upper end of its confidence interval, examples a second.
    #[serde(with = "finite")]
    pub fps_high: Option<f64>,
    /// Throughput over that of the dense network, measured in the same way on the same device.
    #[serde(with = "finite")]
    pub relative_to_dense: Option<f64>,
    /// Examples in the time of one pass of the reference workload, which was timed in the same run.
    #[serde(with = "finite")]
    pub per_reference: Option<f64>,
    /// Time of one forward pass, milliseconds a batch.
    #[serde(with = "finite")]
    pub milliseconds: Option<f64>,
    /// Whether clocks stood still and nothing throttled.
    pub valid: bool,
    /// Why the measurement is not valid; empty if it is.
    pub reason: String,
    /// Clock of the device's processors during the measurement, megahertz.
    #[serde(with = "finite")]
    pub sm_clock_mhz: Option<f64>,
    /// Power of the device during the measurement, watts.
    #[serde(with = "finite")]
    pub power_w: Option<f64>,
    /// Energy of one example, millijoules.
    #[serde(with = "finite")]
    pub energy_mj_per_image: Option<f64>,
    /// Temperature of the device during the measurement, degrees Celsius.
    #[serde(with = "finite")]
    pub temperature_c: Option<f64>,
    /// Resolution of the timer, nanoseconds.
    #[serde(with = "finite")]
    pub timer_ns: Option<f64>,
    /// Threads of the processor that took part.
    pub threads: u64,
    /// Commit of the harness that measured.
    pub commit: String,
    /// When it was measured, as RFC 3339 writes times.
    pub measured_at: String,
}

impl Entry for FpsRow {
    const REQUIRED: &'static [&'static str] =
        &["key", "protocol", "batch", "precision", "device", "fps", "valid"];

    fn key(&self) -> &str {
        &self.key
    }

    fn is_same(&self, other: &FpsRow) -> bool {
        self.order(other).is_eq()
    }

    fn replaces(&self, old: &FpsRow) -> bool {
        self.valid || !old.valid
    }

    fn order(&self, other: &FpsRow) -> Ordering {
        self.what().cmp(&other.what())
    }

    fn impossible(&self) -> Option<String> {
        doubt::negative(&[("fps", self.fps), ("milliseconds", self.milliseconds)])
            .or_else(|| doubt::outside_interval(self.fps, self.fps_low, self.fps_high))
    }
}

impl FpsRow {
    /// What was measured, and how.
    fn what(&self) -> ([&str; 4], [u64; 2]) {
        ([&self.key, &self.device, &self.protocol, &self.precision], [self.batch, self.threads])
    }
}

/// The measurements of one output directory.
#[derive(Clone, Debug)]
pub struct FpsStore {
    file: SheetFile<FpsRow>,
}

impl FpsStore {
    /// The measurements of an output directory, which need not exist yet.
    pub fn new(out: &Path) -> FpsStore {
        FpsStore { file: SheetFile::new(out, "fps") }
    }

    /// The file of measurements.
    pub fn path(&self) -> PathBuf {
        self.file.path()
    }

    /// Adds measurements. One of the same key, protocol, batch, precision, device and threads
    /// replaces the old one, unless only the old one is valid.
    pub fn append(&self, rows: &[FpsRow]) -> Result<(), StoreError> {
        if let Some(row) = rows.iter().find(|row| row.key.is_empty()) {
            return Err(StoreError::NoFpsKey { device: row.device.clone() });
        }
        let Some(first) = rows.first() else { return Ok(()) };
        let what = format!("the throughput of {}", first.key);
        self.file.rewrite(&what, |sheet| rows.iter().for_each(|row| sheet.upsert(row.clone())))
    }

    /// Reads the measurements, and what is wrong with the rows that are left out; a missing file
    /// holds none.
    pub fn load(&self) -> Result<(Vec<FpsRow>, Vec<Complaint>), StoreError> {
        let mut sheet = self.file.read()?;
        sheet.leave_out(&self.path(), FpsRow::impossible);
        let complaints = sheet.complaints();
        Ok((sheet.rows.into_iter().map(|row| row.entry).collect(), complaints))
    }
}

#[cfg(test)]
mod tests;
