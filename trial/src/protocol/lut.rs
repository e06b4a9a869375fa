//! Latencies of convolutions for a table: what is to be measured, and what was.

use super::Device;
use network::{ConvShape, Layout, Network, Precision};
use serde::{Deserialize, Serialize};

/// Convolutions and whole networks whose latency is to be measured, each by itself.
///
/// They are numbered from 0, the convolutions first. Each is reported as an
/// [`Event::Timed`](super::Event::Timed) as soon as it is measured, in this order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LutJob {
    /// Single convolutions.
    pub convolutions: Vec<ConvShape>,
    /// Whole networks, with random weights.
    pub networks: Vec<Network>,
    /// Where it is measured.
    pub device: Device,
    /// Threads of libtorch on the host.
    pub threads: usize,
    /// Batch size in samples.
    pub batch: usize,
    /// Number format.
    pub precision: Precision,
    /// Memory layout of activations and weights.
    pub layout: Layout,
    /// Least time of a measurement, seconds each.
    pub seconds: f64,
    /// Whether they are replayed as CUDA graphs instead of launched kernel by kernel.
    pub cuda_graphs: bool,
}

/// The latency of one convolution or network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LutTiming {
    /// Its number.
    pub number: usize,
    /// Median of its repetitions, milliseconds for the batch.
    pub milliseconds: f64,
    /// Interquartile range of the repetitions over their median.
    pub spread: f64,
    /// Repetitions.
    pub repeats: u32,
    /// Why it is doubtful; empty if it is not.
    pub doubts: Vec<String>,
}

/// What holds of all latencies of a job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LutAnswer {
    /// Precision of the timer, nanoseconds.
    pub timer_ns: f64,
    /// What could not be read of the device, and why.
    pub missing: Vec<String>,
}
