//! The state of one run directory, from its files and from whether its lock is held.

use super::{CheckpointHead, Running, State};
use crate::host;
use records::run_directory::{Began, Ended, ProgressLine, Reached};
use records::{CommitError, Record, RunDirectory, files};
use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::time::{Duration, SystemTime};

/// A directory that was changed so lately may have a process that is still starting. The heading of the state says it.
const STARTING: Duration = Duration::from_secs(600);

/// The state of the trial in `run`.
pub fn look(run: &RunDirectory) -> State {
    match committed(run) {
        Ok(Some(state)) => return state,
        Ok(None) => {}
        Err(error) => return State::Damaged { why: error.to_string() },
    }
    let progress = run.progress();
    let last = progress.iter().rposition(|line| matches!(line, ProgressLine::Began(_)));
    let of_last = &progress[last.unwrap_or(0)..];
    if is_held(run) {
        return State::Running(running(of_last));
    }
    let step = CheckpointHead::of(run).map(|head| head.step);
    match (of_last.last(), step) {
        (Some(ProgressLine::Ended(Ended { resumes: false, why, .. })), step) => {
            State::Failed { why: why.clone(), step }
        }
        (last, Some(step)) => {
            let why = match last {
                Some(ProgressLine::Ended(ended)) => ended.why.clone(),
                _ => "its process was killed, or ended without giving a reason".into(),
            };
            State::Interrupted { step, why }
        }
        _ if has_checkpoint(run) => {
            State::Interrupted { step: 0, why: "its checkpoint cannot be read".into() }
        }
        _ if may_start(run, of_last) => State::Starting,
        _ => State::Abandoned,
    }
}

/// The state of a run that has a result. Its weights are not held against their checksum, which takes as long as reading
/// them; who uses them does that.
fn committed(run: &RunDirectory) -> Result<Option<State>, CommitError> {
    if run.file(files::COMMITTED).symlink_metadata().is_err() {
        return Ok(None);
    }
    let record = run.record()?.and_then(|text| serde_json::from_str::<Record>(&text).ok());
    let Some(record) = record else {
        let (file, folder) = (run.file(files::RECORD), run.path().display());
        let why = format!("{} is no record; delete {folder} to train the trial again", file.display());
        return Ok(Some(State::Damaged { why }));
    };
    // It says what was trained, without which its record is of nothing that is known.
    run.spec()?;
    if !record.is_ok() {
        let why = run.divergence()?.unwrap_or_else(|| "training diverged".into());
        return Ok(Some(State::Diverged { why: why.trim().into() }));
    }
    let metric = record.metric();
    let score = record.score().map(|value| format!("{} {value:.2}{}", metric.short, metric.unit));
    Ok(Some(State::Finished { result: score.unwrap_or_else(|| "without a score".into()) }))
}

/// Whether a process has the run directory. It is asked by a lock that others may have, too, and that is let go at once.
pub fn is_held(run: &RunDirectory) -> bool {
    // For reading alone, which a shared lock needs and a folder of another user allows; neither through a link nor
    // waiting for a pipe.
    let flags = libc::O_NOFOLLOW | libc::O_NONBLOCK;
    let lock = File::options().read(true).custom_flags(flags).open(run.file(files::LOCK));
    match lock.map(|lock| lock.try_lock_shared()) {
        Ok(Ok(())) => false,
        Ok(Err(TryLockError::WouldBlock)) => true,
        Err(cause) if cause.kind() == ErrorKind::NotFound => false,
        // A file system without locks, or a file that may not be read: a run that changed lately is taken to be in use.
        Ok(Err(TryLockError::Error(_))) | Err(_) => is_recent(run),
    }
}

/// Whether there is a checkpoint of any kind: one that cannot be read, or that was set aside, may be mended.
pub fn has_checkpoint(run: &RunDirectory) -> bool {
    let mut entries = std::fs::read_dir(run.path()).into_iter().flatten().flatten();
    entries.any(|entry| entry.file_name().to_string_lossy().starts_with("checkpoint."))
}

/// Whether a process may be about to train in a directory that nobody has locked yet.
fn may_start(run: &RunDirectory, of_last: &[ProgressLine]) -> bool {
    let has_process = match of_last.first() {
        Some(ProgressLine::Began(Began { host, process, .. })) => {
            *host == host::name() && !host.is_empty() && host::has_process(*process)
        }
        _ => false,
    };
    // Another process than the last may have begun since, which has written nothing down yet.
    has_process || is_recent(run)
}

/// Whether anything in the directory changed lately. Its lock does not count: who only asks for it may have made it.
pub fn is_recent(run: &RunDirectory) -> bool {
    let entries = std::fs::read_dir(run.path()).into_iter().flatten().flatten();
    let entries = entries.filter(|entry| entry.file_name() != files::LOCK);
    let times = entries.filter_map(|entry| entry.metadata().ok()?.modified().ok());
    let newest = times.max().unwrap_or(SystemTime::UNIX_EPOCH);
    // A clock that is ahead makes it recent.
    newest.elapsed().map_or(true, |age| age < STARTING)
}

/// How far a process is, by what was written down since it began.
fn running(lines: &[ProgressLine]) -> Running {
    let mut running = Running::default();
    let mut first: Option<&Reached> = None;
    for line in lines {
        match line {
            ProgressLine::Began(began) => {
                running.host = Some(began.host.clone()).filter(|host| !host.is_empty());
                running.device = Some(began.device.clone());
                running.since = Some(began.at);
            }
            ProgressLine::Reached(reached) => {
                let from = *first.get_or_insert(reached);
                running.heard = Some(reached.at);
                running.step = Some(reached.step);
                running.steps = Some(reached.steps);
                running.epoch = Some(reached.epoch);
                running.score = reached.score;
                let pace = (reached.step - from.step.min(reached.step)) as f64 / (reached.at - from.at);
                let left = reached.steps.saturating_sub(reached.step) as f64 / pace;
                running.ends = Some(reached.at + left).filter(|end| end.is_finite() && pace > 0.0);
            }
            ProgressLine::Ended(_) => {}
        }
    }
    running
}

#[cfg(test)]
pub mod tests;
