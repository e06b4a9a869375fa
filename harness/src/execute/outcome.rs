//! How trials end, and what that makes of the whole.

use records::{Record, RunDirectory};
use trial::Exit;

/// How a trial ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrialOutcome {
    /// With a result.
    Done,
    /// Committed, but training diverged, for this reason as far as it is known.
    Diverged(Option<String>),
    /// Without a result.
    Failed(String),
    /// Its configuration, its data or its run directory is wrong.
    Refused(String),
    /// By a signal; it can resume from its checkpoint.
    Interrupted,
    /// By the time budget; it can resume from its checkpoint.
    OutOfTime,
}

impl TrialOutcome {
    /// The outcome of the committed trial in `directory`, from its record or why there is none.
    pub fn committed(directory: &RunDirectory, record: &Result<Record, String>) -> Self {
        match record {
            Ok(record) if record.is_ok() => Self::Done,
            // Records of earlier versions have no such file.
            Ok(_) => Self::Diverged(directory.divergence().ok().flatten()),
            Err(message) => Self::Refused(message.clone()),
        }
    }
}

/// What a worker's end without a committed result means; none if another process is running the trial.
/// `code` is its exit code, none if a signal ended it; `message` says why; `stopping` says that it was
/// asked to stop.
pub fn judge(code: Option<i32>, message: String, stopping: bool) -> Option<TrialOutcome> {
    let Some(code) = code else {
        // A worker that has not yet got as far as catching signals dies of them.
        return Some(if stopping { TrialOutcome::Interrupted } else { TrialOutcome::Failed(message) });
    };
    match Exit::from_code(code) {
        Some(Exit::Done) => Some(TrialOutcome::Failed("the worker ended without a committed result".into())),
        Some(Exit::Usage) => Some(TrialOutcome::Refused(message)),
        Some(Exit::Interrupted) => Some(TrialOutcome::Interrupted),
        Some(Exit::OutOfTime) => Some(TrialOutcome::OutOfTime),
        Some(Exit::Busy) => None,
        Some(Exit::TrialFailed | Exit::CheckFailed) | None => Some(TrialOutcome::Failed(message)),
    }
}

/// The exit of the program: what stopped it, else the worst that happened.
pub fn overall(outcomes: &[TrialOutcome]) -> Exit {
    let exit = |outcome: &TrialOutcome| match outcome {
        TrialOutcome::Done => (0, Exit::Done),
        TrialOutcome::Diverged(_) | TrialOutcome::Failed(_) => (1, Exit::TrialFailed),
        TrialOutcome::Refused(_) => (2, Exit::Usage),
        TrialOutcome::OutOfTime => (3, Exit::OutOfTime),
        TrialOutcome::Interrupted => (4, Exit::Interrupted),
    };
    outcomes.iter().map(exit).max().map_or(Exit::Done, |(_, exit)| exit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_have_their_meaning() {
        let judged = |code| judge(Some(code), "why".into(), false);
        assert_eq!(judged(2), Some(TrialOutcome::Refused("why".into())));
        assert_eq!(judged(3), Some(TrialOutcome::Failed("why".into())));
        assert_eq!((judged(4), judged(5)), (Some(TrialOutcome::Interrupted), Some(TrialOutcome::OutOfTime)));
        assert_eq!(judged(6), None);
        assert_eq!(judged(101), Some(TrialOutcome::Failed("why".into())));
        assert!(matches!(judged(0), Some(TrialOutcome::Failed(_))));
    }

    #[test]
    fn only_an_unasked_for_signal_is_a_failure() {
        assert_eq!(judge(None, "signal 15".into(), true), Some(TrialOutcome::Interrupted));
        assert_eq!(judge(None, "signal 9".into(), false), Some(TrialOutcome::Failed("signal 9".into())));
    }

    #[test]
    fn a_committed_trial_is_what_its_record_says() {
        let record = |status: &str| Ok(Record { status: status.into(), ..Record::default() });
        let folder = tempfile::tempdir().unwrap();
        let run = RunDirectory::at(folder.path());
        let committed = |record| TrialOutcome::committed(&run, &record);
        assert_eq!(committed(record("ok")), TrialOutcome::Done);
        assert_eq!(committed(record("diverged")), TrialOutcome::Diverged(None));
        std::fs::write(run.file("divergence.txt"), "the loss is NaN").unwrap();
        assert_eq!(committed(record("diverged")), TrialOutcome::Diverged(Some("the loss is NaN".into())));
        assert_eq!(committed(Err("gone".into())), TrialOutcome::Refused("gone".into()));
    }

    #[test]
    fn the_exit_is_what_stopped_the_program_else_the_worst() {
        let failed = || TrialOutcome::Failed(String::new());
        let refused = || TrialOutcome::Refused(String::new());
        for (outcomes, exit) in [
            (vec![], Exit::Done),
            (vec![TrialOutcome::Done, TrialOutcome::Done], Exit::Done),
            (vec![TrialOutcome::Diverged(None), TrialOutcome::Done], Exit::TrialFailed),
            (vec![failed(), refused(), TrialOutcome::Done], Exit::Usage),
            (vec![TrialOutcome::OutOfTime, refused()], Exit::OutOfTime),
            (vec![TrialOutcome::OutOfTime, TrialOutcome::Interrupted, failed()], Exit::Interrupted),
        ] {
            assert_eq!(overall(&outcomes), exit, "{outcomes:?}");
        }
    }
}
