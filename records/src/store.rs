//! The records of one output directory: `<out>/records.csv`, one row a trial.
//!
//! Several trials may end at once, in several processes; how the file stays whole is told in
//! `file`. Rows are sorted, so that the file differs well under version control. Throughput is
//! measured later and apart, in `<out>/fps.csv`; reading joins the two.
//!
//! Reading leaves out what cannot be trusted and says why: rows that are cut, repeated or contradict each
//! other, that say what cannot be (`doubt`), or that differ from what the run itself left (`origin`).

pub(crate) mod doubt;
pub mod file;
mod lines;
mod origin;
pub mod sheet;

use std::cmp::Ordering;
use std::io;
use std::path::{Path, PathBuf};

use crate::fps::{FpsStore, Measured};
use crate::record::{REQUIRED_COLUMNS, Record, SCHEMA};
use crate::run::directory;
use file::SheetFile;
use sheet::{Entry, Row, Sheet};

pub use sheet::Complaint;

/// What a records file holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loaded {
    /// The rows that can be trusted.
    pub records: Vec<Record>,
    /// The rows that were left out, and why.
    pub complaints: Vec<Complaint>,
    /// What is to be known of rows that are used.
    pub remarks: Vec<Complaint>,
    /// Names of the columns that the harness does not know.
    pub other_columns: Vec<String>,
    /// Their fields, for every record those of its row.
    pub other_fields: Vec<Vec<String>>,
}

impl Loaded {
    /// Reads the text of a records file that need not lie in an output directory, without throughputs.
    pub fn parse(path: &Path, bytes: &[u8]) -> Loaded {
        Loaded::of(path, Sheet::parse(path, bytes))
    }

    /// The rows of `path` that are not impossible.
    fn of(path: &Path, mut sheet: Sheet<Record>) -> Loaded {
        sheet.leave_out(path, Record::impossible);
        let complaints = sheet.complaints();
        let remarks = newer(path, &sheet.rows).into_iter().collect();
        let (records, other_fields) = sheet.rows.into_iter().map(|row| (row.entry, row.other)).unzip();
        Loaded { records, complaints, remarks, other_columns: sheet.other_columns, other_fields }
    }
}

/// Why records or measurements could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file exists and cannot be read.
    #[error("cannot read {}; it must be a file that you may read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The directory, the lock or the new file cannot be written.
    #[error("cannot write {}; check permissions and free space", path.display())]
    Write {
        /// What was to be written.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file holds rows that a rewrite would lose.
    #[error(
        "{complaint}{}; {what} was left as it is, because a rewrite would lose what cannot be read: \
         correct or delete the line, then run the same command again",
        others(*more)
    )]
    Unreadable {
        /// The first row that could not be read.
        complaint: Complaint,
        /// How many others there are.
        more: usize,
        /// What was to change.
        what: String,
    },
    /// A record without a key cannot be found again.
    #[error("a record of suite {suite:?} has no key; give it the key of its trial")]
    NoKey {
        /// The record's suite.
        suite: String,
    },
    /// A measurement without a key belongs to nothing.
    #[error("a throughput measured on {device:?} has no key; give it the key of the trial or the network")]
    NoFpsKey {
        /// The device it was measured on.
        device: String,
    },
}

fn others(more: usize) -> String {
    if more == 0 { String::new() } else { format!(" (and {more} more like it)") }
}

/// The records file of one output directory.
#[derive(Clone, Debug)]
pub struct Store {
    out: PathBuf,
    file: SheetFile<Record>,
    fps: FpsStore,
}

impl Store {
    /// The store of an output directory, which need not exist yet.
    pub fn new(out: &Path) -> Store {
        Store { out: out.to_path_buf(), file: SheetFile::new(out, "records"), fps: FpsStore::new(out) }
    }

    /// The records file.
    pub fn path(&self) -> PathBuf {
        self.file.path()
    }

    /// Reads all records that can be trusted, each with the throughput measured for it; missing files
    /// hold none.
    pub fn load(&self) -> Result<Loaded, StoreError> {
        let path = self.path();
        let mut sheet = self.file.read()?;
        let (rows, complaints) = self.fps.load()?;
        let measured = Measured::of(&rows);
        sheet.leave_out(&path, |record| origin::contradiction(&self.out, record));
        sheet.leave_out(&path, |record| {
            let trusted = measured.vouches_for(record) || !self.is_measured_here(record);
            (!trusted).then(|| self.no_measurement())
        });
        let mut loaded = Loaded::of(&path, sheet);
        measured.join(&mut loaded.records);
        loaded.complaints.extend(complaints);
        Ok(loaded)
    }

    /// Whether the throughput of a record is in `fps.csv` or nowhere, since there are measurements or its trial ran
    /// here. Where neither is so, the record was exported and carries its own.
    fn is_measured_here(&self, record: &Record) -> bool {
        let ran = || directory(&self.out, &record.key).is_some_and(|run| run.join("record.json").exists());
        self.fps.path().exists() || ran()
    }

    fn no_measurement(&self) -> String {
        format!(
            "the throughput in the columns fps to fps_doubt is no measurement of this key in {}; empty these columns",
            self.fps.path().display()
        )
    }

    /// Whether records can be added: an error if a row is unreadable, which a rewrite would lose.
    pub fn check(&self) -> Result<(), StoreError> {
        self.file.read()?.whole("the file")
    }

    /// Adds a record, or replaces the one with the same key.
    pub fn upsert(&self, record: &Record) -> Result<(), StoreError> {
        if record.key.is_empty() {
            return Err(StoreError::NoKey { suite: record.suite.clone() });
        }
        self.file.rewrite(&of_trial(&record.key), |sheet| sheet.upsert(record.clone()))
    }

    /// Takes the record with `key` out, whose run turned out to be damaged.
    pub fn remove(&self, key: &str) -> Result<(), StoreError> {
        if !self.path().exists() {
            return Ok(());
        }
        self.file.rewrite(&of_trial(key), |sheet| sheet.retain(|record| record.key != key))
    }
}

/// What is to be known of rows whose columns a newer harness chose.
fn newer(file: &Path, rows: &[Row<Record>]) -> Option<Complaint> {
    let mut newer = rows.iter().filter(|row| row.entry.schema.0 > SCHEMA);
    let first = newer.next()?;
    let (version, more) = (first.entry.schema.0, newer.count());
    let what = format!(
        "written by a newer harness (schema {version}, known up to {SCHEMA}){}: its new columns are kept and not shown",
        others(more)
    );
    Some(Complaint { file: file.to_path_buf(), line: first.line, what })
}

fn of_trial(key: &str) -> String {
    format!("the record of trial {key}")
}

impl Entry for Record {
    const REQUIRED: &'static [&'static str] = &REQUIRED_COLUMNS;

    fn key(&self) -> &str {
        &self.key
    }

    fn is_same(&self, other: &Record) -> bool {
        self.key == other.key
    }

    fn order(&self, other: &Record) -> Ordering {
        fn names(r: &Record) -> [&String; 6] {
            [&r.suite, &r.dataset, &r.profile, &r.model, &r.method, &r.distribution]
        }
        let target = |r: &Record| r.latency_target.or(r.sparsity_target).unwrap_or(-1.0);
        names(self)
            .cmp(&names(other))
            .then_with(|| target(self).total_cmp(&target(other)))
            .then_with(|| (self.seed, &self.key).cmp(&(other.seed, &other.key)))
    }

    fn impossible(&self) -> Option<String> {
        doubt::impossible(self)
    }
}

#[cfg(test)]
mod tests;
