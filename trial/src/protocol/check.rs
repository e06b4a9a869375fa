//! Checks of a device: which are asked for. What comes out of each is a [`records::self_check::Finding`].

use super::Device;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Checks that belong together, made one after another.
///
/// The worker first says which there are ([`Event::Checks`](super::Event::Checks)), then of each that it begins and
/// what came out ([`Event::Checking`](super::Event::Checking), [`Event::Checked`](super::Event::Checked)), so that
/// the program knows which one a worker that crashed was at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckJob {
    /// Which checks.
    pub stage: CheckStage,
    /// Those of them that are left out, because they were made before.
    pub leave_out: Vec<String>,
    /// What is checked.
    pub device: Device,
    /// Threads of libtorch on the host.
    pub threads: usize,
    /// Seconds that all of them may take. A check that takes longer than what is left of it is not begun.
    pub seconds: f64,
    /// The Python with PyTorch that is compared with, if there is one.
    pub python: Option<PathBuf>,
    /// A folder for data and runs, which is removed afterwards.
    pub scratch: PathBuf,
}

/// A stage of checks that need libtorch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckStage {
    /// What the device and its libraries report.
    Machine,
    /// That every kind of step computes what it should.
    Correct,
    /// How fast a training step is, and what else a training costs.
    Fast,
    /// How many images a second networks take.
    Throughput,
}
