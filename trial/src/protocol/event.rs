//! What a worker reports on its standard output, one JSON object a line.

use super::{DetectAnswer, FpsAnswer, LutAnswer, LutTiming, Machine, StepTimes};
use records::self_check::Finding;
use serde::{Deserialize, Serialize};

/// A message from the worker. A job that has an answer ends with it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// How far training is; several times a second at most.
    Progress {
        /// Steps done.
        step: u64,
        /// Steps in all.
        steps: u64,
        /// Epochs done.
        epoch: f64,
        /// Stage of the method.
        stage: String,
        /// Loss of the last step that was looked at.
        loss: f64,
        /// Share of zeros in the structure.
        sparsity: f64,
        /// The suite's metric at the last evaluation, in its unit, if there was one.
        score: Option<f64>,
        /// Steps per second, lately.
        rate: f64,
    },
    /// What is measured next.
    Measuring {
        /// Measurements done.
        done: usize,
        /// Measurements in all.
        total: usize,
        /// Protocol, batch and number format.
        what: String,
    },
    /// One latency of a [`Job::Lut`](super::Job::Lut).
    Timed(LutTiming),
    /// The checks of a [`Job::Check`](super::Job::Check), in order, before the first; those left out are among them.
    Checks {
        /// Their names.
        names: Vec<String>,
    },
    /// A check begins.
    Checking {
        /// Its name.
        name: String,
    },
    /// A check ended.
    Checked {
        /// Its name.
        name: String,
        /// What came out.
        finding: Finding,
    },
    /// The answer to [`Job::Check`](super::Job::Check), after all of its checks.
    ChecksDone,
    /// Something a person should know; the job continues.
    Warning {
        /// What.
        message: String,
    },
    /// The job ended without a result.
    Failed {
        /// Why, and what to do.
        message: String,
    },
    /// The answer to [`Job::Fps`](super::Job::Fps).
    Fps(FpsAnswer),
    /// The answer to [`Job::Lut`](super::Job::Lut), after all of its latencies.
    Lut(LutAnswer),
    /// The answer to [`Job::Detect`](super::Job::Detect).
    Detections(DetectAnswer),
    /// The answer to [`Job::StepTimes`](super::Job::StepTimes).
    StepTimes(StepTimes),
    /// The answer to [`Job::Probe`](super::Job::Probe).
    Machine(Machine),
}

impl Event {
    /// The line of this event, without the line break.
    pub fn to_line(&self) -> String {
        serde_json::to_string(self).expect("an event holds nothing that JSON cannot")
    }

    /// Whether no other event follows.
    pub fn is_last(&self) -> bool {
        matches!(
            self,
            Self::Failed { .. }
                | Self::Fps(_)
                | Self::Lut(_)
                | Self::Detections(_)
                | Self::ChecksDone
                | Self::StepTimes(_)
                | Self::Machine(_)
        )
    }
}
