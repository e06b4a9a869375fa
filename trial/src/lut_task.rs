//! Latencies for a table of convolutions: what a worker is asked to measure, and what it answers.

use crate::measure::Precision;
use network::{ConvShape, Network};
use serde::{Deserialize, Serialize};

/// Convolutions and whole networks whose latency is to be measured, each by itself.
///
/// The subjects are numbered from 0, the convolutions first. Each is told as a
/// [`TaskEvent::Timed`](crate::measure::TaskEvent::Timed) as soon as it is measured, in this order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LutTask {
    /// Single convolutions.
    pub convolutions: Vec<ConvShape>,
    /// Whole networks, with random weights.
    pub networks: Vec<Network>,
    /// `cpu` or `cuda:N`.
    pub device: String,
    /// Threads of libtorch on the host.
    pub threads: usize,
    /// Batch size in samples.
    pub batch: usize,
    /// Number format.
    pub precision: Precision,
    /// Least time of a measurement, seconds a subject.
    pub seconds: f64,
}

/// The latency of one subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LutTiming {
    /// Which.
    pub subject: usize,
    /// Median of its repetitions, milliseconds for the batch.
    pub milliseconds: f64,
    /// Interquartile range of the repetitions over their median.
    pub spread: f64,
    /// Repetitions.
    pub repeats: u32,
    /// Why it is doubtful; empty if it is not.
    pub doubts: Vec<String>,
}

/// What is to be known of all latencies of a task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LutAnswer {
    /// Precision of the timer, nanoseconds.
    pub timer_ns: f64,
    /// What could not be read of the device, and why.
    pub missing: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Task;

    #[test]
    fn a_task_round_trips_with_its_networks_and_one_with_a_slip_is_refused() {
        let network = network::models::model("wrn-10-1", 10, 8).unwrap();
        let groups = network.channel_groups().unwrap();
        let shapes = network.convolutions(&groups, &groups.counts());
        let task = Task::Lut(LutTask {
            convolutions: shapes.into_iter().map(|(_, shape)| shape).collect(),
            networks: vec![network],
            device: "cpu".into(),
            threads: 1,
            batch: 2,
            precision: Precision::Fp32,
            seconds: 0.1,
        });
        let text = serde_json::to_string(&task).unwrap();
        assert_eq!(serde_json::from_str::<Task>(&text).unwrap(), task);
        for (from, to) in [("\"outputs\"", "\"output\""), ("\"batch\"", "\"batches\""), ("fp32", "fp33")] {
            assert!(serde_json::from_str::<Task>(&text.replacen(from, to, 1)).is_err(), "{to}");
        }
    }
}
