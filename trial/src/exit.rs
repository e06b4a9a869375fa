//! Exit codes, of the program and of its worker.

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// All that was asked for is done.
    Done = 0,
    /// The check that was asked for failed.
    CheckFailed = 1,
    /// Wrong usage, configuration or data.
    Usage = 2,
    /// A trial failed, by diverging or by an error of its worker.
    TrialFailed = 3,
    /// Interrupted by a signal; if the training had begun, a checkpoint is written.
    Interrupted = 4,
    /// The time budget is used up; if the training had begun, a checkpoint is written.
    OutOfTime = 5,
    /// Another process is at this trial.
    Busy = 6,
}

impl Exit {
    /// The exit with this code, if it is one of these.
    pub fn from_code(code: i32) -> Option<Self> {
        use Exit::*;
        [Done, CheckFailed, Usage, TrialFailed, Interrupted, OutOfTime, Busy]
            .into_iter()
            .find(|exit| *exit as i32 == code)
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
