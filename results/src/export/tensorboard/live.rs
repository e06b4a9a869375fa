//! The curves of trainings that run, for TensorBoard to follow: each run's event file is written behind its end as lines
//! come to its progress, since TensorBoard reads on where it was.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use records::run_directory::{ProgressLine, Reached, TrialIdentity};
use records::{RunDirectory, open_append};

use super::{EventMessage, ExportError, frame, name};

/// How the names of these files end, by which those of an earlier watch are found.
const ENDING: &str = ".harness-live";

/// Event files below a folder, each as far as it is written.
pub struct LiveCurves {
    folder: PathBuf,
    /// Of each run, by its key, its file and how many rows are in it.
    files: BTreeMap<String, (PathBuf, usize)>,
    began: u64,
}

impl LiveCurves {
    /// Files below `folder`, none of which is written yet.
    pub fn new(folder: &Path) -> LiveCurves {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        LiveCurves {
            folder: folder.to_path_buf(),
            files: BTreeMap::new(),
            began: since.map_or(0, |since| since.as_secs()),
        }
    }

    /// Adds what the progress of `run` has more than when it was last added. A run that does not say what it trains is
    /// left out. In the folder of a run that is new here, the file of an earlier watch goes.
    ///
    /// # Errors
    ///
    /// If a file cannot be written.
    pub fn add(&mut self, key: &str, run: &RunDirectory) -> Result<(), ExportError> {
        let reached = |line: ProgressLine| match line {
            ProgressLine::Reached(reached) => Some(reached),
            ProgressLine::Began(_) | ProgressLine::Ended(_) => None,
        };
        let rows: Vec<Reached> = run.progress().into_iter().filter_map(reached).collect();
        let before = self.files.get(key).map_or(0, |(_, count)| *count);
        if rows.len() <= before {
            return Ok(());
        }
        let mut bytes = Vec::new();
        if before == 0 {
            let Some(trial) = run.spec().ok().flatten().and_then(|spec| TrialIdentity::of_spec(&spec)) else {
                return Ok(());
            };
            let folder = self.folder.join(name::folder(&trial, key));
            let path = folder.join(format!("events.out.tfevents.{}{ENDING}", self.began));
            prepare(&folder).map_err(|source| ExportError::Write { path: folder, source })?;
            self.files.insert(key.into(), (path, 0));
            bytes.extend(frame::framed(EventMessage::beginning().at(rows[0].at)));
        }
        for row in &rows[before..] {
            let values =
                [("live/loss", row.loss), ("live/score", row.score), ("live/sparsity", Some(row.sparsity))];
            if let Some(mut event) = EventMessage::scalars(row.step, &values) {
                bytes.extend(frame::framed(event.at(row.at)));
            }
        }
        let Some((path, count)) = self.files.get_mut(key) else { return Ok(()) };
        let written = open_append(path).and_then(|mut file| file.write_all(&bytes));
        written.map_err(|source| ExportError::Write { path: path.clone(), source })?;
        *count = rows.len();
        Ok(())
    }
}

/// Makes the folder of a run, without files of an earlier watch.
fn prepare(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    for entry in fs::read_dir(folder)?.flatten() {
        if entry.file_name().to_string_lossy().ends_with(ENDING) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(run: &RunDirectory, step: u64, score: Option<f64>) {
        run.note(&ProgressLine::Reached(Reached {
            at: 1000.0 + step as f64,
            step,
            steps: 100,
            epoch: 0.0,
            stage: "train".into(),
            loss: Some(2.5),
            sparsity: 0.9,
            score,
        }))
        .unwrap();
    }

    fn files(folder: &Path) -> Vec<PathBuf> {
        let mut all = Vec::new();
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.path() {
                path if path.is_dir() => all.extend(files(&path)),
                path => all.push(path),
            }
        }
        all
    }

    #[test]
    fn a_file_grows_behind_its_end_and_is_whole_at_any_time() {
        let out = tempfile::tempdir().unwrap();
        let run = RunDirectory::of(out.path(), "key");
        run.prepare(r#"{"suite": "cifar10", "model": "wrn", "method": "iee", "sparsity": 0.9, "seed": 0}"#)
            .unwrap();
        let folder = out.path().join("curves");
        let mut curves = LiveCurves::new(&folder);
        curves.add("key", &run).unwrap();
        assert!(files(&folder).is_empty(), "nothing is known yet");
        note(&run, 10, None);
        curves.add("key", &run).unwrap();
        let [path] = &files(&folder)[..] else { panic!() };
        let first = fs::read(path).unwrap();
        curves.add("key", &run).unwrap();
        assert_eq!(fs::read(path).unwrap(), first, "nothing is written twice");
        note(&run, 20, Some(50.0));
        curves.add("key", &run).unwrap();
        let second = fs::read(path).unwrap();
        assert!(second.starts_with(&first) && second.len() > first.len());
        let text = String::from_utf8_lossy(&second);
        assert_eq!((text.matches("live/loss").count(), text.matches("live/score").count()), (2, 1));
        // Another watch begins anew, with everything.
        let mut other = LiveCurves { began: 1, ..LiveCurves::new(&folder) };
        other.add("key", &run).unwrap();
        let [path] = &files(&folder)[..] else { panic!("{:?}", files(&folder)) };
        assert_eq!(fs::read(path).unwrap(), second);
        // A run that is done has no progress any more.
        fs::remove_file(run.file(records::files::PROGRESS)).unwrap();
        other.add("key", &run).unwrap();
    }
}
