//! Evaluates the network that is trained on a set of images, again and again.

mod passes;

use crate::launcher::Launcher;
use crate::number_format::kind;
use crate::objective::{Objective, Score};
use crate::ranks::Ranks;
use crate::source::{Examples, Share};
use crate::{Forward, Mode, Parameters, RunError};
use passes::Passes;
use std::rc::Rc;
use suites::recipe::Precision;
use tch::{Device, Tensor};
use torch_ext::Error;

/// Evaluates one network on one device.
#[derive(Debug)]
pub struct Evaluator {
    precision: Precision,
    passes: Passes,
    /// The processes that share the batches, if there are several.
    ranks: Option<Rc<Ranks>>,
}

impl Evaluator {
    /// One whose convolutions run in `precision` on `device`; `cuda_graphs` is whether forward passes are recorded
    /// there.
    pub fn new(device: Device, precision: Precision, cuda_graphs: bool) -> Self {
        Self { precision, passes: Passes::new(Launcher::new(device, cuda_graphs)), ranks: None }
    }

    /// Shares the batches with the other `ranks` from now on: each runs some of them through the network, and all take in
    /// what all computed, batch after batch, as one process does.
    pub(crate) fn set_ranks(&mut self, ranks: Rc<Ranks>) {
        self.ranks = Some(ranks);
    }

    /// Evaluates `weights` and `others`, which are laid out like those of `parameters`, on all of `data` under
    /// `objective`. Examples that could not be read are left out of the means. `forward`, and the running statistics
    /// in `parameters`, are the same ones whenever it is called.
    ///
    /// # Errors
    ///
    /// If an example cannot be loaded, the device reports an error, or another rank is missing.
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
        let Some(ranks) = self.ranks.clone() else {
            data.each(Share::ALL, &mut |images, targets| {
                tally.see(&self.passes.run(images, &run)?, targets);
                Ok(())
            })?;
            return Ok(tally.result());
        };
        // Takes in a batch of every rank that has one; whether all had one, so that there may be more.
        let mut take_in = |own: Vec<Tensor>| -> Result<bool, RunError> {
            let batches = ranks.round(own)?;
            for batch in &batches {
                if let Some((targets, outputs)) = batch.split_last() {
                    tally.see(outputs, targets);
                }
            }
            Ok(batches.len() as u64 == ranks.count())
        };
        let share = Share { first: ranks.rank() as usize, every: ranks.count() as usize };
        let mut more = true;
        data.each(share, &mut |images, targets| {
            let mut own = self.passes.run(images, &run)?;
            own.push(targets.shallow_clone());
            more = take_in(own)?;
            Ok(())
        })?;
        while more {
            more = take_in(Vec::new())?;
        }
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
