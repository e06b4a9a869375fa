//! Waiting for a submitted array: what its trials do is read from their files, and whether it is still there is asked of
//! Slurm.

use super::ask::ask;
use super::submit::Submitted;
use crate::status::{State, look};
use crate::stdio;
use crate::stop_condition::StopCondition;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use records::RunDirectory;
use std::io::{IsTerminal, stderr};
use std::path::Path;
use std::time::{Duration, Instant};
use trial::Exit;

/// How often it is looked: at first, and once it has been a while.
const OFTEN: Duration = Duration::from_secs(1);
const SELDOM: Duration = Duration::from_secs(15);

/// Waits until no element of the array is left, and says how its trials in the results `out` ended.
///
/// # Errors
///
/// If nobody can be asked about signals.
pub fn wait(array: &Submitted, out: &Path, keys: &[String], quiet: bool) -> anyhow::Result<Exit> {
    let stop = StopCondition::watch(None)?;
    let lives = stderr().is_terminal() && !quiet;
    let target = if lives { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(keys.len() as u64), target)
        .with_style(ProgressStyle::with_template("{bar:16} {pos}/{len} trials, {elapsed} so far; {msg}")?);
    let began = Instant::now();
    let mut said = String::new();
    let mut unanswered = false;
    loop {
        // Asked first, so that what is counted is at least what the elements had done by then.
        let elements = elements(&array.job);
        let counts = Counts::of(out, keys);
        bar.set_position(counts.ended as u64);
        bar.set_message(counts.words());
        if !lives && !quiet && said != counts.words() {
            said = counts.words();
            stdio::say(format!("array {}: {said}", array.job));
        }
        match elements {
            Ok(0) => {
                bar.finish_and_clear();
                return Ok(counts.exit(array));
            }
            Ok(_) => unanswered = false,
            // Nobody says so, but nothing is left to do for them.
            Err(_) if counts.ended == counts.all => {
                bar.finish_and_clear();
                return Ok(counts.exit(array));
            }
            // It may answer again: what is submitted does not depend on it.
            Err(why) if !unanswered => {
                unanswered = true;
                bar.suspend(|| stdio::say(format!("warning: {why:#}; waiting all the same")));
            }
            Err(_) => {}
        }
        let pause = if began.elapsed() < 60 * OFTEN { OFTEN } else { SELDOM };
        let looked = Instant::now();
        while looked.elapsed() < pause {
            if stop.reason().is_some() {
                bar.finish_and_clear();
                return Ok(stop.exit(&format!(
                    "array {0} goes on; `harness status` shows its trials, `scancel {0}` ends it",
                    array.job
                )));
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// Elements of a job that wait or run.
fn elements(job: &str) -> anyhow::Result<usize> {
    match ask("squeue", &["--noheader", "--array", "--format=%i", "--jobs", job]) {
        Ok(listed) => Ok(listed.lines().filter(|line| !line.trim().is_empty()).count()),
        // One that ended a while ago.
        Err(why) if why.to_string().contains("Invalid job id") => Ok(0),
        Err(why) => Err(why),
    }
}

/// How many trials there are in which state.
#[derive(Debug, Default, PartialEq)]
struct Counts {
    all: usize,
    /// With a result.
    ended: usize,
    /// Of these, with one that is that training diverged, or that cannot be used.
    bad: usize,
    running: usize,
    /// Whose last process failed.
    failed: usize,
}

impl Counts {
    fn of(out: &Path, keys: &[String]) -> Self {
        let mut counts = Self { all: keys.len(), ..Self::default() };
        for key in keys {
            match look(&RunDirectory::of(out, key)) {
                State::Finished { .. } => counts.ended += 1,
                State::Diverged { .. } | State::Damaged { .. } => {
                    counts.ended += 1;
                    counts.bad += 1;
                }
                State::Running(_) => counts.running += 1,
                State::Failed { .. } => counts.failed += 1,
                State::Starting | State::Interrupted { .. } | State::Abandoned | State::Waiting { .. } => {}
            }
        }
        counts
    }

    fn words(&self) -> String {
        let waiting = self.all - self.ended - self.running - self.failed;
        let words =
            [(self.ended, "done"), (self.running, "running"), (waiting, "waiting"), (self.failed, "failed")];
        let words = words.into_iter().filter(|(count, name)| *count > 0 || *name == "done");
        words.map(|(count, name)| format!("{count} {name}")).collect::<Vec<_>>().join(", ")
    }

    /// What it all came to, once no element is left.
    fn exit(&self, array: &Submitted) -> Exit {
        let missing = self.all - self.ended;
        if missing > 0 {
            stdio::say(format!(
                "error: array {} has ended, and {missing} of {} trials have no result; {} has its logs, and the same command \
                 submits the rest again",
                array.job,
                self.all,
                array.folder.display()
            ));
        }
        if missing + self.bad > 0 { Exit::TrialFailed } else { Exit::Done }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trials_are_counted_by_what_their_files_say() {
        let out = tempfile::tempdir().unwrap();
        let done = RunDirectory::of(out.path(), "done");
        done.prepare("{}").unwrap();
        std::fs::write(done.file("record.json"), r#"{"key": "done", "status": "ok"}"#).unwrap();
        done.commit(&["spec.json", "record.json"]).unwrap();
        RunDirectory::of(out.path(), "begun").prepare("{}").unwrap();
        let keys = ["done", "begun", "new"].map(String::from);
        let counts = Counts::of(out.path(), &keys);
        assert_eq!(counts, Counts { all: 3, ended: 1, ..Counts::default() });
        assert_eq!(counts.words(), "1 done, 2 waiting");
        let array = Submitted { job: "7".into(), folder: out.path().into(), elements: 2 };
        assert_eq!(counts.exit(&array), Exit::TrialFailed);
        assert_eq!(Counts { all: 1, ended: 1, ..Counts::default() }.exit(&array), Exit::Done);
        assert_eq!(Counts { all: 1, ended: 1, bad: 1, ..Counts::default() }.exit(&array), Exit::TrialFailed);
    }
}
