//! Removes what is abandoned: directories that were begun and hold neither result nor checkpoint, and what writes and
//! trainings that were killed have left. Nothing that has a result or could resume, and nothing that a process has.

use super::{State, Trial};
use records::{RunDirectory, files, open_lock};
use std::ffi::OsStr;
use std::path::Path;

/// How the names of files begin without which a directory holds nothing of worth: a result, and checkpoints, those that
/// were set aside among them.
const KEPT: [&str; 3] = [files::COMMITTED, files::WEIGHTS, "checkpoint."];

/// What was removed.
#[derive(Debug, Default, PartialEq)]
pub struct Cleaned {
    /// Run directories.
    pub directories: usize,
    /// Bytes that are free now.
    pub bytes: u64,
    /// What could not be removed, and why.
    pub failures: Vec<String>,
}

/// Cleans the folder of results `out`, of which `trials` are known.
pub fn clean(out: &Path, trials: &[Trial]) -> Cleaned {
    let mut cleaned = Cleaned::default();
    for trial in trials {
        match trial.state {
            State::Abandoned => match remove(&trial.run) {
                Ok(true) => {
                    cleaned.directories += 1;
                    cleaned.bytes += trial.bytes;
                }
                // Somebody took it meanwhile.
                Ok(false) => {}
                Err(cause) => {
                    let folder = trial.run.path().display();
                    cleaned.failures.push(format!("cannot remove {folder}: {cause}"));
                }
            },
            // Under its lock, and only what a result does not need.
            State::Finished { .. } | State::Diverged { .. } => trial.run.tidy(),
            _ => {}
        }
    }
    records::remove_abandoned(out, None);
    cleaned
}

/// Removes an abandoned directory, under its lock; false if it is not abandoned any more.
fn remove(run: &RunDirectory) -> std::io::Result<bool> {
    let lock = open_lock(&run.file(files::LOCK))?;
    if lock.try_lock().is_err() {
        return Ok(false);
    }
    // A process that has begun since would have been seen by then: this asks again, now that none can begin.
    let keeps = |name: &OsStr| KEPT.iter().any(|kept| name.to_string_lossy().starts_with(kept));
    if std::fs::read_dir(run.path())?.flatten().any(|entry| keeps(&entry.file_name())) {
        return Ok(false);
    }
    std::fs::remove_dir_all(run.path())?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::super::survey;
    use super::*;
    use records::Record;
    use std::time::{Duration, SystemTime};

    fn age(folder: &Path) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let file = std::fs::File::options().write(true).open(entry.unwrap().path()).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(3600)).unwrap();
        }
    }

    #[test]
    fn only_what_is_abandoned_goes() {
        let out = tempfile::tempdir().unwrap();
        let out = out.path();
        let run = |key: &str| {
            let run = RunDirectory::of(out, key);
            run.prepare("{}").unwrap();
            run
        };
        let [abandoned, held, resumable, done, fresh, cut] =
            ["abandoned", "held", "resumable", "done", "fresh", "cut"].map(run);
        let owner = open_lock(&held.file(files::LOCK)).unwrap();
        owner.lock().unwrap();
        // A checkpoint that is damaged may be mended.
        std::fs::write(cut.file(files::CHECKPOINT), "x").unwrap();
        super::super::checkpoint::tests::write(&resumable, files::CHECKPOINT, 5);
        let record = serde_json::to_string(&Record { status: "ok".into(), ..Record::default() }).unwrap();
        std::fs::write(done.file(files::RECORD), record).unwrap();
        done.commit(&[files::RECORD]).unwrap();
        std::fs::create_dir(out.join("runs/notes")).unwrap();
        std::fs::write(out.join("runs/notes/mine.txt"), "x").unwrap();
        std::fs::write(out.join(".records.csv.harness-tmp-abc123"), "x").unwrap();
        for run in [&abandoned, &held, &resumable, &done, &cut] {
            age(run.path());
        }
        let trials = survey(out).unwrap();
        let cleaned = clean(out, &trials);
        assert_eq!((cleaned.directories, cleaned.bytes, cleaned.failures.as_slice()), (1, 2, &[][..]));
        assert!(!abandoned.path().exists() && !out.join(".records.csv.harness-tmp-abc123").exists());
        for kept in [&held, &resumable, &done, &fresh, &cut] {
            assert!(kept.file(files::SPEC).exists(), "{}", kept.path().display());
        }
        assert!(out.join("runs/notes/mine.txt").exists());
        // What was abandoned when it was looked at, and was taken since, stays.
        let late = run("late");
        age(late.path());
        let trials = survey(out).unwrap();
        let taker = open_lock(&late.file(files::LOCK)).unwrap();
        taker.lock().unwrap();
        assert_eq!(clean(out, &trials).directories, 0);
        assert!(late.path().exists());
    }
}
