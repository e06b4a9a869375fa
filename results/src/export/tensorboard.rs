//! The curves of trainings as TensorBoard event files.
//!
//! Every run directory of an output directory, recorded or not yet, becomes a folder
//! `suite/model/method-target-seedN-KEY` with one event file: what was evaluated (`evaluation/...`), how the
//! structure changed (`structure/...`), and the spec as text. Values are single precision, as TensorBoard's
//! are. A run keeps no time for each step, so the time of all its events is that of its files.

mod event;
mod frame;
mod live;
mod name;
mod scalars;

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;
use std::{fs, io};

use records::run_directory::TrialIdentity;
use records::{Complaint, FileError, RunDirectory, files, remedy, write_atomically};

use event::EventMessage;
pub use live::LiveCurves;

/// The name of a run's event file: always the same, so that a newer one takes its place.
const FILE: &str = "events.out.tfevents.0.harness";

/// What was written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curves {
    /// The folders of runs that were written, below the one that was asked for.
    pub written: Vec<PathBuf>,
    /// Those of them that are not finished, or were taken apart: what is in them is no result.
    pub unfinished: Vec<PathBuf>,
    /// Run directories that have no curve: no evaluation and no change yet.
    pub without: Vec<PathBuf>,
    /// Rows that could not be read, and run directories that do not say what was trained.
    pub complaints: Vec<Complaint>,
}

/// Why curves could not be exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The run directories cannot be listed.
    #[error("cannot list the runs in {}; {}", path.display(), advice(source))]
    Runs {
        /// The folder.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// A folder or an event file cannot be written.
    #[error("cannot write {}; {}", path.display(), remedy(source))]
    Write {
        /// What was to be written.
        path: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
}

/// What to do where runs cannot be listed.
fn advice(cause: &io::Error) -> &'static str {
    match cause.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => "give the folder of the results with --out",
        _ => remedy(cause),
    }
}

/// Writes an event file for every run of the output directory `out` into its own folder below `folder`.
/// The earlier file of the same run is replaced at once; nothing else is touched.
pub fn export_curves(out: &Path, folder: &Path) -> Result<Curves, ExportError> {
    let mut curves = Curves::default();
    for key in keys(&out.join(files::RUNS))? {
        let run = RunDirectory::of(out, &key);
        let spec = run.spec();
        let trial = spec.as_ref().ok().and_then(|spec| TrialIdentity::of_spec(spec.as_deref()?));
        let (spec, trial) = match (spec, trial) {
            (Ok(Some(spec)), Some(trial)) => (spec, trial),
            (spec, _) => {
                let why = "does not say what was trained".to_string();
                let what =
                    format!("{}; the run is left out", spec.err().map_or(why, |error| error.to_string()));
                curves.complaints.push(Complaint { file: run.file(files::SPEC), line: 1, what });
                continue;
            }
        };
        let name = name::folder(&trial, &key);
        let (evaluations, updates) = (run.evaluations(), run.updates());
        curves.complaints.extend(evaluations.complaints);
        curves.complaints.extend(updates.complaints);
        let mut events = scalars::of_evaluations(&evaluations.rows);
        events.extend(scalars::of_updates(&updates.rows));
        if events.is_empty() {
            curves.without.push(run.path().to_path_buf());
            continue;
        }
        events.sort_by_key(|event| event.step);
        events.insert(0, EventMessage::text("spec", &format!("```json\n{}\n```", spec.trim_end())));
        events.insert(0, EventMessage::beginning());
        let time = modified(&run);
        let bytes: Vec<u8> = events.iter_mut().flat_map(|event| frame::framed(event.at(time))).collect();
        write(&folder.join(&name), &bytes)?;
        if run.file(files::COMMITTED).symlink_metadata().is_err() {
            curves.unfinished.push(run.path().to_path_buf());
        }
        curves.written.push(name);
    }
    Ok(curves)
}

/// The names of the run directories, sorted.
fn keys(runs: &Path) -> Result<Vec<String>, ExportError> {
    let failed = |source| ExportError::Runs { path: runs.to_path_buf(), source };
    let mut keys = Vec::new();
    for entry in fs::read_dir(runs).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.path().is_dir() {
            keys.extend(entry.file_name().into_string().ok());
        }
    }
    keys.sort();
    Ok(keys)
}

/// When the curves of a run were last written, seconds since 1970.
fn modified(run: &RunDirectory) -> f64 {
    let time = |name| fs::metadata(run.file(name)).and_then(|data| data.modified()).ok();
    let times = [files::METRICS, files::UPDATES].into_iter().filter_map(time);
    times.max().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).map_or(0.0, |time| time.as_secs_f64())
}

fn write(folder: &Path, bytes: &[u8]) -> Result<(), ExportError> {
    let path = folder.join(FILE);
    let written = fs::create_dir_all(folder)
        .and_then(|()| write_atomically(&path, bytes).map_err(FileError::into_cause));
    written.map_err(|source| ExportError::Write { path, source })
}
