//! The one way to the files of a run that is done: what a reader gets is what was committed, or it gets an error
//! that names the file.

use std::io;
use std::path::{Path, PathBuf};

use super::marker::{Marker, checksum, checksum_of};
use super::{RunDirectory, files};
use crate::regular_file::{self, MOST_OF_OBJECT, MOST_OF_ROWS};
use crate::remedy::{is_absence, remedy};
use crate::text::quoted;

/// A run with a marker that is in order. Its files are held against it one by one, when they are read.
#[derive(Debug)]
pub struct CommittedRun<'a> {
    run: &'a RunDirectory,
    marker: Marker,
}

/// Why a file of a run is not used.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// It is not what was committed.
    #[error("{}: {problem}; the run is not used (delete {} to train it again)", file.display(), quoted(directory))]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        problem: String,
        /// The run directory.
        directory: PathBuf,
    },
    /// It cannot be read at the moment, which says nothing about what is in it.
    #[error("cannot read {}: {cause}; {}", file.display(), remedy(cause))]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
}

impl CommitError {
    /// Whether the run is damaged, and not just out of reach.
    pub fn is_damage(&self) -> bool {
        matches!(self, CommitError::Damaged { .. })
    }
}

impl<'a> CommittedRun<'a> {
    /// Reads the marker of a run; none if there is none.
    ///
    /// # Errors
    /// If the marker is damaged or cannot be read.
    pub fn open(run: &'a RunDirectory) -> Result<Option<CommittedRun<'a>>, CommitError> {
        let Some(bytes) = read(run, files::COMMITTED)? else { return Ok(None) };
        let damaged = |problem: &str| run.damaged(files::COMMITTED, problem);
        let text = String::from_utf8(bytes).map_err(|_| damaged("is not text"))?;
        let marker = Marker::parse(&text).map_err(damaged)?;
        match marker.lacks(|name| run.holds(name)) {
            Some(name) => Err(damaged(&format!("does not name {name}, so it was cut"))),
            None => Ok(Some(CommittedRun { run, marker })),
        }
    }

    /// The file `name` as it was committed; none if it neither was nor is there.
    ///
    /// # Errors
    /// If it is another file than the one that was committed, is missing, or cannot be read.
    pub fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, CommitError> {
        let bytes = read(self.run, name)?;
        self.compare(name, bytes.as_deref().map(checksum))?;
        Ok(bytes)
    }

    /// The same as text.
    ///
    /// # Errors
    /// Those of [`bytes`](CommittedRun::bytes); also if it is not text.
    pub fn text(&self, name: &str) -> Result<Option<String>, CommitError> {
        self.bytes(name)?.map(|bytes| self.run.as_text(name, bytes)).transpose()
    }

    /// Holds all files against the marker, in pieces, since weights may be large.
    ///
    /// # Errors
    /// Those of [`bytes`](CommittedRun::bytes), of the first file that has one.
    pub fn verify(&self) -> Result<(), CommitError> {
        let sum = |file: &Path, most| regular_file::open_read(file, most).and_then(checksum_of);
        self.marker.names().try_for_each(|name| self.compare(name, look(self.run, name, sum)?))
    }

    /// Holds the checksum of a file against the marker.
    fn compare(&self, name: &str, found: Option<String>) -> Result<(), CommitError> {
        let damaged = |problem| Err(self.run.damaged(name, problem));
        match (found, self.marker.sum(name)) {
            (Some(found), Some(sum)) if found == sum => Ok(()),
            (Some(_), Some(_)) => damaged("checksum mismatch"),
            (Some(_), None) => damaged("is not among the files that were committed"),
            (None, Some(_)) => damaged("is missing"),
            (None, None) => Ok(()),
        }
    }
}

/// The file `name` of a run, whatever is in it; none if it is not there.
pub(super) fn read(run: &RunDirectory, name: &str) -> Result<Option<Vec<u8>>, CommitError> {
    look(run, name, regular_file::read)
}

/// The most bytes of the file `name` of a run. Weights are never read at once, and have no bound.
pub(super) fn most_bytes(name: &str) -> u64 {
    match name {
        files::WEIGHTS | files::COMPACT | files::MASK => u64::MAX,
        files::SPEC | files::ENVIRONMENT | files::RECORD | files::DIVERGENCE | files::COMMITTED => {
            MOST_OF_OBJECT
        }
        _ => MOST_OF_ROWS,
    }
}

/// What `of` makes of the path and the most bytes of the file `name`; none if it is not there.
fn look<T>(
    run: &RunDirectory,
    name: &str,
    of: impl FnOnce(&Path, u64) -> io::Result<T>,
) -> Result<Option<T>, CommitError> {
    if !run.inside {
        return Ok(None);
    }
    let file = run.file(name);
    match of(&file, most_bytes(name)) {
        Ok(found) => Ok(Some(found)),
        Err(cause) if matches!(cause.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(cause) if is_absence(&cause) => Err(run.damaged(name, &cause.to_string())),
        Err(cause) => Err(CommitError::Unreadable { file, cause }),
    }
}
