//! The file of measured step times: `step-times.json` in the folder of the results, one entry for each device, workload
//! and kind of step. A measurement takes the place of the one before.

use super::Workload;
use super::kind::{TRAINING, checked_as};
use anyhow::{Context, anyhow};
use records::{open_lock, write_atomically};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// The name of the file whose lock who adds to it has.
const LOCK: &str = ".step-times.json.lock";

/// No step takes so long: a year.
const MOST_SECONDS: f64 = 365.0 * 24.0 * 3600.0;

/// A measured step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timed {
    /// The device's name.
    pub device_name: String,
    /// Which it is there, as `cpu` or `cuda:0`.
    pub device: String,
    /// What the step works on.
    pub workload: Workload,
    /// Its [`kind`](super::kind::kind).
    pub kind: String,
    /// How long it takes.
    pub seconds: f64,
    /// When it was measured, in UTC.
    pub at: String,
    /// Commit of the program.
    pub commit: String,
}

/// All of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepTimes(pub Vec<Timed>);

impl StepTimes {
    /// The file's name.
    pub const FILE: &'static str = "step-times.json";

    /// Where the file is for the results in `out`.
    pub fn path(out: &Path) -> PathBuf {
        out.join(Self::FILE)
    }

    /// What is known in the results `out`; nothing where there is no file.
    ///
    /// # Errors
    ///
    /// If the file is there and is none.
    pub fn read(out: &Path) -> anyhow::Result<Self> {
        let path = Self::path(out);
        match std::fs::read(&path) {
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(cause) => Err(cause).with_context(|| format!("cannot read {}", path.display())),
            Ok(bytes) => {
                let wrong = |why: &str| {
                    let path = path.display();
                    anyhow!(
                        "{path} holds no step times ({why}); delete it, and measure again with --calibrate"
                    )
                };
                let times: Self =
                    serde_json::from_slice(&bytes).map_err(|error| wrong(&error.to_string()))?;
                let can_be = |seconds: &f64| *seconds > 0.0 && *seconds < MOST_SECONDS;
                let absurd = times.0.iter().map(|timed| timed.seconds).find(|seconds| !can_be(seconds));
                match absurd {
                    Some(seconds) => Err(wrong(&format!("a step cannot take {seconds} seconds"))),
                    None => Ok(times),
                }
            }
        }
    }

    /// Adds `found` to the file in `out`, which is made if it is not there. Others may add to it meanwhile, such as from
    /// another machine.
    pub fn add(out: &Path, found: Vec<Timed>) -> anyhow::Result<()> {
        std::fs::create_dir_all(out)
            .with_context(|| format!("cannot create {}; choose another folder with --out", out.display()))?;
        let path = out.join(LOCK);
        let lock = open_lock(&path).with_context(|| format!("cannot write {}", path.display()))?;
        // Where locks are not supported, one writes at a time.
        let _ = lock.lock();
        let mut times = Self::read(out)?;
        found.into_iter().for_each(|timed| times.put(timed));
        times.write(out)
    }

    /// Writes the file into `out`.
    fn write(&self, out: &Path) -> anyhow::Result<()> {
        let text = serde_json::to_string_pretty(self)?;
        Ok(write_atomically(&Self::path(out), format!("{text}\n").as_bytes())?)
    }

    /// Adds a measurement, in the place of an earlier one of the same.
    pub fn put(&mut self, timed: Timed) {
        let same = |other: &Timed| {
            (&other.device_name, &other.workload, &other.kind)
                == (&timed.device_name, &timed.workload, &timed.kind)
        };
        self.0.retain(|other| !same(other));
        self.0.push(timed);
    }

    /// Seconds of a step of `kind` on a device; those of an ordinary training step where the kind was not measured, or of
    /// a step that takes as long where a method has no ordinary ones. None where none of them was.
    pub fn seconds(&self, device_name: &str, workload: &Workload, kind: &str) -> Option<f64> {
        let of = |kind: &str| {
            let found = self.0.iter().find(|timed| {
                timed.device_name == device_name && timed.workload == *workload && timed.kind == kind
            });
            found.map(|timed| timed.seconds)
        };
        let like_training = || {
            let dense = |timed: &&Timed| checked_as(&timed.kind) == checked_as(TRAINING);
            let same = |timed: &&Timed| timed.device_name == device_name && timed.workload == *workload;
            self.0.iter().filter(same).find(dense).map(|timed| timed.seconds)
        };
        of(kind).or_else(|| of(TRAINING)).or_else(like_training)
    }

    /// The devices, each with its number there, in the order in which they were measured.
    pub fn devices(&self) -> Vec<(&str, &str)> {
        let mut devices: Vec<(&str, &str)> = Vec::new();
        for timed in &self.0 {
            if !devices.iter().any(|(name, _)| *name == timed.device_name) {
                devices.push((&timed.device_name, &timed.device));
            }
        }
        devices
    }
}

/// A measurement of this moment.
pub fn timed(device_name: &str, device: &str, workload: &Workload, kind: &str, seconds: f64) -> Timed {
    Timed {
        device_name: device_name.into(),
        device: device.into(),
        workload: workload.clone(),
        kind: kind.into(),
        seconds,
        at: crate::timestamp::now(),
        commit: env!("HARNESS_COMMIT").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workload(batch: u64) -> Workload {
        let (model, precision) = ("wrn-22-2".into(), "fp32".into());
        Workload { model, macs: 1000, batch, micro_batch: batch, precision, threads: 1 }
    }

    #[test]
    fn what_is_measured_is_read_and_a_new_measurement_replaces_the_old() {
        let out = tempfile::tempdir().unwrap();
        let out = out.path().join("runs");
        assert_eq!(StepTimes::read(&out).unwrap(), StepTimes::default());
        let mut times = StepTimes::default();
        for (kind, seconds) in [(TRAINING, 2.0), (TRAINING, 1.0), ("everything inactive", 1.5)] {
            times.put(timed("H100", "cuda:0", &workload(128), kind, seconds));
        }
        StepTimes::add(&out, vec![timed("EPYC", "cpu", &workload(128), TRAINING, 100.0)]).unwrap();
        StepTimes::add(&out, times.0).unwrap();
        let times = StepTimes::read(&out).unwrap();
        assert_eq!((times.0.len(), times.devices()), (3, vec![("EPYC", "cpu"), ("H100", "cuda:0")]));
        let seconds = |device, batch, kind| times.seconds(device, &workload(batch), kind);
        assert_eq!(seconds("H100", 128, TRAINING), Some(1.0));
        assert_eq!(seconds("H100", 128, "everything inactive"), Some(1.5));
        assert_eq!(seconds("H100", 128, "active nothing gradient"), Some(1.0), "as an ordinary step");
        assert_eq!((seconds("H100", 256, TRAINING), seconds("A100", 128, TRAINING)), (None, None));
        // A method may have no ordinary step; one of an exploration stands for none.
        let mut soft = StepTimes::default();
        soft.put(timed("H100", "cuda:0", &workload(128), "everything inactive", 3.0));
        assert_eq!(soft.seconds("H100", &workload(128), TRAINING), None);
        soft.put(timed("H100", "cuda:0", &workload(128), "active soft-threshold", 2.0));
        assert_eq!(soft.seconds("H100", &workload(128), TRAINING), Some(2.0));
        let whole = std::fs::read_to_string(StepTimes::path(&out)).unwrap();
        for damaged in ["[{".to_string(), whole.replace("1.5", "-1.5")] {
            std::fs::write(StepTimes::path(&out), damaged).unwrap();
            let error = StepTimes::read(&out).unwrap_err().to_string();
            assert!(error.contains("step-times.json") && error.contains("--calibrate"), "{error}");
        }
    }
}
