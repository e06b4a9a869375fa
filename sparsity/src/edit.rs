//! Changes of the structure after a step: of single weights, or of whole channels.

use crate::{Criterion, Dormant};

/// Which connections compete with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Those of a layer; every layer keeps its budget.
    PerLayer,
    /// Those of the whole network; every layer keeps at least one connection.
    Global,
}

/// How many connections a drop removes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Amount {
    /// This share of the active ones, rounded down. Where layers keep their budgets, one that has all of its
    /// weights and is to keep them loses none: there is nothing to exchange them for.
    Fraction(f64),
    /// As many as leave this share of the way from dense to the budget: 1 is the budget.
    Ramp(f64),
}

/// A change of which weights are active.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum WeightEdit {
    /// Removes the least salient active weights from the mask.
    Drop {
        /// The saliency.
        criterion: Criterion,
        /// How many go.
        amount: Amount,
        /// Which compete.
        scope: Scope,
    },
    /// Adds the most salient inactive weights to the mask until the budget is met.
    Grow {
        /// The saliency.
        criterion: Criterion,
        /// Which compete.
        scope: Scope,
    },
    /// Adds the most salient inactive weights of every output (neuron), so that all outputs of a layer have as many
    /// (a constant fan-in) and together meet the budget but for rounding.
    ///
    /// First it ablates outputs without enough salient weights: they lose all weights, for good. Salient are the
    /// weights that drops of the same plan left, and of those that were inactive before it as many of the most
    /// salient ones as were dropped. The network's own outputs stay, and as many as the budget has room in.
    GrowFanIn {
        /// The saliency.
        criterion: Criterion,
        /// Salient weights that an output needs, as a share of the fan-in; one at least. Zero ablates none.
        min_salient: f64,
    },
    /// Adds the most salient inactive weights to the mask, in every layer as many as the drop before it removed there,
    /// under a pattern in every group. Without a drop it does nothing.
    Regrow {
        /// The saliency.
        criterion: Criterion,
    },
    /// Sets the weights that the edits before it grew to zero, without momentum.
    ClearGrown,
    /// Sets the momentum of the weights that were active before the edits to zero.
    ClearMomentum {
        /// Whether that of biases and batch norms is set to zero, too.
        others: bool,
    },
    /// Makes the most salient of all weights active, as many as the budget says, and chooses what
    /// [`Update::Backward`](crate::Update::Backward) trains beside them: the most salient of the others. Weights that
    /// are neither active nor chosen have no momentum. Needs [`Dormant::Live`].
    Select {
        /// The saliency.
        criterion: Criterion,
        /// Which compete.
        scope: Scope,
        /// Active and chosen weights together over the active ones, 1 or more.
        backward: f64,
    },
    /// Makes every weight active; those that were not start from their dormant values. The momentum of all parameters,
    /// biases and batch norms included, starts anew (AC/DC's code, `--reset_momentum_after_recycling`).
    ActivateAll,
}

impl WeightEdit {
    /// The saliency that decides, if one does.
    pub fn criterion(&self) -> Option<Criterion> {
        match self {
            Self::Drop { criterion, .. }
            | Self::Grow { criterion, .. }
            | Self::GrowFanIn { criterion, .. }
            | Self::Select { criterion, .. }
            | Self::Regrow { criterion } => Some(*criterion),
            Self::ClearGrown | Self::ClearMomentum { .. } | Self::ActivateAll => None,
        }
    }

    /// Whether the momentum of biases and batch norms is set to zero.
    pub fn clears_others(&self) -> bool {
        matches!(self, Self::ClearMomentum { others: true } | Self::ActivateAll)
    }
}

/// A change of which channels are active.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ChannelEdit {
    /// Removes channels until the network is within a latency: of all structures within it that of the
    /// greatest saliency, found by the knapsack of HALP.
    Drop {
        /// The saliency.
        criterion: Criterion,
        /// The latency over that of the dense network; that of the smallest structure at least.
        latency: f64,
    },
    /// Adds inactive channels within a limit, those of the most saliency for it; no active one leaves.
    Grow {
        /// The saliency.
        criterion: Criterion,
        /// How far it goes.
        limit: GrowthLimit,
    },
}

/// How much latency a growth of channels may add.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum GrowthLimit {
    /// Up to this latency, over that of the dense network.
    Latency(f64),
    /// This share of [what the last prune removed](crate::PruneLatencies::removed).
    Removed(f64),
}

impl ChannelEdit {
    /// The saliency that decides.
    pub fn criterion(&self) -> Criterion {
        match self {
            Self::Drop { criterion, .. } | Self::Grow { criterion, .. } => *criterion,
        }
    }
}

/// The changes of the structure after a step, in order: all of weights, or all of channels.
#[derive(Clone, Debug, PartialEq)]
pub enum Edits {
    /// Of single weights.
    Weights(Vec<WeightEdit>),
    /// Of channels.
    Channels(Vec<ChannelEdit>),
}

impl Edits {
    /// No change.
    pub const NONE: Self = Self::Weights(Vec::new());

    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.weights().is_empty() && self.channels().is_empty()
    }

    /// The changes of single weights.
    pub fn weights(&self) -> &[WeightEdit] {
        match self {
            Self::Weights(edits) => edits,
            Self::Channels(_) => &[],
        }
    }

    /// The changes of channels.
    pub fn channels(&self) -> &[ChannelEdit] {
        match self {
            Self::Channels(edits) => edits,
            Self::Weights(_) => &[],
        }
    }

    /// Whether training continues with the structure that they lead to: what a drop removes may only be set aside until
    /// the next growth.
    pub fn settles(&self, dormant: Dormant) -> bool {
        let of_weights = self.weights().iter().fold(false, |settles, edit| match edit {
            WeightEdit::Drop { amount, .. } => matches!(amount, Amount::Ramp(_)),
            WeightEdit::Grow { .. }
            | WeightEdit::GrowFanIn { .. }
            | WeightEdit::Select { .. }
            | WeightEdit::Regrow { .. }
            | WeightEdit::ActivateAll => true,
            WeightEdit::ClearGrown | WeightEdit::ClearMomentum { .. } => settles,
        });
        let of_channels = self.channels().iter().fold(false, |_, edit| match edit {
            ChannelEdit::Grow { .. } => true,
            // What is not kept is not grown back.
            ChannelEdit::Drop { .. } => !dormant.keeps(),
        });
        of_weights || of_channels
    }

    /// The saliencies that decide, one a drop or growth.
    pub fn criteria(&self) -> Vec<Criterion> {
        let of_weights = self.weights().iter().filter_map(WeightEdit::criterion);
        of_weights.chain(self.channels().iter().map(ChannelEdit::criterion)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A share that is dropped comes back, a step of the ramp does not.
    #[test]
    fn a_structure_settles_where_nothing_is_set_aside() {
        let drop =
            |amount| WeightEdit::Drop { criterion: Criterion::Magnitude, amount, scope: Scope::PerLayer };
        let grow = WeightEdit::Grow { criterion: Criterion::Gradient, scope: Scope::PerLayer };
        let weights = |edits: &[WeightEdit]| Edits::Weights(edits.to_vec()).settles(Dormant::KeepUsed);
        assert!(!Edits::NONE.settles(Dormant::Forget));
        assert!(!weights(&[drop(Amount::Fraction(0.3))]));
        assert!(weights(&[drop(Amount::Fraction(0.3)), grow]) && weights(&[grow, WeightEdit::ClearGrown]));
        assert!(weights(&[drop(Amount::Ramp(0.3))]) && weights(&[WeightEdit::ActivateAll]));
        let prune = ChannelEdit::Drop { criterion: Criterion::Taylor, latency: 0.5 };
        let channels = |dormant| Edits::Channels(vec![prune]).settles(dormant);
        assert!(channels(Dormant::Forget) && !channels(Dormant::Keep) && !channels(Dormant::KeepUsed));
    }
}
