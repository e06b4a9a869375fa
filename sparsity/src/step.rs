//! What one training step does: the plan that a method gives the engine.

use crate::{Criterion, Edits, WeightEdit};

/// A set of weights, by whether the mask keeps them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Population {
    /// The weights that the mask keeps (IEE's Theta_K).
    Active,
    /// Active and inactive weights together.
    Everything,
}

/// Which parameters a step updates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Update {
    /// The weights that the mask keeps, and biases and batch norms.
    Active,
    /// The weights that the mask does not keep (IEE's Theta_P), with or without biases and batch norms.
    Inactive {
        /// Whether biases and batch-norm scales and shifts are trained too.
        others: bool,
    },
    /// All weights, biases and batch norms.
    Everything,
    /// All weights, by the gradient at the masked ones, and biases and batch norms. The mask is
    /// recomputed by magnitude before the step. Needs [`Dormant::Live`](crate::Dormant::Live).
    StraightThrough {
        /// Decay of masked weights beside the recipe's, added to their gradient (SR-STE's lambda).
        decay: f64,
    },
    /// The weights that the mask keeps and those that the last
    /// [`Select`](crate::WeightEdit::Select) chose beside them (Top-KAST's set B), by the gradient at the masked
    /// ones, and biases and batch norms. The recipe's decay of those chosen is divided by the density of the
    /// network. Needs [`Dormant::Live`](crate::Dormant::Live).
    Backward {
        /// Weights that are updated over those that the mask keeps.
        ratio: f64,
    },
    /// All weights by the gradient that the soft thresholds of their layers pass on, those thresholds, and biases and
    /// batch norms (STR). Needs [`InitialStructure::Thresholds`](crate::InitialStructure::Thresholds).
    SoftThreshold {
        /// Decay of the thresholds, before their sigmoid; the recipe's of weights if none.
        decay: Option<f64>,
    },
    /// None: the step only scores.
    Nothing,
}

/// What happens to the running statistics of the batch norms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchStatistics {
    /// They follow the batch, as in ordinary training.
    Track,
    /// The batch is normalised by its own statistics; the running ones do not change.
    Hold,
}

/// Everything the engine needs to carry out one step.
#[derive(Clone, Debug, PartialEq)]
pub struct StepPlan {
    /// Name of the stage, for logs and cost accounts.
    pub stage: &'static str,
    /// The weights in the forward pass.
    pub forward: Population,
    /// The parameters that are updated.
    pub update: Update,
    /// Learning rate over the recipe's.
    pub rate: f64,
    /// What happens to the running statistics.
    pub statistics: BatchStatistics,
    /// The saliencies that are gathered from the step's gradients.
    pub score: Vec<Criterion>,
    /// How the structure changes afterwards. A connection dropped and grown by the same plan keeps its
    /// value and momentum.
    pub then: Edits,
    /// Whether the rest of the stage can be left out.
    pub settling: Option<Settling>,
}

/// A look at whether a stage still changes what the edit at its end will choose. If not, the steps between this one and
/// the stage's last are left out, and training is so much shorter: what a plan says of a step stays a function of
/// the step alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settling {
    /// The edit at the end of the stage.
    pub edit: WeightEdit,
    /// Share of its choice, a set of weights, that must be the same as at the look before.
    pub overlap: f64,
    /// The last step of the stage.
    pub last: u64,
}

impl StepPlan {
    /// An ordinary training step of the active weights.
    pub fn train(stage: &'static str) -> Self {
        Self {
            stage,
            forward: Population::Active,
            update: Update::Active,
            rate: 1.0,
            statistics: BatchStatistics::Track,
            score: Vec::new(),
            then: Edits::NONE,
            settling: None,
        }
    }
}
