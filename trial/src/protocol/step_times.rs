//! How long steps of a training take, measured in moments: what a plan's hours are estimated from.

use super::Device;
use crate::TrialSpec;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Times steps of a trial from its first structure on, without changing that and without writing anything.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepTimesJob {
    /// The trial.
    pub spec: TrialSpec,
    /// Folder of the data set.
    pub data: PathBuf,
    /// Where it trains.
    pub device: Device,
    /// Threads that decode photographs.
    pub decoders: usize,
    /// Whether steps are replayed as CUDA graphs.
    pub cuda_graphs: bool,
    /// Latency table to prune by, if the spec asks for one.
    pub latency_table: Option<PathBuf>,
    /// Places in the method's schedule, one for each kind of step.
    pub places: Vec<u64>,
    /// How often each of these steps is taken.
    pub steps: u64,
    /// Seconds after which a kind of step is not taken any more, fewer though they were.
    pub seconds: f64,
}

/// The answer to a [`StepTimesJob`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepTimes {
    /// Seconds of a step at each of the places.
    pub seconds: Vec<f64>,
}
