//! The curves of running trainings, for TensorBoard to follow: events are appended to the file of each run as its
//! progress grows, because TensorBoard continues to read where it stopped.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use records::run_directory::{ProgressLine, Reached, TrialIdentity};
use records::{RunDirectory, files, open_append};

use super::{EventMessage, ExportError, frame, name};

/// How the names of these files end, by which those of an earlier watch are found.
const ENDING: &str = ".harness-live";

/// The event file of a run.
struct Written {
    path: PathBuf,
    /// How many rows of its progress are in it.
    rows: usize,
    /// The step of the last score in it.
    scored: Option<u64>,
}

/// Event files below a folder, each as far as it is written.
pub struct LiveCurves {
    folder: PathBuf,
    /// That of each run, by its key.
    files: BTreeMap<String, Written>,
    began: u64,
}

impl LiveCurves {
    /// Files below `folder`, none of which is written yet.
    pub fn new(folder: &Path) -> LiveCurves {
        LiveCurves { folder: folder.to_path_buf(), files: BTreeMap::new(), began: since_1970().as_secs() }
    }

    /// Whether there is a file of the run `key`.
    pub fn follows(&self, key: &str) -> bool {
        self.files.contains_key(key)
    }

    /// Appends what is new in the progress of `run` since the last call; once the run is done and its progress is gone,
    /// the evaluations that were not in it. A run that does not say what it trains is left out. When a run is added for
    /// the first time, files of an earlier watch are removed from its folder.
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
        let before = self.files.get(key).map_or(0, |file| file.rows);
        if rows.is_empty() && run.file(files::COMMITTED).exists() {
            return self.finish(key, run);
        }
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
            self.files.insert(key.into(), Written { path, rows: 0, scored: None });
            bytes.extend(frame::framed(EventMessage::beginning().at(rows[0].at)));
        }
        for row in &rows[before..] {
            let values =
                [("live/loss", row.loss), ("live/score", row.score), ("live/sparsity", Some(row.sparsity))];
            if let Some(mut event) = EventMessage::scalars(row.step, &values) {
                bytes.extend(frame::framed(event.at(row.at)));
            }
        }
        let Some(file) = self.files.get_mut(key) else { return Ok(()) };
        file.append(&bytes)?;
        file.rows = rows.len();
        let scored = rows.iter().filter(|row| row.score.is_some()).map(|row| row.step).max();
        file.scored = file.scored.max(scored);
        Ok(())
    }

    /// Appends the evaluations of a completed run that its progress did not have.
    fn finish(&mut self, key: &str, run: &RunDirectory) -> Result<(), ExportError> {
        let Some(file) = self.files.get_mut(key) else { return Ok(()) };
        let now = since_1970().as_secs_f64();
        let mut bytes = Vec::new();
        let before = file.scored;
        for row in run.evaluations().rows.iter().filter(|row| Some(row.step) > before) {
            if let Some(mut event) = EventMessage::scalars(row.step, &[("live/score", row.top1.or(row.map))])
            {
                bytes.extend(frame::framed(event.at(now)));
            }
            file.scored = Some(row.step);
        }
        if bytes.is_empty() { Ok(()) } else { file.append(&bytes) }
    }
}

impl Written {
    /// Appends `bytes`.
    fn append(&self, bytes: &[u8]) -> Result<(), ExportError> {
        let written = open_append(&self.path).and_then(|mut file| file.write_all(bytes));
        written.map_err(|source| ExportError::Write { path: self.path.clone(), source })
    }
}

/// The present time, counted from the beginning of 1970.
fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
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
    use records::run_directory::Evaluation;

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

    fn files_in(folder: &Path) -> Vec<PathBuf> {
        let mut all = Vec::new();
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.path() {
                path if path.is_dir() => all.extend(files_in(&path)),
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
        assert!(files_in(&folder).is_empty(), "nothing is known yet");
        note(&run, 10, None);
        curves.add("key", &run).unwrap();
        let [path] = &files_in(&folder)[..] else { panic!() };
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
        let [path] = &files_in(&folder)[..] else { panic!("{:?}", files_in(&folder)) };
        assert_eq!(fs::read(path).unwrap(), second);
        // A run that is done has no progress any more; its last evaluation is added, once.
        fs::remove_file(run.file(files::PROGRESS)).unwrap();
        other.add("key", &run).unwrap();
        assert_eq!(fs::read(path).unwrap(), second, "it is not done yet");
        let evaluation = |step| Evaluation { step, ..Evaluation::default() }.with_score("top1", 60.0);
        run.write_rows(&[evaluation(20), evaluation(100)]).unwrap();
        run.commit(&[files::METRICS]).unwrap();
        for _ in 0..2 {
            other.add("key", &run).unwrap();
            let last = fs::read(path).unwrap();
            assert!(last.starts_with(&second));
            assert_eq!(String::from_utf8_lossy(&last).matches("live/score").count(), 2);
        }
        assert!(other.follows("key") && !other.follows("another"));
    }
}
