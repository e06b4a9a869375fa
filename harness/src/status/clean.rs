//! Removes what is abandoned: directories that were begun and hold neither result nor checkpoint, and what writes and
//! trainings that were killed have left. Nothing that has a result or could resume, and nothing that a process has.

use super::look::{has_checkpoint, is_recent};
use super::{State, Trial};
use records::{RunDirectory, files, open_lock};
use std::path::Path;

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
    // Asked again under the lock: since it was looked at, a process may have trained in it, or may be starting.
    if run.file(files::COMMITTED).symlink_metadata().is_ok() || has_checkpoint(run) || is_recent(run) {
        return Ok(false);
    }
    std::fs::remove_dir_all(run.path())?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::super::look::tests::age;
    use super::super::survey;
    use super::*;
    use records::Record;

    const KEYS: [&str; 7] = [
        "0000000000000000",
        "0000000000000001",
        "0000000000000002",
        "0000000000000003",
        "0000000000000004",
        "0000000000000005",
        "0000000000000006",
    ];

    #[test]
    fn only_what_is_abandoned_goes() {
        let out = tempfile::tempdir().unwrap();
        let out = out.path();
        let run = |key: &str| {
            let run = RunDirectory::of(out, key);
            run.prepare("{}").unwrap();
            run
        };
        let [abandoned, held, resumable, done, fresh, cut, unfinished] = KEYS.map(run);
        let owner = open_lock(&held.file(files::LOCK)).unwrap();
        owner.lock().unwrap();
        // A checkpoint that is damaged may be mended.
        std::fs::write(cut.file(files::CHECKPOINT), "x").unwrap();
        // Killed while it wrote its result: without the marker it is none, and the trial starts anew.
        std::fs::write(unfinished.file(files::WEIGHTS), "x").unwrap();
        super::super::checkpoint::tests::write(&resumable, files::CHECKPOINT, 5);
        let record = serde_json::to_string(&Record { status: "ok".into(), ..Record::default() }).unwrap();
        std::fs::write(done.file(files::RECORD), record).unwrap();
        done.commit(&[files::SPEC, files::RECORD]).unwrap();
        std::fs::create_dir(out.join("runs/notes")).unwrap();
        std::fs::write(out.join("runs/notes/mine.txt"), "x").unwrap();
        // A person's copy, with a name that no key has.
        std::fs::create_dir(out.join("runs/0000000000000000-before")).unwrap();
        std::fs::write(out.join("runs/0000000000000000-before/spec.json"), "{}").unwrap();
        age(&out.join("runs/0000000000000000-before"));
        std::fs::write(out.join(".records.csv.harness-tmp-abc123"), "x").unwrap();
        for run in [&abandoned, &held, &resumable, &done, &cut, &unfinished] {
            age(run.path());
        }
        let trials = survey(out).unwrap();
        let cleaned = clean(out, &trials);
        assert_eq!((cleaned.directories, cleaned.bytes, cleaned.failures.as_slice()), (2, 5, &[][..]));
        assert!(!abandoned.path().exists() && !unfinished.path().exists());
        assert!(!out.join(".records.csv.harness-tmp-abc123").exists());
        for kept in [&held, &resumable, &done, &fresh, &cut] {
            assert!(kept.file(files::SPEC).exists(), "{}", kept.path().display());
        }
        assert!(out.join("runs/notes/mine.txt").exists());
        assert!(out.join("runs/0000000000000000-before/spec.json").exists());
        // What was abandoned when it was looked at, and was taken since, stays.
        let late = run("00000000000000ff");
        age(late.path());
        let trials = survey(out).unwrap();
        let taker = open_lock(&late.file(files::LOCK)).unwrap();
        taker.lock().unwrap();
        assert_eq!(clean(out, &trials).directories, 0);
        // So does one whose process has not got to the lock yet.
        drop(taker);
        std::fs::write(late.file(files::LOG), "").unwrap();
        assert_eq!(clean(out, &trials).directories, 0);
        assert!(late.path().exists());
        age(late.path());
        assert_eq!(clean(out, &trials).directories, 1);
        assert!(!late.path().exists());
    }
}
