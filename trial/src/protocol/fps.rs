//! Throughput of networks: what is to be measured, and what was.

use super::Device;
use network::{Layout, Precision};
use records::words;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Networks whose throughput is to be measured, side by side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FpsJob {
    /// The networks.
    pub networks: Vec<NetworkRequest>,
    /// Where it is measured.
    pub device: Device,
    /// Threads of libtorch on the host.
    pub threads: usize,
    /// Images in one forward pass; empty for what each protocol has.
    pub batches: Vec<usize>,
    /// Number formats; protocol `halp` has its own.
    pub precisions: Vec<Precision>,
    /// How it is measured.
    pub protocols: Vec<Protocol>,
    /// Least time of a measurement by protocol `stable`, seconds a network.
    pub seconds: f64,
    /// Whether batch norms are folded into the convolutions before them; never under protocol `halp`.
    pub fold: bool,
    /// Channels are filled up with zeros to multiples of this.
    pub round_to: Option<usize>,
    /// Whether the dense network that a trained one came from is measured beside it.
    pub dense: bool,
    /// Whether protocol `stable` replays CUDA graphs instead of launching kernel by kernel.
    pub cuda_graphs: bool,
}

/// A network to be timed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkRequest {
    /// What it is called in the answer.
    pub name: String,
    /// Where it is from.
    pub source: NetworkSource,
}

/// Where a network is from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum NetworkSource {
    /// A file `compact.safetensors`.
    Checkpoint(PathBuf),
    /// A run directory with `spec.json` and `weights.safetensors`.
    Run(PathBuf),
    /// A model with random weights.
    Model {
        /// Its name.
        name: String,
        /// Classes.
        classes: usize,
        /// Side of the images in pixels.
        side: usize,
        /// Seed of the weights.
        seed: u64,
    },
}

/// How throughput is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protocol {
    /// Warm-up, then a set time in turns with the other networks: the median with its 95 % confidence
    /// interval. On CUDA a graph is replayed.
    Stable,
    /// As HALP's published code measures: batch 256, FP32, NCHW, cuDNN deterministic, 40 forward passes, the mean of
    /// the last 30.
    Halp,
}

impl Protocol {
    /// The names, as on the command line and in tables.
    pub const NAMES: [&'static str; 2] = [words::STABLE, words::HALP];

    /// All of them, in the order of [`Protocol::NAMES`].
    pub const ALL: [Self; 2] = [Self::Stable, Self::Halp];

    /// The memory layout in which networks are measured: the faster one for tensor cores, and that of HALP's code.
    pub fn layout(self) -> Layout {
        match self {
            Self::Stable => Layout::ChannelsLast,
            Self::Halp => Layout::Nchw,
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stable => words::STABLE,
            Self::Halp => words::HALP,
        })
    }
}

impl FromStr for Protocol {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|protocol| protocol.to_string() == text);
        found.ok_or_else(|| format!("there is no protocol `{text}`; write one of {}", Self::NAMES.join(", ")))
    }
}

/// What was measured, and on what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FpsAnswer {
    /// Name of the device.
    pub device: String,
    /// Threads of libtorch on the host.
    pub threads: usize,
    /// Precision of the timer: the larger of its smallest step and what reading it costs, nanoseconds.
    pub timer_ns: f64,
    /// Commit of the worker.
    pub commit: String,
    /// What could not be read of the device, and why.
    pub missing: Vec<String>,
    /// The networks: those of the job, then the dense ones that were added.
    pub networks: Vec<TimedNetwork>,
    /// The measurements.
    pub measurements: Vec<Measurement>,
}

/// A network that was timed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimedNetwork {
    /// Its name.
    pub name: String,
    /// Its trained parameters, before batch norms were folded.
    pub parameters: usize,
    /// Multiply-accumulates of one image.
    pub macs: u64,
    /// Which of the networks is its dense one.
    pub dense: Option<usize>,
}

/// The throughput of one network under one protocol.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// Which network.
    pub network: usize,
    /// How it was measured.
    pub protocol: Protocol,
    /// Images in one forward pass.
    pub batch: usize,
    /// Number format.
    pub precision: Precision,
    /// Memory layout of images, activations and weights.
    pub layout: Layout,
    /// Images per second.
    pub fps: f64,
    /// Ends of its 95 % confidence interval; none under protocol `halp`.
    pub interval: Option<(f64, f64)>,
    /// Milliseconds of one forward pass.
    pub milliseconds: f64,
    /// Forward passes that were timed.
    pub forwards: u64,
    /// Throughput over that of the dense network under the same protocol.
    pub relative_to_dense: Option<f64>,
    /// Images in the time of one pass of the reference workload, run in between; none under protocol `halp`.
    pub per_reference: Option<f64>,
    /// Milliseconds from the network's outputs for a batch to its detections, mean and standard deviation; of a
    /// detector only, and not part of its throughput.
    pub postprocess: Option<(f64, f64)>,
    /// Why the measurement is not valid; empty if it is.
    pub doubts: Vec<String>,
    /// Notes that do not make it invalid.
    pub notes: Vec<String>,
    /// What the device did meanwhile.
    pub readings: Readings,
}

/// What a device reported about itself during a measurement; `None` where it reports nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Readings {
    /// SM clock, megahertz.
    pub sm_clock: Option<ReadingRange>,
    /// Memory clock, megahertz.
    pub memory_clock: Option<ReadingRange>,
    /// Power, watts.
    pub power: Option<ReadingRange>,
    /// Temperature, degrees Celsius.
    pub temperature: Option<ReadingRange>,
    /// Why the clocks were below the highest: NVML's names.
    pub throttling: Vec<String>,
    /// Energy of one image, joules.
    pub joules_per_image: Option<f64>,
}

/// The values of a reading over a measurement.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReadingRange {
    /// The least.
    pub least: f64,
    /// The median.
    pub median: f64,
    /// The most.
    pub most: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tables name the layout of a measurement where it is not its protocol's.
    #[test]
    fn records_know_the_layout_of_each_protocol() {
        for protocol in Protocol::ALL {
            assert_eq!(words::usual_layout(&protocol.to_string()), protocol.layout().to_string());
        }
    }

    #[test]
    fn names_are_those_of_the_json_and_wrong_ones_are_answered_with_the_right_ones() {
        for (protocol, name) in Protocol::ALL.into_iter().zip(Protocol::NAMES) {
            assert_eq!((name.parse(), protocol.to_string().as_str()), (Ok(protocol), name));
            assert_eq!(serde_json::to_string(&protocol).unwrap(), format!("\"{name}\""));
        }
        assert!("steady".parse::<Protocol>().unwrap_err().contains("stable, halp"));
    }
}
