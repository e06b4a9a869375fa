//! A step whose micro-batches are shared by several processes.
//!
//! In round j of a step, rank r of N takes micro-batch j N + r. In each round the ranks exchange what one process
//! would have had of these N micro-batches, and take it in in their order: losses, batch statistics and gradients. So
//! all of them have the numbers of one process with the same micro-batches, and choose and update by them.
//!
//! Where batch norms see the whole batch, a step is one round, in which rank r takes the part r of N, and the ranks have
//! the numbers of one process that runs the batch in one piece, up to the order of sums.
//!
//! On CUDA these steps are launched kernel by kernel: an exchange may fail or wait for another process, which no recorded
//! graph can report.

use super::{GraphKey, Trainer};
use crate::RunError;
use crate::dropout;
use crate::launcher::Launcher;
use crate::ranks::{GradientSum, Ranks, Round};
use network::BATCH_NORM_MOMENTUM;
use sparsity::{BatchStatistics, StepPlan};
use std::rc::Rc;
use suites::recipe::BatchNorms;
use tch::{Kind, Tensor};

/// What a trainer that is one of several needs beside its own.
pub(super) struct Shared {
    ranks: Rc<Ranks>,
    /// Gradients of the step so far.
    sum: GradientSum,
    /// Which of the running statistics are variances.
    variances: Tensor,
}

impl Trainer {
    /// Shares the micro-batches of each step with the other `ranks` from now on.
    ///
    /// # Errors
    ///
    /// If memory runs out.
    ///
    /// # Panics
    ///
    /// If the micro-batches of a step are no multiple of the ranks.
    pub(crate) fn set_ranks(&mut self, ranks: Rc<Ranks>) -> Result<(), RunError> {
        let (micro_batches, count) = (self.micro_batches, ranks.count());
        assert!(micro_batches.is_multiple_of(count), "{micro_batches} micro-batches for {count} ranks");
        match self.batch_norms {
            BatchNorms::MicroBatch => self.forward.show_batch_statistics(),
            BatchNorms::Batch => self.forward.share_batches(ranks.clone()),
        }
        self.launcher = Launcher::single();
        self.sum = None;
        let variances = self.parameters.variances();
        let sum = GradientSum::new(&ranks, &self.weight_leaves, &self.other_leaves)?;
        self.shared = Some(Shared { ranks, sum, variances });
        Ok(())
    }

    /// Carries `plan` out as [`step`](Trainer::step) does, with this rank's share of the micro-batches.
    pub(super) fn step_among_ranks(&mut self, plan: &StepPlan, step: u64, seed: u64) -> Result<(), RunError> {
        let Some(mut shared) = self.shared.take() else { return Ok(()) };
        let done = self.rounds(&mut shared, plan, step, seed);
        self.shared = Some(shared);
        done?;
        self.follow_thresholds(plan);
        Ok(())
    }

    fn rounds(&mut self, shared: &mut Shared, plan: &StepPlan, step: u64, seed: u64) -> Result<(), RunError> {
        let ranks = shared.ranks.clone();
        let draws_on_device = self.parameters.weights.device().is_cuda() && self.dropout > 0.0;
        if draws_on_device {
            // Each rank drops other activations.
            tch::manual_seed((dropout::mix(seed ^ dropout::mix(ranks.rank())) >> 1) as i64);
        }
        let rounds = self.micro_batches / ranks.count();
        for round in 0..rounds {
            let micro_batch = round * ranks.count() + ranks.rank();
            self.source.load(step, micro_batch)?;
            match self.batch_norms {
                BatchNorms::MicroBatch => {
                    self.seed = seed ^ micro_batch;
                    self.losses += ranks.count();
                }
                BatchNorms::Batch => {
                    self.seed = seed;
                    self.losses += 1;
                }
            }
            let key = self.prepare(plan, round == 0, round + 1 == rounds);
            self.compute_round(shared, &key)?;
        }
        if draws_on_device {
            // What is drawn for a choice is the same everywhere.
            tch::manual_seed(seed as i64);
        }
        Ok(())
    }

    /// This rank's micro-batch of a round, and what the others had; after the last round, scores and update.
    fn compute_round(&mut self, shared: &mut Shared, key: &GraphKey) -> Result<(), RunError> {
        let Shared { ranks, sum, variances } = shared;
        if key.first {
            self.show(key.update);
        }
        let parts = self.parts(key);
        let wants_others = self.wants_others(key, &parts);
        let before = self.parameters.statistics.copy();
        let loss = tch::with_grad(|| self.forward_loss(key));
        let round = Round {
            loss: &loss,
            weights: &self.weight_leaves,
            others: self.leaves_of_others(wants_others),
            curved: key.curved(),
            joint: self.batch_norms == BatchNorms::Batch,
            first: key.first,
            count: self.micro_batches,
        };
        tch::with_grad(|| sum.add(ranks, round))?;
        let gradients = if key.last { Some(sum.whole(ranks, round)?) } else { None };
        let loss = loss.detach();
        if self.batch_norms == BatchNorms::Batch {
            // One loss, and running statistics that follow the whole batch already.
            let loss = ranks.gather(&loss)?.mean(Kind::Float);
            self.loss.copy_(&loss);
            self.loss_sum += loss;
        } else {
            let own = Tensor::cat(&[loss.reshape([1]), self.parameters.statistics.shallow_clone()], 0);
            let all = ranks.gather(&own)?;
            for piece in 0..ranks.count() as i64 {
                let loss = all.get(piece).get(0);
                self.loss.copy_(&loss);
                self.loss_sum += loss;
            }
            if key.statistics == BatchStatistics::Track {
                let batches = all.narrow(1, 1, before.numel() as i64);
                self.parameters.statistics.copy_(&followed(before, &batches, variances));
            }
        }
        if let Some(gradients) = gradients {
            self.finish_step(key, gradients, parts);
        }
        Ok(())
    }
}

/// The running statistics `before` after those of `batches` (micro-batches, statistics), one after the other, where
/// `variances` are not means: rounded as libtorch's batch norm on a processor rounds them, which takes the products of
/// means one by one, and of variances the first together with the sum.
fn followed(before: Tensor, batches: &Tensor, variances: &Tensor) -> Tensor {
    let share = f64::from(BATCH_NORM_MOMENTUM as f32);
    (0..batches.size()[0]).fold(before, |running, piece| {
        let (batch, rest) = (batches.get(piece), running * (1.0 - BATCH_NORM_MOMENTUM));
        let mean = &batch * BATCH_NORM_MOMENTUM + &rest;
        let variance = batch.to_kind(Kind::Double) * share + rest.to_kind(Kind::Double);
        variance.to_kind(Kind::Float).where_self(variances, &mean)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::Device;

    /// Bit-identical to libtorch's own batch norm, which sees one micro-batch after the other.
    #[test]
    fn running_statistics_are_those_of_one_process() {
        tch::manual_seed(1);
        let options = (Kind::Float, Device::Cpu);
        let norm = |x: &Tensor, mean: &Tensor, variance: &Tensor, momentum: f64| {
            let none = None::<&Tensor>;
            let _ = x.batch_norm(none, none, Some(mean), Some(variance), true, momentum, 1e-5, true);
        };
        for channels in [24, 7, 513] {
            let (mean, variance) = (Tensor::zeros([channels], options), Tensor::ones([channels], options));
            let variances = Tensor::arange(2 * channels, options).ge(channels as f64);
            let pieces: Vec<Tensor> = (0..8)
                .map(|piece| Tensor::randn([4, channels, 6, 6], options) * 3.0 + f64::from(piece))
                .collect();
            let batches: Vec<Tensor> = pieces
                .iter()
                .map(|piece| {
                    let (batch_mean, batch_variance) = (mean.copy(), variance.copy());
                    norm(piece, &batch_mean, &batch_variance, 1.0);
                    Tensor::cat(&[batch_mean, batch_variance], 0)
                })
                .collect();
            let before = Tensor::cat(&[&mean, &variance], 0);
            let found = followed(before, &Tensor::stack(&batches, 0), &variances);
            pieces.iter().for_each(|piece| norm(piece, &mean, &variance, BATCH_NORM_MOMENTUM));
            assert!(found.equal(&Tensor::cat(&[mean, variance], 0)), "{channels} channels");
        }
    }
}
