//! A CSV file that several processes change: `<out>/<name>.csv`.
//!
//! A change happens under an exclusive lock on `<out>/.<name>.lock`: the file is read, changed and
//! written to a temporary file that is synced and then renamed over the old one, so that a reader sees the
//! old file or the new one and never a part of either. Neither is opened through a link. A file with a row that
//! cannot be read is never rewritten, because that row would be lost.

use std::fs;
use std::io;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use super::entry::Entry;
use super::error::StoreError;
use super::parsed::ParsedCsv;
use crate::file::replace;
use crate::regular_file::{self, MOST_OF_ROWS, open_lock};

/// A file of rows of one kind in an output directory, which need not exist yet.
#[derive(Clone, Debug)]
pub struct SharedCsv<E> {
    directory: PathBuf,
    name: &'static str,
    entries: PhantomData<E>,
}

impl<E: Entry> SharedCsv<E> {
    /// The file `<out>/<name>.csv`.
    pub fn new(out: &Path, name: &'static str) -> SharedCsv<E> {
        SharedCsv { directory: out.to_path_buf(), name, entries: PhantomData }
    }

    /// The file.
    pub fn path(&self) -> PathBuf {
        self.directory.join(format!("{}.csv", self.name))
    }

    /// Reads all rows; a missing file has none.
    pub fn read(&self) -> Result<ParsedCsv<E>, StoreError> {
        let path = self.path();
        match regular_file::read(&path, MOST_OF_ROWS) {
            Ok(bytes) => Ok(ParsedCsv::parse(&path, &bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(ParsedCsv::default()),
            Err(source) => Err(StoreError::Read { path, source }),
        }
    }

    /// Changes the file for the sake of `what`.
    pub fn rewrite(&self, what: &str, change: impl FnOnce(&mut ParsedCsv<E>)) -> Result<(), StoreError> {
        let failed = |path: &Path| {
            let path = path.to_path_buf();
            move |source| StoreError::Write { path, source }
        };
        fs::create_dir_all(&self.directory).map_err(failed(&self.directory))?;
        let lock = self.directory.join(format!(".{}.lock", self.name));
        // The lock is held until `held` is dropped at the end of this function.
        let held = open_lock(&lock).map_err(failed(&lock))?;
        held.lock().map_err(failed(&lock))?;

        let mut parsed = self.read()?;
        parsed.whole(what)?;
        change(&mut parsed);
        replace(&self.path(), &parsed.into_csv()).map_err(failed(&self.path()))
    }
}
