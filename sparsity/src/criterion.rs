//! What a connection is judged by.
//!
//! The formulas are evaluated by the engine; here they have their names, so
//! that a method can ask for one and a person can choose one.

use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// A saliency of single weights `w` with gradient `g`. Larger is more important.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Criterion {
    /// `|w|`, read when the structure changes.
    Magnitude,
    /// `|sum of g|` over the scored steps (RigL scores one step).
    Gradient,
    /// `|mean of g|`, exponentially smoothed with 0.9 over all scored steps (SNFS).
    GradientMomentum,
    /// `|mean of w g|` over the scored steps, first-order Taylor.
    Taylor,
    /// A uniform random number (SET's growth).
    Random,
}

impl Criterion {
    /// Every criterion, for lists and messages.
    pub const NAMES: &'static [&'static str] =
        &["magnitude", "gradient", "gradient-momentum", "taylor", "random"];

    /// Whether it is gathered from the gradients of training steps.
    pub fn needs_gradients(self) -> bool {
        matches!(self, Self::Gradient | Self::GradientMomentum | Self::Taylor)
    }

    /// The name used on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Magnitude => "magnitude",
            Self::Gradient => "gradient",
            Self::GradientMomentum => "gradient-momentum",
            Self::Taylor => "taylor",
            Self::Random => "random",
        }
    }
}

/// A name that is no criterion.
#[derive(Debug, thiserror::Error)]
#[error("there is no criterion `{0}`; choose one of {names}", names = Criterion::NAMES.join(", "))]
pub struct UnknownCriterion(String);

impl FromStr for Criterion {
    type Err = UnknownCriterion;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        [Self::Magnitude, Self::Gradient, Self::GradientMomentum, Self::Taylor, Self::Random]
            .into_iter()
            .find(|criterion| criterion.name() == name)
            .ok_or_else(|| UnknownCriterion(name.into()))
    }
}
