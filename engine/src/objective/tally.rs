//! An evaluation in progress, and its result.

use super::Found;
use tch::Tensor;

/// An evaluation in progress.
pub(crate) trait Tally {
    /// Takes note of the outputs for some examples.
    fn see(&mut self, outputs: &[Tensor], targets: &Tensor);

    /// The result over all examples that could be read. Waits for the device.
    fn result(&self) -> Score;
}

/// The result of an evaluation.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// Mean loss over the examples, without label smoothing; of a detection, over the matched default boxes.
    pub loss: f64,
    /// What the task measures, by the name of its column in `metrics.csv`, in the metric's unit.
    pub values: Vec<(&'static str, f64)>,
    /// The detections, if objects were to be found.
    pub found: Option<Found>,
}
