//! How trials end, and what that makes of the whole.

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
    /// Another process is at it.
    Busy,
}

/// What a worker's end means. `code` is its exit code, none if a signal ended it; `message` is what it
/// or its log said; `stopping` tells that it was asked to stop.
pub fn judge(code: Option<i32>, message: String, stopping: bool) -> Outcome {
    let Some(code) = code else {
        // A worker that has not yet got as far as catching signals dies of them.
        return if stopping {
            Outcome::Interrupted
        } else {
            Outcome::Failed(format!("{message} (a process killed from outside has often run out of memory)"))
        };
    };
    match Exit::from_code(code) {
        Some(Exit::Done) => Outcome::Failed("the worker ended without a committed result".into()),
        Some(Exit::Usage) => Outcome::Refused(message),
        Some(Exit::Interrupted) => Outcome::Interrupted,
        Some(Exit::OutOfTime) => Outcome::OutOfTime,
        Some(Exit::Busy) => Outcome::Busy,
        Some(Exit::TrialFailed | Exit::CheckFailed) | None => Outcome::Failed(message),
    }
}

/// The exit of the program: what stopped it, else the worst that happened.
pub fn overall(outcomes: &[Outcome]) -> Exit {
    let weight = |exit: &Exit| match exit {
        Exit::Interrupted => 4,
        Exit::OutOfTime => 3,
        Exit::Usage => 2,
        Exit::TrialFailed => 1,
        _ => 0,
    };
    let exit = |outcome: &Outcome| match outcome {
        Outcome::Done => Exit::Done,
        Outcome::Diverged | Outcome::Failed(_) => Exit::TrialFailed,
        Outcome::Refused(_) => Exit::Usage,
        // What is busy at the end was left to the other process when this one was stopped.
        Outcome::Interrupted | Outcome::Busy => Exit::Interrupted,
        Outcome::OutOfTime => Exit::OutOfTime,
    };
    outcomes.iter().map(exit).max_by_key(weight).unwrap_or(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_have_their_meaning() {
        let judged = |code| judge(Some(code), "why".into(), false);
        assert_eq!(judged(2), Outcome::Refused("why".into()));
        assert_eq!(judged(3), Outcome::Failed("why".into()));
        assert_eq!(
            [judged(4), judged(5), judged(6)],
            [Outcome::Interrupted, Outcome::OutOfTime, Outcome::Busy]
        );
        assert_eq!(judged(101), Outcome::Failed("why".into()));
        assert!(matches!(judged(0), Outcome::Failed(_)));
    }

    #[test]
    fn only_an_unasked_for_signal_is_a_failure() {
        assert_eq!(judge(None, "signal 15".into(), true), Outcome::Interrupted);
        let Outcome::Failed(message) = judge(None, "signal 9".into(), false) else { panic!() };
        assert!(message.contains("signal 9") && message.contains("memory"), "{message}");
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
