//! A training watched step by step: its values before and after every step.

use super::Bench;
use engine::Trainer;
use sparsity::StepPlan;
use tch::Tensor;
use trial::TrialSpec;

/// Copies of the values of a training at one moment.
pub struct Moment {
    pub weights: Tensor,
    pub dormant: Option<Tensor>,
    pub momentum: Tensor,
    pub others: Tensor,
    pub other_momentum: Tensor,
    pub statistics: Tensor,
    pub mask: Tensor,
    /// What is trained, where that is more than the mask.
    pub backward: Option<Tensor>,
    /// All true where weights are pruned and not channels.
    pub others_mask: Tensor,
    /// The active channels of every group; empty where weights are pruned.
    pub kept: Vec<Vec<usize>>,
}

impl Moment {
    pub fn of(trainer: &Trainer) -> Self {
        let channels = trainer.channels.as_ref();
        let every = || trainer.parameters.others.ones_like().to_kind(tch::Kind::Bool);
        Self {
            weights: trainer.parameters.weights.copy(),
            dormant: trainer.structure.dormant().map(Tensor::copy),
            momentum: trainer.momentum.copy(),
            others: trainer.parameters.others.copy(),
            other_momentum: trainer.other_momentum.copy(),
            statistics: trainer.parameters.statistics.copy(),
            mask: trainer.structure.mask().copy(),
            backward: trainer.structure.backward().map(Tensor::copy),
            others_mask: channels.map_or_else(every, |channels| channels.others_mask().copy()),
            kept: channels.map(|channels| channels.kept()).unwrap_or_default(),
        }
    }
}

/// Whether `left` and `right` are equal where `mask`.
pub fn equal_where(mask: &Tensor, left: &Tensor, right: &Tensor) -> bool {
    left.masked_select(mask).equal(&right.masked_select(mask))
}

pub fn is_zero_where(mask: &Tensor, values: &Tensor) -> bool {
    equal_where(mask, values, &values.zeros_like())
}

/// Trains `spec` and calls `check` with each plan, the moments before and after its step, and the trainer after
/// its edits.
pub fn watch(
    bench: &Bench,
    spec: &TrialSpec,
    mut check: impl FnMut(u64, &StepPlan, &Moment, &Moment, &Trainer),
) {
    let _guard = tch::no_grad_guard();
    let (method, mut trainer, steps) = bench.trainer(spec);
    for step in 0..steps {
        let plan = method.plan(step);
        // Entering a population is part of the step; it is entered here to see the values it starts from.
        trainer.enter(plan.forward);
        let before = Moment::of(&trainer);
        trainer.step(&plan, step, 0.1, step).unwrap();
        let after = Moment::of(&trainer);
        if !plan.then.is_empty() {
            trainer.edit(&plan).unwrap();
        }
        check(step, &plan, &before, &after, &trainer);
    }
}
