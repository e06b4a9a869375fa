//! The state of one run directory, from its files and from whether its lock is held.

use super::{CheckpointHead, Running, State};
use crate::host;
use records::run_directory::{Began, Ended, ProgressLine, Reached};
use records::{CommitError, Record, RunDirectory, files, open_existing_lock};
use std::fs::TryLockError;
use std::time::{Duration, SystemTime};

/// A directory that was changed so lately may have a process that is still starting.
pub const MOMENTS: Duration = Duration::from_secs(600);

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
                _ => "its process was killed, or ended without a word".into(),
            };
            State::Interrupted { step, why }
        }
        _ if run.file(files::CHECKPOINT).symlink_metadata().is_ok() => {
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
    let Ok(lock) = open_existing_lock(&run.file(files::LOCK)) else { return false };
    match lock.try_lock_shared() {
        Ok(()) => false,
        Err(TryLockError::WouldBlock) => true,
        // A file system without locks: whoever was heard of lately has it.
        Err(TryLockError::Error(_)) => is_recent(run),
    }
}

/// Whether a process may be about to train in a directory that nobody has locked yet.
pub fn may_start(run: &RunDirectory, of_last: &[ProgressLine]) -> bool {
    match of_last.first() {
        Some(ProgressLine::Began(Began { host, process, .. }))
            if *host == host::name() && !host.is_empty() =>
        {
            host::has_process(*process)
        }
        _ => is_recent(run),
    }
}

/// Whether anything in the directory changed lately.
fn is_recent(run: &RunDirectory) -> bool {
    let entries = std::fs::read_dir(run.path()).into_iter().flatten().flatten();
    let times = entries.filter_map(|entry| entry.metadata().ok()?.modified().ok());
    let newest = times.max().unwrap_or(SystemTime::UNIX_EPOCH);
    // A clock that is ahead makes it recent.
    newest.elapsed().map_or(true, |age| age < MOMENTS)
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
mod tests;
