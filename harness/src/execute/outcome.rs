//! How trials end, and what that makes of the whole.

use records::Record;
use trial::Exit;

/// How a trial ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// With a result.
    Done,
    /// Committed, but training diverged.
    Diverged,
    /// Without a result.
    Failed(String),
    /// Its configuration, its data or what is there of it is wrong.
    Refused(String),
    /// By a signal; it goes on from its checkpoint.
    Interrupted,
    /// By the time budget; it goes on from its checkpoint.
    OutOfTime,
}

impl Outcome {
    /// The outcome of a committed trial, from its record or why there is none.
    pub fn committed(record: &Result<Record, String>) -> Self {
        match record {
            Ok(record) if record.is_ok() => Self::Done,
            Ok(_) => Self::Diverged,
            Err(message) => Self::Refused(message.clone()),
        }
    }
}

/// What a worker's end without a committed result means; none if another process is at the trial.
/// `code` is its exit code, none if a signal ended it; `message` says why; `stopping` tells that it was
/// asked to stop.
pub fn judge(code: Option<i32>, message: String, stopping: bool) -> Option<Outcome> {
    let Some(code) = code else {
        // A worker that has not yet got as far as catching signals dies of them.
        return Some(if stopping { Outcome::Interrupted } else { Outcome::Failed(message) });
    };
    match Exit::from_code(code) {
        Some(Exit::Done) => Some(Outcome::Failed("the worker ended without a committed result".into())),
        Some(Exit::Usage) => Some(Outcome::Refused(message)),
        Some(Exit::Interrupted) => Some(Outcome::Interrupted),
        Some(Exit::OutOfTime) => Some(Outcome::OutOfTime),
        Some(Exit::Busy) => None,
        Some(Exit::TrialFailed | Exit::CheckFailed) | None => Some(Outcome::Failed(message)),
    }
}

/// The exit of the program: what stopped it, else the worst that happened.
pub fn overall(outcomes: &[Outcome]) -> Exit {
    let exit = |outcome: &Outcome| match outcome {
        Outcome::Done => (0, Exit::Done),
        Outcome::Diverged | Outcome::Failed(_) => (1, Exit::TrialFailed),
        Outcome::Refused(_) => (2, Exit::Usage),
        Outcome::OutOfTime => (3, Exit::OutOfTime),
        Outcome::Interrupted => (4, Exit::Interrupted),
    };
    outcomes.iter().map(exit).max().map_or(Exit::Done, |(_, exit)| exit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_have_their_meaning() {
        let judged = |code| judge(Some(code), "why".into(), false);
        assert_eq!(judged(2), Some(Outcome::Refused("why".into())));
        assert_eq!(judged(3), Some(Outcome::Failed("why".into())));
        assert_eq!((judged(4), judged(5)), (Some(Outcome::Interrupted), Some(Outcome::OutOfTime)));
        assert_eq!(judged(6), None);
        assert_eq!(judged(101), Some(Outcome::Failed("why".into())));
        assert!(matches!(judged(0), Some(Outcome::Failed(_))));
    }

    #[test]
    fn only_an_unasked_for_signal_is_a_failure() {
        assert_eq!(judge(None, "signal 15".into(), true), Some(Outcome::Interrupted));
        assert_eq!(judge(None, "signal 9".into(), false), Some(Outcome::Failed("signal 9".into())));
    }

    #[test]
    fn a_committed_trial_is_what_its_record_says() {
        let record = |status: &str| Ok(Record { status: status.into(), ..Record::default() });
        assert_eq!(Outcome::committed(&record("ok")), Outcome::Done);
        assert_eq!(Outcome::committed(&record("diverged")), Outcome::Diverged);
        assert_eq!(Outcome::committed(&Err("gone".into())), Outcome::Refused("gone".into()));
    }

    #[test]
    fn the_exit_is_what_stopped_the_program_else_the_worst() {
        let failed = || Outcome::Failed(String::new());
        let refused = || Outcome::Refused(String::new());
        for (outcomes, exit) in [
            (vec![], Exit::Done),
            (vec![Outcome::Done, Outcome::Done], Exit::Done),
            (vec![Outcome::Diverged, Outcome::Done], Exit::TrialFailed),
            (vec![failed(), refused(), Outcome::Done], Exit::Usage),
            (vec![Outcome::OutOfTime, refused()], Exit::OutOfTime),
            (vec![Outcome::OutOfTime, Outcome::Interrupted, failed()], Exit::Interrupted),
        ] {
            assert_eq!(overall(&outcomes), exit, "{outcomes:?}");
        }
    }
}
