//! The trainings that are timed: a network with its published recipe, on a batch that does not change.

use crate::constant_batch::ConstantBatch;
use crate::{Forward, Structure, Trainer, initial_weights};
use network::Network;
use network::models::{UsualInputs, model, usual_inputs};
use sparsity::{Distribution, Dormant, StepPlan, random_mask};
use std::time::Instant;
use suites::SUITES;
use suites::recipe::{Precision, Recipe};
use tch::{Device, Tensor};
use torch_ext::flags::allow_tf32;

/// Learning rate of all steps.
const RATE: f64 = 0.01;
/// Steps after which every kernel has been chosen and, on CUDA, the step is recorded.
const CUDA_WARM_UP: u64 = 5;

/// A training to be timed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Workload {
    /// The network's name, which a suite publishes a recipe for.
    pub model: &'static str,
    /// Side of the images in pixels; none for the usual one.
    pub side: Option<usize>,
    /// Images a step, in one micro-batch.
    pub batch: u64,
    /// Number format.
    pub precision: Precision,
}

/// Which weights are there.
#[derive(Clone, Copy)]
pub(super) enum Pruned {
    /// All.
    Dense,
    /// One in ten, divided among the layers by ERK, the values of the others kept.
    Sparse,
}

impl Workload {
    /// What it is, in words.
    pub fn title(&self) -> String {
        let side = self.side.map_or_else(String::new, |side| format!(" at {side} pixels"));
        format!("{}{side}, batch {}, {}", self.model, self.batch, self.precision)
    }

    /// The network.
    pub fn network(&self) -> Network {
        let UsualInputs { classes, side } = usual_inputs(self.model).expect("the model is known");
        model(self.model, classes, self.side.unwrap_or(side)).expect("images are large enough")
    }

    /// The published recipe of the suite that publishes the model, for this batch.
    pub fn recipe(&self) -> Recipe {
        let publishes = |suite: &&suites::Suite| suite.presets()[0].model == self.model;
        let suite = SUITES.iter().find(publishes).expect("a suite publishes the model");
        let (batch_size, precision) = (self.batch, self.precision);
        Recipe { batch_size, micro_batch: batch_size, precision, ..suite.published_recipe() }
    }

    /// Operations of a step on a dense network: two a multiply-accumulate, forwards and twice backwards.
    pub fn flops(&self) -> f64 {
        6.0 * self.network().macs() as f64 * self.batch as f64
    }

    /// A trainer, which records its steps if `graphs`.
    pub fn trainer(&self, device: Device, pruned: Pruned, graphs: bool) -> Trainer {
        let network = self.network();
        let mut parameters = initial_weights(&network, 0, device);
        let sparsity = match pruned {
            Pruned::Dense => 0.0,
            Pruned::Sparse => 0.9,
        };
        let budget = Distribution::Erk.budget(&network.layers(), sparsity).expect("the sparsity is possible");
        let mask = Tensor::from_slice(&random_mask(&budget, 0)).to_device(device);
        let slices = parameters.slices();
        let structure = Structure::new(mask, budget, slices, Dormant::Keep, &mut parameters.weights);
        let source = Box::new(ConstantBatch::random(&network, self.batch, device));
        Trainer::new(Forward::new(&network), parameters, structure, source, &self.recipe(), graphs)
    }

    /// Seconds of a step of `plan`, from as many in a row as fit into `seconds`, of which the last is waited for.
    pub fn seconds_a_step(
        &self,
        trainer: &mut Trainer,
        plan: &StepPlan,
        seconds: f64,
    ) -> Result<f64, String> {
        allow_tf32(self.precision == Precision::Tf32).map_err(|error| error.to_string())?;
        let warm_up = if trainer.parameters.weights.device().is_cuda() { CUDA_WARM_UP } else { 1 };
        timed(trainer, plan, warm_up)?;
        let one = timed(trainer, plan, 1)?;
        timed(trainer, plan, (seconds / one).ceil().clamp(1.0, 1e4) as u64)
    }
}

/// Seconds of each of `count` steps.
fn timed(trainer: &mut Trainer, plan: &StepPlan, count: u64) -> Result<f64, String> {
    let began = Instant::now();
    for step in 0..count {
        trainer.step(plan, step, RATE, step).map_err(|error| error.to_string())?;
    }
    let loss = trainer.loss();
    let seconds = began.elapsed().as_secs_f64() / count as f64;
    // What does not compute is fast.
    if loss.is_finite() { Ok(seconds) } else { Err(format!("the loss is {loss}")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts of the published networks: 4.09e9 multiply-accumulates of ResNet-50 at 224 pixels.
    #[test]
    fn operations_follow_from_the_description() {
        let workload = Workload { model: "resnet50", side: None, batch: 256, precision: Precision::Bf16 };
        let expected = 6.0 * 4.09e9 * 256.0;
        assert!((workload.flops() / expected - 1.0).abs() < 0.01, "{}", workload.flops());
        assert_eq!(workload.title(), "resnet50, batch 256, bf16");
        assert_eq!(workload.recipe().micro_batches(), 1);
    }
}
