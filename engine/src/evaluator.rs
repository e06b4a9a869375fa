//! Evaluates the network that is trained on a set of images, again and again.

mod passes;

use crate::launcher::Launcher;
use crate::number_format::kind;
use crate::objective::{Objective, Score};
use crate::source::Examples;
use crate::{Forward, Mode, Parameters, RunError};
use passes::Passes;
use suites::recipe::Precision;
use tch::{Device, Tensor};
use torch_ext::Error;

/// Evaluates one network on one device.
#[derive(Debug)]
pub struct Evaluator {
    precision: Precision,
    passes: Passes,
}

impl Evaluator {
    /// One whose convolutions run in `precision` on `device`; `cuda_graphs` is whether forward passes are recorded
    /// there.
    pub fn new(device: Device, precision: Precision, cuda_graphs: bool) -> Self {
        Self { precision, passes: Passes::new(Launcher::new(device, cuda_graphs)) }
    }

    /// Evaluates `weights` and `others`, which are laid out like those of `parameters`, on all of `data` under
    /// `objective`. Examples that could not be read are left out of the means. `forward`, and the running statistics
    /// in `parameters`, are the same ones whenever it is called.
    ///
    /// # Errors
    ///
    /// If an example cannot be loaded, or the device reports an error.
    pub fn evaluate(
        &mut self,
        forward: &Forward,
        parameters: &Parameters,
        weights: &Tensor,
        others: &Tensor,
        data: &dyn Examples,
        objective: &Objective,
    ) -> Result<Score, RunError> {
        let _guard = tch::no_grad_guard();
        let weights = weights.to_kind(kind(self.precision));
        let [weights, others] = self.passes.hold([weights, others.shallow_clone()]);
        let (weights, others) = (parameters.weight_views(&weights), parameters.other_views(&others));
        let run = |images: &Tensor| forward.run(&weights, &others, parameters, images, Mode::Evaluate);
        let mut tally = objective.tally(data);
        data.each(&mut |images, targets| {
            tally.see(&self.passes.run(images, &run)?, targets);
            Ok(())
        })?;
        Ok(tally.result())
    }

    /// Why passes cannot be recorded, if that was tried: they are launched kernel by kernel.
    pub fn graphs_refused(&self) -> Option<&Error> {
        self.passes.launcher().refused()
    }

    /// Whether a pass is recorded, and none has failed to be.
    pub(crate) fn has_recorded(&self) -> bool {
        self.passes.launcher().has_recorded()
    }
}
