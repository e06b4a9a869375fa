//! The states that a trial can be in.

use serde::Serialize;

/// How a trial is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum State {
    /// A process has it.
    Running(Running),
    /// Its directory was made less than ten minutes ago, and a process may be about to train it.
    Starting,
    /// It resumes from a checkpoint.
    Interrupted {
        /// Steps that the checkpoint has.
        step: u64,
        /// How it ended, as far as that is known.
        why: String,
    },
    /// Its last process ended without a result; the next one begins again, or at a checkpoint.
    Failed {
        /// Why.
        why: String,
        /// Steps of the checkpoint, if there is one.
        step: Option<u64>,
    },
    /// It was begun, has neither result nor checkpoint, and nobody has it.
    Abandoned,
    /// A plan names it, and nothing of it is there.
    Waiting {
        /// The plan's file, after the job array that has it, if one has.
        plan: String,
    },
    /// It has a result.
    Finished {
        /// The result, as in `top-1 93.46%`.
        result: String,
    },
    /// Its result is that it diverged.
    Diverged {
        /// Why.
        why: String,
    },
    /// It had a result, and that cannot be used.
    Damaged {
        /// Why, and what to do.
        why: String,
    },
}

/// A trial that a process has.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Running {
    /// The machine, if it is known.
    pub host: Option<String>,
    /// The device there.
    pub device: Option<String>,
    /// When its process began to train, in seconds since 1970.
    pub since: Option<f64>,
    /// When it was last heard of.
    pub heard: Option<f64>,
    /// Steps done.
    pub step: Option<u64>,
    /// Steps in all.
    pub steps: Option<u64>,
    /// Epochs done.
    pub epoch: Option<f64>,
    /// The suite's metric at the last evaluation, in its unit.
    pub score: Option<f64>,
    /// When it will end at the pace so far, in seconds since 1970.
    pub ends: Option<f64>,
}

impl State {
    /// The headings of all states, in the order in which they are shown.
    pub const HEADINGS: [&str; 9] = [
        "running",
        "starting, or ended in the last ten minutes",
        "waiting",
        "interrupted",
        "failed",
        "abandoned",
        "damaged",
        "diverged",
        "finished",
    ];

    /// The place of its heading.
    pub fn heading(&self) -> usize {
        match self {
            Self::Running(_) => 0,
            Self::Starting => 1,
            Self::Waiting { .. } => 2,
            Self::Interrupted { .. } => 3,
            Self::Failed { .. } => 4,
            Self::Abandoned => 5,
            Self::Damaged { .. } => 6,
            Self::Diverged { .. } => 7,
            Self::Finished { .. } => 8,
        }
    }
}
