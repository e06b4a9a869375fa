//! The directory of one trial, `<out>/runs/<key>`: what is in it, and when it counts as done.
//!
//! A run is done when `COMMITTED` is there and every checksum in it is right. The marker is written last;
//! without a valid one there is no result. Whatever is read of a run that has one goes through `CommittedRun`,
//! so that a file that was changed since is named and not used.

mod class_precision;
mod committed;
mod evaluation;
pub mod files;
mod identity;
mod kept_channels;
mod layer_density;
mod leftovers;
mod marker;
mod precision_recall;
mod progress;
mod rows;
mod structure_update;

use std::fs;
use std::path::{Component, Path, PathBuf};

use serde::Serialize;

use crate::Complaint;
use crate::file::{FileError, write_atomically};
use crate::regular_file;
use crate::remedy::remedy;

pub use class_precision::ClassPrecision;
pub use committed::CommitError;
pub(crate) use committed::CommittedRun;
pub use evaluation::Evaluation;
pub use identity::TrialIdentity;
pub use kept_channels::KeptChannels;
pub use layer_density::LayerDensity;
pub use precision_recall::PrecisionRecall;
pub use progress::{Began, Ended, ProgressLine, Reached};
pub use rows::{Rows, RunRow};
pub use structure_update::{COHORTS, QUANTILES, StructureUpdate};

/// The directory of one trial.
#[derive(Clone, Debug)]
pub struct RunDirectory {
    path: PathBuf,
    /// Whether it is where it should be, so that its files may be read.
    inside: bool,
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

    /// Writes the marker over the files with these names, which must all be written by now. A file that no reader
    /// would accept is an error.
    pub fn commit(&self, names: &[&str]) -> Result<(), FileError> {
        let sum = |name: &&'_ str| {
            let file = self.file(name);
            let opened = regular_file::open_read(&file, committed::most_bytes(name));
            let sum = opened.and_then(marker::checksum_of);
            sum.map_err(|cause| FileError::new("read", &file, cause))
        };
        let sums = names.iter().map(sum).collect::<Result<Vec<_>, _>>()?;
        let text = marker::text(names.iter().copied().zip(sums));
        write_atomically(&self.file(files::COMMITTED), text.as_bytes())
    }

    /// Whether the run is done: `false` without a marker, an error if the marker does not fit the files.
    pub fn is_committed(&self) -> Result<bool, CommitError> {
        let Some(run) = CommittedRun::open(self)? else { return Ok(false) };
        run.verify()?;
        Ok(true)
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
    pub fn examples(&self) -> Result<Option<Vec<u8>>, CommitError> {
        self.bytes(files::EXAMPLES)
    }

    /// What was trained, as JSON; none if the file is not there.
    pub fn spec(&self) -> Result<Option<String>, CommitError> {
        self.text(files::SPEC)
    }

    /// What it was trained with, as JSON; none if the file is not there.
    pub fn environment(&self) -> Result<Option<String>, CommitError> {
        self.text(files::ENVIRONMENT)
    }

    /// How many images its network was tested on, where the file of the environment says so.
    pub fn test_images(&self) -> Option<usize> {
        #[derive(serde::Deserialize)]
        struct Tested {
            test_images: Option<usize>,
        }
        serde_json::from_str::<Tested>(&self.environment().ok()??).ok()?.test_images
    }

    /// The trial's [`Record`](crate::Record), as JSON; none if the file is not there.
    pub fn record(&self) -> Result<Option<String>, CommitError> {
        self.text(files::RECORD)
    }

    /// Why the training diverged; none if it did not.
    pub fn divergence(&self) -> Result<Option<String>, CommitError> {
        self.text(files::DIVERGENCE)
    }

    /// Whether there is something under the name `name`.
    pub(crate) fn holds(&self, name: &str) -> bool {
        self.inside && self.file(name).symlink_metadata().is_ok()
    }

    /// The content of the file `name`, which is what was committed if the run is; none if it is not there.
    fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, CommitError> {
        match CommittedRun::open(self)? {
            Some(run) => run.bytes(name),
            None => committed::read(self, name),
        }
    }

    fn text(&self, name: &str) -> Result<Option<String>, CommitError> {
        self.bytes(name)?.map(|bytes| self.as_text(name, bytes)).transpose()
    }

    /// The bytes of the file `name` as text.
    fn as_text(&self, name: &str, bytes: Vec<u8>) -> Result<String, CommitError> {
        String::from_utf8(bytes).map_err(|_| self.damaged(name, "is not text"))
    }

    /// The rows of a file; one that is not there has none.
    fn rows<Row: RunRow>(&self) -> Rows<Row> {
        match self.bytes(Row::FILE) {
            Ok(Some(bytes)) => rows::read(&self.file(Row::FILE), &bytes),
            Ok(None) => Rows::default(),
            Err(error) => Rows { rows: Vec::new(), complaints: vec![self.complaint(&error)] },
        }
    }

    /// An error as a remark on the file.
    fn complaint(&self, error: &CommitError) -> Complaint {
        match error {
            CommitError::Damaged { file, problem, .. } => {
                Complaint { file: file.clone(), line: 1, what: format!("{problem}; the file is not used") }
            }
            CommitError::Unreadable { file, cause } => {
                let what = format!("cannot be read: {cause}; {}", remedy(cause));
                Complaint { file: file.clone(), line: 1, what }
            }
        }
    }

    /// That there is a `problem` with the file `name`.
    fn damaged(&self, name: &str, problem: &str) -> CommitError {
        let (file, directory) = (self.file(name), self.path.clone());
        CommitError::Damaged { file, problem: problem.into(), directory }
    }
}

#[cfg(test)]
mod tests;
