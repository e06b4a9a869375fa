//! The directory of one trial, `<out>/runs/<key>`: what is in it, and when it counts as done.
//!
//! A run is done when `COMMITTED` is there and every checksum in it is right. The marker is written last;
//! without a valid one there is no result.

mod class_precision;
mod evaluation;
pub mod files;
mod identity;
mod kept_channels;
mod layer_density;
mod leftovers;
mod marker;
mod precision_recall;
mod rows;
mod structure_update;

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use serde::Serialize;

use crate::Complaint;
use crate::file::{FileError, write_atomically};

pub use class_precision::ClassPrecision;
pub use evaluation::Evaluation;
pub use identity::TrialIdentity;
pub use kept_channels::KeptChannels;
pub use layer_density::LayerDensity;
pub use precision_recall::PrecisionRecall;
pub use rows::{Rows, RunRow};
pub use structure_update::{COHORTS, QUANTILES, StructureUpdate};

/// The directory of one trial.
#[derive(Clone, Debug)]
pub struct RunDirectory {
    path: PathBuf,
    /// Whether it is where it should be, so that its files may be read.
    inside: bool,
}

/// Why a run with a marker does not count as done.
#[derive(Debug, thiserror::Error)]
#[error("{file}: {problem}; the run is not used (delete {directory} to train it again)")]
pub struct CommitError {
    file: String,
    problem: &'static str,
    directory: String,
}

impl RunDirectory {
    /// The directory of the trial with `key` in the output directory `out`; it need not be there. If the key,
    /// which may have been read from a file, would lead elsewhere, nothing is read there.
    pub fn of(out: &Path, key: &str) -> RunDirectory {
        let mut parts = Path::new(key).components();
        let inside = matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None));
        RunDirectory { path: out.join(files::RUNS).join(key), inside }
    }

    /// The run directory at `path`.
    pub fn at(path: &Path) -> RunDirectory {
        RunDirectory { path: path.into(), inside: true }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the file `name` in it is; [`files`] has the names.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Creates the directory with the spec, as JSON, in it, unless it is there.
    pub fn prepare(&self, spec: &str) -> Result<(), FileError> {
        fs::create_dir_all(&self.path).map_err(|cause| FileError::new("create", &self.path, cause))?;
        let file = self.file(files::SPEC);
        if file.exists() { Ok(()) } else { write_atomically(&file, spec.as_bytes()) }
    }

    /// Writes one of the CSV files, with all its rows.
    pub fn write_rows<Row: RunRow>(&self, rows: &[Row]) -> Result<(), FileError> {
        write_atomically(&self.file(Row::FILE), &rows::write(rows))
    }

    /// Writes `value` as the JSON file `name`.
    ///
    /// # Panics
    ///
    /// If JSON cannot hold the value, such as a map whose keys are not text.
    pub fn write_json(&self, name: &str, value: &impl Serialize) -> Result<(), FileError> {
        let mut bytes = serde_json::to_vec_pretty(value).expect("the value has a JSON form");
        bytes.push(b'\n');
        write_atomically(&self.file(name), &bytes)
    }

    /// Writes the marker over the files with these names, which must all be written by now.
    pub fn commit(&self, names: &[&str]) -> Result<(), FileError> {
        let mut text = String::new();
        for name in names {
            let file = self.file(name);
            let bytes = fs::read(&file).map_err(|cause| FileError::new("read", &file, cause))?;
            text += &marker::line(name, &bytes);
        }
        write_atomically(&self.file(files::COMMITTED), text.as_bytes())
    }

    /// Whether the run is done: `false` without a marker, an error if the marker does not fit the files.
    pub fn is_committed(&self) -> Result<bool, CommitError> {
        let damaged = |name: &str, problem| CommitError {
            file: self.file(name).display().to_string(),
            problem,
            directory: self.path.display().to_string(),
        };
        let text = match self.text(files::COMMITTED) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(_) => return Err(damaged(files::COMMITTED, "cannot be read")),
        };
        let mut count = 0;
        for line in marker::lines(&text) {
            let (sum, name) = line.ok_or_else(|| damaged(files::COMMITTED, "is not a list of checksums"))?;
            let bytes = self.bytes(name).map_err(|_| damaged(name, "is missing or cannot be read"))?;
            if marker::checksum(&bytes) != sum {
                return Err(damaged(name, "checksum mismatch"));
            }
            count += 1;
        }
        if count == 0 { Err(damaged(files::COMMITTED, "is empty")) } else { Ok(true) }
    }

    /// Whether `bytes` are what was committed as the file `name`, as far as a marker shows.
    pub(crate) fn is_what_was_committed(&self, name: &str, bytes: &[u8]) -> bool {
        let Ok(text) = self.text(files::COMMITTED) else { return true };
        let mut of_file = marker::lines(&text).flatten().filter(|(_, file)| *file == name);
        of_file.next().is_none_or(|(sum, _)| marker::checksum(bytes) == sum)
    }

    /// The evaluations, in the order of training.
    pub fn evaluations(&self) -> Rows<Evaluation> {
        self.rows()
    }

    /// The updates of the structure, in the order of training; none if it never changed.
    pub fn updates(&self) -> Rows<StructureUpdate> {
        self.rows()
    }

    /// The density of layers after some of the updates.
    pub fn layers(&self) -> Rows<LayerDensity> {
        self.rows()
    }

    /// What is left of every group of channels; none where channels are not pruned.
    pub fn channels(&self) -> Rows<KeptChannels> {
        self.rows()
    }

    /// How well a detector finds each class, in the order of the classes; none of other networks.
    pub fn classes(&self) -> Rows<ClassPrecision> {
        self.rows()
    }

    /// Precision over recall of each class of a detector; none of other networks.
    pub fn precision_recall(&self) -> Rows<PrecisionRecall> {
        self.rows()
    }

    /// Evaluation photographs with what a detector finds in them, as a PNG file; none of other networks.
    pub fn examples(&self) -> Option<Vec<u8>> {
        self.bytes(files::EXAMPLES).ok()
    }

    /// What was trained, as JSON; none if the file is not there.
    pub fn spec(&self) -> Option<String> {
        self.text(files::SPEC).ok()
    }

    /// What it was trained with, as JSON; none if the file is not there.
    pub fn environment(&self) -> Option<String> {
        self.text(files::ENVIRONMENT).ok()
    }

    /// Whether the file `name` is there.
    pub(crate) fn holds(&self, name: &str) -> bool {
        self.inside && self.file(name).exists()
    }

    /// The content of the file `name`.
    pub(crate) fn bytes(&self, name: &str) -> io::Result<Vec<u8>> {
        if !self.inside {
            return Err(io::ErrorKind::NotFound.into());
        }
        fs::read(self.file(name))
    }

    fn text(&self, name: &str) -> io::Result<String> {
        String::from_utf8(self.bytes(name)?)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
    }

    /// The rows of a file; one that is not there has none.
    fn rows<Row: RunRow>(&self) -> Rows<Row> {
        let file = self.file(Row::FILE);
        match self.bytes(Row::FILE) {
            Ok(bytes) => rows::read(&file, &bytes),
            Err(error) => {
                let what = format!("cannot be read: {error}");
                let there = error.kind() != io::ErrorKind::NotFound;
                let complaints = there.then_some(Complaint { file, line: 1, what }).into_iter().collect();
                Rows { rows: Vec::new(), complaints }
            }
        }
    }
}

#[cfg(test)]
mod tests;
