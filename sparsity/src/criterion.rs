//! Saliency criteria: by what connections and channels are ranked.
//!
//! The formulas are evaluated by the engine; here they have their names, so
//! that a method can ask for one and a person can choose one.
//!
//! Where whole channels are pruned, a criterion is that of the channel: the
//! formulas of HALP (arXiv 2210.06659) for Taylor's, the L2 norm for magnitude.

use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// A saliency of single weights `w` with gradient `g`. Larger is more important.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Criterion {
    /// `|w|`, read when the structure changes. Of a channel: the L2 norm of the weights that make it.
    Magnitude,
    /// `|sum of g|` over the scored steps (RigL scores one step). Of a channel: the sum over steps of the L2 norm of
    /// the gradients of the weights that make it.
    Gradient,
    /// `|w| + 0.5 |mean of g|` over the scored steps (MEST, arXiv 2110.14032, scores one step; its lambda of 0.5 is the
    /// default of the code of SparCL, which builds on MEST's, where the default is 0).
    MagnitudeGradient,
    /// `|mean of g|`, exponentially smoothed with 0.9 over all scored steps (SNFS).
    GradientMomentum,
    /// `|mean of w g|` over the scored steps, first-order Taylor. Of a channel: the mean over steps of
    /// `|sum of (scale d_scale + shift d_shift)|` over its batch norms.
    Taylor,
    /// The same of weights; of a channel: the mean over steps of `|sum of w g|` over the weights that
    /// make it.
    TaylorWeights,
    /// Mean of `|w g|` over the scored steps: the connection sensitivity of SNIP (arXiv 1810.02340).
    Snip,
    /// Mean of `w (H g)` over the scored steps, H the Hessian of the loss: GraSP (arXiv 2002.07376)
    /// removes the connections whose `-w (H g)` is largest, to keep the flow of gradients.
    Grasp,
    /// A uniform random number (SET's growth).
    Random,
}

impl Criterion {
    /// Every criterion, for lists and messages.
    pub const NAMES: &'static [&'static str] = &[
        "magnitude",
        "gradient",
        "magnitude-gradient",
        "gradient-momentum",
        "taylor",
        "taylor-weights",
        "snip",
        "grasp",
        "random",
    ];

    /// [`Criterion::NAMES`] after a `word` of another meaning, such as `auto`.
    pub const fn names_after(word: &'static str) -> [&'static str; Self::NAMES.len() + 1] {
        let mut names = [word; Self::NAMES.len() + 1];
        let mut at = 0;
        while at < Self::NAMES.len() {
            names[at + 1] = Self::NAMES[at];
            at += 1;
        }
        names
    }

    /// Whether it is gathered from the gradients of training steps.
    pub fn needs_gradients(self) -> bool {
        !matches!(self, Self::Magnitude | Self::Random)
    }

    /// Whether it needs the product of the Hessian with the gradient.
    pub fn needs_curvature(self) -> bool {
        self == Self::Grasp
    }

    /// Whether it is defined for channels.
    pub fn applies_to_channels(self) -> bool {
        matches!(self, Self::Magnitude | Self::Gradient | Self::Taylor | Self::TaylorWeights | Self::Random)
    }

    /// The name used on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Magnitude => "magnitude",
            Self::Gradient => "gradient",
            Self::MagnitudeGradient => "magnitude-gradient",
            Self::GradientMomentum => "gradient-momentum",
            Self::Taylor => "taylor",
            Self::TaylorWeights => "taylor-weights",
            Self::Snip => "snip",
            Self::Grasp => "grasp",
            Self::Random => "random",
        }
    }
}

/// A name that no criterion has.
#[derive(Debug, thiserror::Error)]
#[error("there is no criterion `{0}`; choose one of {names}", names = Criterion::NAMES.join(", "))]
pub struct UnknownCriterion(String);

impl FromStr for Criterion {
    type Err = UnknownCriterion;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        [
            Self::Magnitude,
            Self::Gradient,
            Self::MagnitudeGradient,
            Self::GradientMomentum,
            Self::Taylor,
            Self::TaylorWeights,
            Self::Snip,
            Self::Grasp,
            Self::Random,
        ]
        .into_iter()
        .find(|criterion| criterion.name() == name)
        .ok_or_else(|| UnknownCriterion(name.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back() {
        for name in Criterion::NAMES {
            assert_eq!(name.parse::<Criterion>().unwrap().name(), *name);
        }
    }
}
