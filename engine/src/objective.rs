//! What a suite's task asks of the engine: the loss that a training minimises, and what an evaluation
//! measures.
//!
//! A task is a variant of [`Task`] and of [`Objective`], a file here and an arm in each function below. Outputs
//! are what the network computes, in the order of its description; targets are what the source says of the
//! images.

mod classification;
mod detection;
mod tally;

use crate::source::Examples;
pub(crate) use detection::{Detector, PostProcessing};
pub use detection::{Found, Scored};
use network::Network;
use suites::recipe::Task;
pub use tally::Score;
pub(crate) use tally::Tally;
use tch::{Device, Tensor};

/// What a network on a device is trained for.
#[derive(Debug)]
pub struct Objective(Kind);

#[derive(Debug)]
enum Kind {
    Classification { label_smoothing: f64, device: Device },
    Detection(Box<Detector>),
}

impl Objective {
    /// That of `network` on `device` under `task`.
    ///
    /// # Panics
    ///
    /// If the network is not made for the task, which a resolved spec rules out.
    pub fn new(task: Task, network: &Network, device: Device) -> Self {
        Self(match task {
            Task::Classification { label_smoothing } => Kind::Classification { label_smoothing, device },
            Task::Detection(task) => {
                let detector = Detector::new(task, network, device);
                Kind::Detection(Box::new(detector.expect("the network of a detection is a detector")))
            }
        })
    }

    /// Mean loss of a micro-batch, a tensor without dimensions.
    pub(crate) fn loss(&self, outputs: &[Tensor], targets: &Tensor) -> Tensor {
        match &self.0 {
            Kind::Classification { label_smoothing, .. } => {
                classification::loss(&outputs[0], targets, *label_smoothing)
            }
            Kind::Detection(detector) => detector.loss(outputs, targets),
        }
    }

    /// An evaluation on `examples` that has seen nothing yet.
    ///
    /// # Panics
    ///
    /// If objects are to be found, and the examples do not say which there are.
    pub(crate) fn tally<'a>(&'a self, examples: &'a dyn Examples) -> Box<dyn Tally + 'a> {
        match &self.0 {
            Kind::Classification { device, .. } => Box::new(classification::Sums::zero(*device)),
            Kind::Detection(detector) => {
                detector.tally(examples.annotated().expect("photographs of a detection are annotated"))
            }
        }
    }
}
