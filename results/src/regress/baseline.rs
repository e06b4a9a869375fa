//! A baseline: records that later trials are checked against, and where they came from.
//!
//! It is a CSV file with the columns of records, throughputs among them, and three more that record
//! its origin. A person may add columns; whoever reads records reads it too. Unlike records, which
//! are gathered from many trials, a baseline is kept with care: a row that cannot be read is an error.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use records::{Complaint, Loaded, Metric, Record, Store, StoreError, read_named};

use crate::evidence::condition::Condition;

use super::known_by;
pub use super::provenance::Provenance;
use super::provenance::{origins, stamped};

/// Most bad rows that an error names.
const MOST: usize = 10;

/// What a baseline holds.
#[derive(Clone, Debug)]
pub struct Baseline {
    /// Its records.
    pub records: Vec<Record>,
    /// Its origins, each once: `runs at 2026-02-01T12:00:00Z by 0123abc`.
    pub origins: Vec<String>,
}

/// A baseline that was made of a folder of results.
#[derive(Clone, Debug)]
pub struct Taken {
    /// The text of the file.
    pub csv: Vec<u8>,
    /// Its records.
    pub records: Vec<Record>,
    /// What was left out, and why.
    pub left_out: Vec<String>,
}

/// A baseline that cannot be used or made.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// There is none.
    #[error(
        "there is no baseline {0}; create one from committed trials \
         with harness regress --update --baseline {0} --out DIR",
        path.display()
    )]
    Nowhere {
        /// The file.
        path: PathBuf,
    },
    /// It cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Rows of it cannot be read.
    #[error("{said}\na baseline must be intact: correct or delete these lines")]
    Unreadable {
        /// The rows, one per line.
        said: String,
    },
    /// There is no record in it.
    #[error(
        "{0} contains no records; recreate it from committed trials \
         with harness regress --update --baseline {0} --out DIR",
        path.display()
    )]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// No record of it has what must be checked.
    #[error(
        "no record of {0} has {column}, so little could be checked against it; recreate it from committed trials \
         with harness regress --update --baseline {0} --out DIR",
        path.display()
    )]
    Lacks {
        /// The file.
        path: PathBuf,
        /// The column.
        column: String,
    },
    /// No record could be taken.
    #[error(
        "{} has no record of a committed trial that completed, so the baseline was left unchanged{}",
        from.display(),
        list(left_out)
    )]
    NothingToTake {
        /// Where records were looked for.
        from: PathBuf,
        /// What there is, and why it was left out.
        left_out: Vec<String>,
    },
}

fn list(said: &[String]) -> String {
    said.iter().take(MOST).map(|line| format!("\n  {line}")).collect()
}

impl Baseline {
    /// Reads a baseline.
    pub fn read(path: &Path) -> Result<Baseline, BaselineError> {
        let bytes = match read_named(path, u64::MAX) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(BaselineError::Nowhere { path: path.to_path_buf() });
            }
            Err(source) => return Err(StoreError::Read { path: path.to_path_buf(), source }.into()),
        };
        let Loaded { records, complaints, .. } = Loaded::parse(path, &bytes);
        if !complaints.is_empty() {
            let said = complaints.iter().take(MOST).map(Complaint::to_string).collect::<Vec<_>>().join("\n");
            return Err(BaselineError::Unreadable { said });
        }
        if records.is_empty() {
            return Err(BaselineError::Empty { path: path.to_path_buf() });
        }
        let is_there = |says: fn(&Record) -> bool| records.iter().any(says);
        let result = Metric::ALL.map(|metric| metric.column).join(" or ");
        let needed = [
            (result.as_str(), is_there(|record| record.score().is_some())),
            ("sparsity", is_there(|record| record.sparsity.is_some())),
            ("params_active", is_there(|record| record.params_active.is_some())),
            ("macs", is_there(|record| record.macs.is_some())),
        ];
        if let Some((column, _)) = needed.into_iter().find(|(_, is_there)| !is_there) {
            return Err(BaselineError::Lacks { path: path.to_path_buf(), column: column.to_string() });
        }
        Ok(Baseline { records, origins: origins(&bytes) })
    }

    /// Makes a baseline of the records in a folder of results whose trials completed and are
    /// committed, which `is_committed` says for a key, or why they are not.
    pub fn take(
        out: &Path,
        provenance: &Provenance,
        is_committed: impl Fn(&str) -> Result<(), String>,
    ) -> Result<Taken, BaselineError> {
        let mut loaded = Store::new(out).load()?;
        let mut left_out: Vec<String> = loaded.complaints.iter().map(Complaint::to_string).collect();
        loaded.retain(|record| {
            let kept = match record.is_ok() {
                true => is_committed(&record.key),
                false => Err(record.status.clone()),
            };
            kept.map_err(|why| left_out.push(format!("{} ({}): {why}", record.key, record.method))).is_ok()
        });
        if loaded.records.is_empty() {
            return Err(BaselineError::NothingToTake { from: out.to_path_buf(), left_out });
        }
        let records = loaded.records.clone();
        Ok(Taken { csv: stamped(&loaded.into_csv(), provenance), records, left_out })
    }
}

impl Taken {
    /// The conditions of which the old baseline has more trials, which would no longer be checked as well.
    pub fn lost(&self, old: &Baseline) -> Vec<String> {
        let count = |records: &[Record]| {
            let mut trials: BTreeMap<Condition, usize> = BTreeMap::new();
            records.iter().for_each(|record| *trials.entry(known_by(record)).or_default() += 1);
            trials
        };
        let now = count(&self.records);
        let fewer = count(&old.records).into_iter().filter_map(|(condition, before)| {
            let left = now.get(&condition).copied().unwrap_or_default();
            (left < before).then(|| format!("{}: {left} of {before} trials", condition.label()))
        });
        fewer.collect()
    }
}

#[cfg(test)]
mod tests;
