//! What a trial makes smaller, and by how much.

use crate::ChannelTarget;
use records::words;
use sparsity::Distribution;

/// What a trial makes smaller, and by how much.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// Nothing: the dense network.
    Dense,
    /// The channels of every layer alike, until the network has as many weights as a sparse one has active.
    Width {
        /// Share of the dense network's weights that is missing, 0 to 1.
        sparsity: f64,
    },
    /// Single weights.
    Weights {
        /// How the zeros are distributed over the layers.
        distribution: Distribution,
        /// Share of zeros among all weights, 0 to 1.
        sparsity: f64,
    },
    /// Single weights, as many as the training comes to leave.
    Learned,
    /// Whole channels, to a latency.
    Channels(ChannelTarget),
}

impl Target {
    /// The word for it where a distribution is expected, as in spec and record: the distribution's name, or
    /// `none`, `width`, `learned` or `latency` where there is none.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Dense => words::DENSE,
            Self::Width { .. } => words::WIDTH,
            Self::Weights { distribution, .. } => distribution.name(),
            Self::Learned => words::LEARNED,
            Self::Channels(_) => words::LATENCY,
        }
    }

    /// Share of weights to be zero or missing, 0 to 1; 0 where channels are pruned to a latency, and none where it is
    /// not asked for.
    pub fn sparsity(&self) -> Option<f64> {
        match self {
            Self::Learned => None,
            Self::Dense | Self::Channels(_) => Some(0.0),
            Self::Width { sparsity } | Self::Weights { sparsity, .. } => Some(*sparsity),
        }
    }

    /// The latency and how channels are pruned to it, if they are.
    pub fn channels(&self) -> Option<&ChannelTarget> {
        match self {
            Self::Channels(target) => Some(target),
            _ => None,
        }
    }
}
