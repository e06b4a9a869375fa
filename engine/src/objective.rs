//! What a suite's task asks of the engine: the loss that a training minimises, and what an evaluation
//! measures.
//!
//! A task is a variant of [`Task`], a file here and an arm in each function below. Outputs are what the
//! network computes, in the order of its description; targets are what the source says of the images.

mod classification;
mod tally;

use suites::recipe::Task;
pub use tally::Score;
pub(crate) use tally::Tally;
use tch::{Device, Tensor};

/// Mean loss of a micro-batch under `task`, a tensor without dimensions.
pub(crate) fn loss(task: Task, outputs: &[Tensor], targets: &Tensor) -> Tensor {
    match task {
        Task::Classification { label_smoothing } => {
            classification::loss(&outputs[0], targets, label_smoothing)
        }
    }
}

/// An evaluation under `task` that has seen nothing yet, with its sums on `device`.
pub(crate) fn tally(task: Task, device: Device) -> Box<dyn Tally> {
    match task {
        Task::Classification { .. } => Box::new(classification::Sums::zero(device)),
    }
}
