//! What a method is: a pure function from the step number to what happens.
//!
//! A method holds its settings and nothing that changes. Masks, values and
//! scores belong to the engine, so a method needs no checkpoint, and asking
//! for the plan of any step gives the same answer at any time.

use crate::{Criterion, SettingSpec, Settings};

/// A set of weights, by whether the mask keeps them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Population {
    /// The weights the mask keeps (the paper's Theta_K).
    Active,
    /// Active and inactive weights together.
    Everything,
}

/// Which weights a step changes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Update {
    /// The weights the mask keeps, and biases and batch norms.
    Active,
    /// The weights the mask does not keep (Theta_P), with or without biases and batch norms.
    Inactive {
        /// Whether biases and batch-norm scales and shifts are trained too.
        others: bool,
    },
    /// All weights, biases and batch norms.
    Everything,
    /// All weights, by the gradient at the masked ones, and biases and batch norms. The mask is
    /// chosen anew by magnitude before the step. Needs [`Dormant::Live`].
    StraightThrough {
        /// Decay of masked weights beside the recipe's, added to their gradient (SR-STE's lambda).
        decay: f64,
    },
    /// None: the step only scores.
    Nothing,
}

/// What happens to the running statistics of the batch norms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchStatistics {
    /// They follow the batch, as in ordinary training.
    Track,
    /// The batch is normalised by its own statistics; the running ones keep still.
    Hold,
}

/// How connections compete for places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Within their layer; every layer keeps its budget.
    PerLayer,
    /// In the whole network; every layer keeps at least one connection.
    Global,
}

/// How many connections a drop removes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Amount {
    /// This share of the active ones, rounded down.
    Fraction(f64),
    /// As many as leave this share of the way from dense to the budget: 1 is the budget.
    Ramp(f64),
}

/// A change of the structure after a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Edit {
    /// Takes the least important connections out of the mask.
    Drop {
        /// What they are judged by.
        criterion: Criterion,
        /// How many go.
        amount: Amount,
        /// Where they compete.
        scope: Scope,
    },
    /// Takes the most important inactive connections in until the budget is met.
    Grow {
        /// What they are judged by.
        criterion: Criterion,
        /// Where they compete.
        scope: Scope,
    },
    /// Makes every weight active; those that were not start from their dormant values.
    ActivateAll,
    /// Takes out channels until the network is as fast as asked for: of all structures within the
    /// latency that of the greatest importance, found by the knapsack of HALP.
    DropChannels {
        /// What channels are judged by.
        criterion: Criterion,
        /// Latency asked for, over that of the dense network. Never less than the smallest structure's.
        latency: f64,
    },
    /// Takes inactive channels in, the most important for their latency, within a latency; no active
    /// one leaves.
    GrowChannels {
        /// What channels are judged by.
        criterion: Criterion,
        /// Latency not to be exceeded, over that of the dense network.
        latency: f64,
    },
}

impl Edit {
    /// What the weights are judged by, if they are.
    pub fn criterion(&self) -> Option<Criterion> {
        match self {
            Self::Drop { criterion, .. }
            | Self::Grow { criterion, .. }
            | Self::DropChannels { criterion, .. }
            | Self::GrowChannels { criterion, .. } => Some(*criterion),
            Self::ActivateAll => None,
        }
    }
}

/// Everything the engine needs to carry out one step.
#[derive(Clone, Debug, PartialEq)]
pub struct StepPlan {
    /// Name of the stage, for logs and cost accounts.
    pub stage: &'static str,
    /// The weights in the forward pass.
    pub forward: Population,
    /// The weights the step changes.
    pub update: Update,
    /// What becomes of the running statistics.
    pub statistics: BatchStatistics,
    /// What is gathered from the step's gradients.
    pub score: Vec<Criterion>,
    /// How the structure changes afterwards, in order. A connection dropped
    /// and grown by the same plan keeps its value and momentum.
    pub then: Vec<Edit>,
}

impl StepPlan {
    /// An ordinary training step of the active weights.
    pub fn train(stage: &'static str) -> Self {
        Self {
            stage,
            forward: Population::Active,
            update: Update::Active,
            statistics: BatchStatistics::Track,
            score: Vec::new(),
            then: Vec::new(),
        }
    }
}

/// The structure at step 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum InitialStructure {
    /// Every weight is active.
    Dense,
    /// Random, meeting the budget.
    Random,
    /// The same share of the channels in every group, the widest within a latency.
    Narrow {
        /// The latency over that of the dense network.
        latency: f64,
    },
}

/// What becomes of the value of a weight that is not active.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dormant {
    /// It is forgotten: the weight comes back as zero.
    Forget,
    /// It is kept: the weight comes back with its most recently used value, and with its initial one
    /// if it was never used.
    Keep,
    /// It is kept once the weight was used; one that never was comes back as zero.
    KeepUsed,
    /// It is kept and trained on: only the forward pass sees it as zero.
    Live,
}

/// A sparsification method with its settings made up.
pub trait Method: Send + Sync {
    /// The structure at step 0.
    fn initial_structure(&self) -> InitialStructure;

    /// What becomes of inactive weights' values.
    fn dormant(&self) -> Dormant {
        Dormant::Forget
    }

    /// What happens at `step`, counted from 0.
    fn plan(&self, step: u64) -> StepPlan;
}

/// What a method is told of the trial it is for.
#[derive(Clone, Copy, Debug)]
pub struct TrialContext {
    /// Number of training steps.
    pub steps: u64,
    /// How connections compete, from the distribution.
    pub scope: Scope,
    /// Latency to be reached over that of the dense network, 0 to 1, where channels are pruned.
    pub latency_target: Option<f64>,
    /// Whether training starts from weights that were trained before.
    pub pretrained: bool,
}

/// What of a network a method makes smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prunes {
    /// Nothing; sparsity and distribution are ignored.
    Nothing,
    /// Single weights, as the distribution says.
    Weights,
    /// Weights in N:M patterns only.
    Patterns,
    /// The number of channels of every layer; the distribution is ignored.
    Width,
    /// Channels, to a latency.
    Channels,
    /// Single weights as the distribution says or, where a latency is asked for, channels.
    WeightsOrChannels,
}

impl Prunes {
    /// Whether it can make single weights zero, as any distribution says.
    pub fn weights(self) -> bool {
        matches!(self, Self::Weights | Self::WeightsOrChannels)
    }

    /// Whether it can take out channels.
    pub fn channels(self) -> bool {
        matches!(self, Self::Channels | Self::WeightsOrChannels)
    }
}

/// A method as the registry knows it.
#[derive(Clone, Copy)]
pub struct Description {
    /// Name on the command line.
    pub name: &'static str,
    /// One line of what it does.
    pub summary: &'static str,
    /// Where it was published.
    pub source: &'static str,
    /// What of the network it makes smaller.
    pub prunes: Prunes,
    /// Whether it is meant for weights that were trained before, whose training then counts.
    pub pretrained: bool,
    /// Its settings.
    pub settings: fn() -> Vec<SettingSpec>,
    /// Makes it up.
    pub build: fn(&Settings, TrialContext) -> Box<dyn Method>,
}
