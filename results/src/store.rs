//! The records of one output directory: `<out>/records.csv`.
//!
//! Several trials may end at once, in several processes. Each writes under an exclusive lock on
//! `<out>/.records.lock`, into a temporary file that is synced and then renamed over the old one,
//! so a reader sees the old file or the new one and never a part of either. Rows are sorted, so
//! that the file differs well under version control. A file with a row that cannot be read is
//! never rewritten: what a person or a broken disk left there is theirs to mend.

mod sheet;

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use atomic_write_file::AtomicWriteFile;

use crate::record::Record;
use sheet::Sheet;

pub use sheet::Complaint;

/// What a records file holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loaded {
    /// The rows that could be read.
    pub records: Vec<Record>,
    /// The rows that could not, and why.
    pub complaints: Vec<Complaint>,
}

/// Why records could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The records file exists and cannot be read.
    #[error("cannot read {}: {source}; check its permissions", path.display())]
    Read {
        /// The records file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The directory, the lock or the new file cannot be written.
    #[error("cannot write {}: {source}; check permissions and free space", path.display())]
    Write {
        /// What was to be written.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file holds rows that a rewrite would lose.
    #[error(
        "{complaint}{}; the record of trial {key} was left as it is, because a rewrite would lose \
         what cannot be read: correct or delete the line, then run the same command again",
        others(*more)
    )]
    Unreadable {
        /// The first row that could not be read.
        complaint: Complaint,
        /// How many others there are.
        more: usize,
        /// Key of the record that was to change.
        key: String,
    },
    /// A record without a key cannot be found again.
    #[error("a record of suite {suite:?} has no key; give it the key of its trial")]
    NoKey {
        /// The record's suite.
        suite: String,
    },
}

fn others(more: usize) -> String {
    if more == 0 { String::new() } else { format!(" (and {more} more like it)") }
}

/// The records file of one output directory.
#[derive(Clone, Debug)]
pub struct Store {
    directory: PathBuf,
}

impl Store {
    /// The store of an output directory, which need not exist yet.
    pub fn new(out: &Path) -> Store {
        Store { directory: out.to_path_buf() }
    }

    /// The records file.
    pub fn path(&self) -> PathBuf {
        self.directory.join("records.csv")
    }

    /// Reads all records; a missing file holds none.
    pub fn load(&self) -> Result<Loaded, StoreError> {
        let Sheet { rows, complaints, .. } = self.sheet()?;
        let records = rows.into_iter().map(|row| row.record).collect();
        Ok(Loaded { records, complaints })
    }

    /// Adds a record, or replaces the one with the same key.
    pub fn upsert(&self, record: &Record) -> Result<(), StoreError> {
        if record.key.is_empty() {
            return Err(StoreError::NoKey { suite: record.suite.clone() });
        }
        self.rewrite(&record.key, |sheet| sheet.upsert(record.clone()))
    }

    /// Takes the record with `key` out, whose run turned out to be damaged.
    pub fn remove(&self, key: &str) -> Result<(), StoreError> {
        self.rewrite(key, |sheet| sheet.rows.retain(|row| row.record.key != key))
    }

    /// Changes the file for the sake of the record with `key`.
    fn rewrite(&self, key: &str, change: impl FnOnce(&mut Sheet)) -> Result<(), StoreError> {
        let failed = |path: &Path| {
            let path = path.to_path_buf();
            move |source| StoreError::Write { path, source }
        };
        fs::create_dir_all(&self.directory).map_err(failed(&self.directory))?;
        let lock = self.directory.join(".records.lock");
        // The lock is held until `held` is dropped at the end of this function.
        let held = File::create(&lock).map_err(failed(&lock))?;
        held.lock().map_err(failed(&lock))?;

        let mut sheet = self.sheet()?;
        if let Some(complaint) = sheet.complaints.first().cloned() {
            let more = sheet.complaints.len() - 1;
            return Err(StoreError::Unreadable { complaint, more, key: key.into() });
        }
        change(&mut sheet);
        replace(&self.path(), &sheet.into_csv()).map_err(failed(&self.path()))
    }

    fn sheet(&self) -> Result<Sheet, StoreError> {
        let path = self.path();
        match fs::read(&path) {
            Ok(bytes) => Ok(Sheet::parse(&path, &bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Sheet::default()),
            Err(source) => Err(StoreError::Read { path, source }),
        }
    }
}

/// Puts `bytes` in the place of the file at once: temporary file, sync, rename.
fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = AtomicWriteFile::open(path)?;
    file.write_all(bytes)?;
    file.commit()
}

#[cfg(test)]
mod tests;
