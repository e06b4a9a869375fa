//! One measurement of the throughput of one network.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::csv_file::Entry;
use crate::plausibility;
use crate::record::finite;
use crate::words;

/// One measurement of one network.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FpsRow {
    /// Key of the trial, or the name of the network if it was not trained here.
    pub key: String,
    /// How it was measured: `stable`, or `halp` as HALP's code does.
    pub protocol: String,
    /// Examples in one forward pass.
    pub batch: u64,
    /// Number format: `fp32`, `tf32`, `fp16`, ...
    pub precision: String,
    /// Memory layout: `channels-last`, as in all rows of earlier versions, which do not say so, or `nchw`.
    #[serde(default = "layout_of_earlier_versions")]
    pub layout: String,
    /// The device.
    pub device: String,
    /// Throughput, examples per second.
    #[serde(with = "finite")]
    pub fps: Option<f64>,
    /// Lower end of its confidence interval, examples per second.
    #[serde(with = "finite")]
    pub fps_low: Option<f64>,
    /// Upper end of its confidence interval, examples per second.
    #[serde(with = "finite")]
    pub fps_high: Option<f64>,
    /// Throughput over that of the dense network, measured in the same way on the same device.
    #[serde(with = "finite")]
    pub relative_to_dense: Option<f64>,
    /// Examples in the time of one pass of the reference workload, which was timed in the same run.
    #[serde(with = "finite")]
    pub per_reference: Option<f64>,
    /// Time of one forward pass, milliseconds a batch.
    #[serde(with = "finite")]
    pub milliseconds: Option<f64>,
    /// Time in which a detector turns the outputs of one pass into detections, milliseconds a batch; it is not
    /// part of the other times. None of other networks.
    #[serde(with = "finite")]
    pub postprocess_ms: Option<f64>,
    /// The standard deviation of that time from pass to pass, milliseconds.
    #[serde(with = "finite")]
    pub postprocess_sd_ms: Option<f64>,
    /// Whether clocks stood still and nothing throttled.
    pub valid: bool,
    /// Why the measurement is not valid; empty if it is.
    pub reason: String,
    /// What else to know of the measurement, which does not make it invalid; empty in rows of earlier versions.
    pub notes: String,
    /// Clock of the device's processors during the measurement, megahertz.
    #[serde(with = "finite")]
    pub sm_clock_mhz: Option<f64>,
    /// Power of the device during the measurement, watts.
    #[serde(with = "finite")]
    pub power_w: Option<f64>,
    /// Energy of one example, millijoules.
    #[serde(with = "finite")]
    pub energy_mj_per_image: Option<f64>,
    /// Temperature of the device during the measurement, degrees Celsius.
    #[serde(with = "finite")]
    pub temperature_c: Option<f64>,
    /// Resolution of the timer, nanoseconds.
    #[serde(with = "finite")]
    pub timer_ns: Option<f64>,
    /// Threads of the processor that took part.
    pub threads: u64,
    /// Commit of the harness that measured.
    pub commit: String,
    /// When it was measured, as RFC 3339 writes times.
    pub measured_at: String,
}

fn layout_of_earlier_versions() -> String {
    words::CHANNELS_LAST.into()
}

impl Entry for FpsRow {
    const REQUIRED: &'static [&'static str] =
        &["key", "protocol", "batch", "precision", "device", "fps", "valid"];
    const SEALED: bool = true;

    fn key(&self) -> &str {
        &self.key
    }

    fn is_same(&self, other: &FpsRow) -> bool {
        self.order(other).is_eq()
    }

    fn replaces(&self, old: &FpsRow) -> bool {
        self.valid || !old.valid
    }

    fn order(&self, other: &FpsRow) -> Ordering {
        self.what().cmp(&other.what())
    }

    fn impossible(&self) -> Option<String> {
        let amounts = [
            ("fps", self.fps),
            ("milliseconds", self.milliseconds),
            ("postprocess_ms", self.postprocess_ms),
            ("postprocess_sd_ms", self.postprocess_sd_ms),
        ];
        let words = [
            ("protocol", self.protocol.as_str(), &words::PROTOCOLS[..]),
            ("layout", &self.layout, &words::LAYOUTS),
        ];
        plausibility::unknown(&words)
            .or_else(|| plausibility::negative(&amounts))
            .or_else(|| plausibility::outside_interval(self.fps, self.fps_low, self.fps_high))
    }
}

impl FpsRow {
    /// What was measured, and how.
    fn what(&self) -> ([&str; 5], [u64; 2]) {
        let words = [&self.key, &self.device, &self.protocol, &self.precision, &self.layout];
        (words.map(String::as_str), [self.batch, self.threads])
    }
}
