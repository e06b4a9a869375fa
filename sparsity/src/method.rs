//! What a method is: a pure function from the step number to what happens.
//!
//! A method holds its settings and nothing that changes. Masks, values and
//! scores belong to the engine, so a method needs no checkpoint, and asking
//! for the plan of any step gives the same answer at any time.

use crate::{Scope, SettingSpec, Settings, StepPlan};

/// The structure at step 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum InitialStructure {
    /// Every weight is active.
    Dense,
    /// Random, meeting the budget.
    Random,
    /// The initial weights of the largest magnitude in every layer, meeting the budget.
    Largest,
    /// Random, with more active weights than the budget allows: every layer is this share of the way from dense to
    /// its budget, 0 to 1.
    Ramp(f64),
    /// Random, at this density instead of the budget's, 0 to 1: layers share the active weights by the distribution of
    /// the budget.
    RandomAt(f64),
    /// The weights above a threshold that every layer has and trains, with [`Update::SoftThreshold`](crate::Update):
    /// with `t` the sigmoid of the trained value, a weight w runs as sign(w) max(|w| - t, 0). Needs [`Dormant::Live`].
    Thresholds {
        /// The trained value at the start, the same for all layers.
        initial: f64,
    },
    /// The same share of the channels in every group, the widest within a latency.
    Narrow {
        /// The latency over that of the dense network.
        latency: f64,
    },
}

/// What happens to the value of a weight that is not active.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dormant {
    /// It is forgotten: the weight comes back as zero.
    Forget,
    /// It is kept: the weight comes back with its most recently used value, and with its initial one
    /// if it was never used.
    Keep,
    /// It is kept once the weight was used; one that never was comes back as zero.
    KeepUsed,
    /// It is kept as it was when the weight was last active: what exploration makes of a weight that does not grow is lost.
    /// One that never was active comes back as zero.
    KeepActive,
    /// It is kept and trained on: only the forward pass sees it as zero.
    Live,
}

impl Dormant {
    /// Whether values wait beside the weights until they come back.
    pub fn keeps(self) -> bool {
        matches!(self, Self::Keep | Self::KeepUsed | Self::KeepActive)
    }
}

/// A sparsification method with its settings resolved.
///
/// A method that prunes half of the way to its budget, once:
///
/// ```
/// use sparsity::{Amount, Criterion, Edits, InitialStructure, Method, Scope, StepPlan, WeightEdit};
///
/// struct Once {
///     at: u64,
/// }
///
/// impl Method for Once {
///     fn initial_structure(&self) -> InitialStructure {
///         InitialStructure::Dense
///     }
///
///     fn plan(&self, step: u64) -> StepPlan {
///         let mut plan = StepPlan::train("train");
///         if step == self.at {
///             let (criterion, amount) = (Criterion::Magnitude, Amount::Ramp(0.5));
///             plan.then = Edits::Weights(vec![WeightEdit::Drop { criterion, amount, scope: Scope::PerLayer }]);
///         }
///         plan
///     }
/// }
///
/// let method = Once { at: 10 };
/// assert!(method.plan(9).then.is_empty());
/// assert_eq!(method.plan(10).then.criteria(), [Criterion::Magnitude]);
/// ```
pub trait Method: Send + Sync {
    /// The structure at step 0.
    fn initial_structure(&self) -> InitialStructure;

    /// What happens to the values of inactive weights; forgotten unless the method says otherwise.
    fn dormant(&self) -> Dormant {
        Dormant::Forget
    }

    /// What happens at `step`, counted from 0.
    fn plan(&self, step: u64) -> StepPlan;

    /// Steps beyond those of the recipe, which the training is longer by; none unless the method says otherwise.
    fn extra_steps(&self) -> u64 {
        0
    }

    /// How many steps of the recipe lie before `step`: the learning rate of a step is that of its place in the recipe.
    /// Differs from `step` where some steps do not count.
    fn recipe_step(&self, step: u64) -> u64 {
        step
    }
}

impl dyn Method {
    /// How many structures a training of the recipe's `steps` settles on after the first one.
    pub fn structure_changes(&self, steps: u64) -> u64 {
        let dormant = self.dormant();
        let settles = |step: &u64| self.plan(*step).then.settles(dormant);
        (0..steps + self.extra_steps()).filter(settles).count() as u64
    }
}

/// What a method knows about the trial it is for.
#[derive(Clone, Copy, Debug)]
pub struct TrialContext {
    /// Number of training steps of the recipe.
    pub steps: u64,
    /// Those of them in which the learning rate rises.
    pub warmup_steps: u64,
    /// Which connections compete, from the distribution.
    pub scope: Scope,
    /// Share of all weights that the budget leaves out, 0 to 1.
    pub sparsity: f64,
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
    /// Single weights, under any distribution.
    Weights,
    /// Weights in N:M patterns only.
    Patterns,
    /// Single weights, as many as the training comes to leave: its sparsity is reached and not asked for, and there is
    /// no distribution.
    Unasked,
    /// Single weights, of every output (neuron) of a layer as many as of the others; under distributions that give
    /// each layer a budget of its own.
    FanIn,
    /// The number of channels of every layer; the distribution is ignored.
    Width,
    /// Channels, to a latency.
    Channels,
    /// Single weights under any distribution or, with a latency target, channels.
    WeightsOrChannels,
}

impl Prunes {
    /// Whether it can make single weights zero, under any distribution.
    pub fn weights(self) -> bool {
        matches!(self, Self::Weights | Self::WeightsOrChannels)
    }

    /// Whether it can remove channels.
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
    /// How often its meaning has changed. It is raised when the same settings lead to another training, so that
    /// trials of before are not taken for trials of today.
    pub revision: u32,
    /// What of the network it makes smaller.
    pub prunes: Prunes,
    /// Whether its plans edit the structure, so that a training too short for it is noticed.
    pub edits: bool,
    /// Whether it is meant for weights that were trained before, whose training then counts.
    pub pretrained: bool,
    /// Its settings.
    pub settings: fn() -> Vec<SettingSpec>,
    /// The method with these settings, for this trial.
    pub build: fn(&Settings, TrialContext) -> Box<dyn Method>,
}
