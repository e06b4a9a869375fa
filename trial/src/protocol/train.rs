//! A training: where everything is and how it runs. What is trained is in the run directory's spec.

use super::{Device, Ranks};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Trains the trial of one run directory, from its checkpoint if it has one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainJob {
    /// Directory with the trial's `spec.json`.
    pub run: PathBuf,
    /// Folder of the data set.
    pub data: PathBuf,
    /// Where it trains.
    pub device: Device,
    /// Threads that decode photographs. What they give is the same for any number, so it is not part of the spec.
    pub decoders: usize,
    /// Seconds after which it stops with a checkpoint; none for as long as it takes.
    pub stop_after: Option<f64>,
    /// Seconds between two checkpoints.
    pub checkpoint_every: f64,
    /// Whether steps are replayed as CUDA graphs instead of launched kernel by kernel. The result is the same, so
    /// it is not part of the spec.
    pub cuda_graphs: bool,
    /// Whether an image that cannot be read ends the training instead of being skipped.
    pub strict: bool,
    /// Weights to start from, if the spec asks for such.
    pub initial_weights: Option<PathBuf>,
    /// Latency table to prune by, if the spec asks for one.
    pub latency_table: Option<PathBuf>,
    /// The processes that train it together; none if it is one alone. Their number changes no result of a processor
    /// (the micro-batches are those of the spec), so it is not part of the spec.
    pub ranks: Option<Ranks>,
}

impl TrainJob {
    /// The training of the trial in `run` on the data set in `data`, on the processor.
    pub fn new(run: PathBuf, data: PathBuf) -> Self {
        Self {
            run,
            data,
            device: Device::Cpu,
            decoders: 1,
            stop_after: None,
            checkpoint_every: 60.0,
            cuda_graphs: true,
            strict: false,
            initial_weights: None,
            latency_table: None,
            ranks: None,
        }
    }
}
