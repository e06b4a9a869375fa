//! Layer-wise sparsity distributions: how many weights each layer keeps.
//!
//! Uniform keeps the same share everywhere but leaves the first layer dense;
//! ER and ERK give larger layers less (Evci et al., arXiv 1911.11134); global
//! starts at the same share everywhere and lets layers exchange their budget;
//! a pattern keeps N of every M neighbouring weights (SR-STE).
//!
//! Depthwise convolutions are dense under every distribution, and so is the
//! first layer of a network that has any, as in RigL's MobileNet. ER and ERK
//! leave these layers out of their sums, as RigL's code does with layers whose
//! sparsity is set by hand, so the sparsity asked for is that of the others.

mod budget;
mod erdos_renyi;

use crate::Pattern;
use erdos_renyi::Dimensions;
use network::{Layer, LayerKind};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

pub use budget::{Budget, LayerBudget};

/// A layer-wise sparsity distribution: a rule that divides the active weights among the layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "&'static str", try_from = "String")]
pub enum Distribution {
    /// Equal sparsity in all layers but the first, which stays dense.
    Uniform,
    /// Erdos-Renyi: density in proportion to `(in + out) / (in out)`.
    Er,
    /// Erdos-Renyi kernel: density in proportion to `(in + out + kh + kw) / (in out kh kw)`.
    Erk,
    /// Equal sparsity in all layers at first; one budget for the whole network.
    Global,
    /// N of every M neighbouring weights in every convolution whose input
    /// channels come in whole groups of M.
    ///
    /// The first convolution of three channels, depthwise ones and the fully
    /// connected layer stay dense. SR-STE's code leaves the fully connected
    /// layer dense, too (<https://github.com/NM-sparsity/NM-sparsity>).
    Pattern(Pattern),
}

/// Why a distribution is impossible.
#[derive(Debug, thiserror::Error)]
pub enum DistributionError {
    /// The sparsity is not a share below one.
    #[error("sparsity {0} is outside [0, 1); 0.9 means that nine of ten weights are zero")]
    Sparsity(f64),
    /// A layer would have no weight left.
    #[error(
        "layer `{layer}` ({weights} weights) would be left empty at sparsity {sparsity} under {distribution}; \
         choose a lower sparsity or another distribution"
    )]
    Empty {
        /// The layer's name.
        layer: String,
        /// Its number of weights.
        weights: usize,
        /// The sparsity that was asked for.
        sparsity: f64,
        /// The distribution that was asked for.
        distribution: &'static str,
    },
    /// A pattern with a sparsity that is not its own.
    #[error("pattern {pattern} is sparsity {own}, not {sparsity}; leave --sparsity out", own = pattern.sparsity())]
    PatternSparsity {
        /// The pattern that was asked for.
        pattern: Pattern,
        /// The sparsity that was asked for.
        sparsity: f64,
    },
    /// A pattern in a network without a layer that could have it.
    #[error(
        "no convolution has input channels in whole groups of {of} for pattern {pattern}; \
         choose a wider model or another distribution",
        of = pattern.of
    )]
    NoGroups {
        /// The pattern that was asked for.
        pattern: Pattern,
    },
    /// A name that no distribution has.
    #[error("there is no distribution `{0}`; choose one of {names}", names = Distribution::NAMES.join(", "))]
    Unknown(String),
}

impl Distribution {
    /// Every distribution, for lists and messages.
    pub const NAMES: &'static [&'static str] =
        &["uniform", "er", "erk", "global", "1:4", "2:4", "2:8", "4:8"];

    /// The distributions in the order of [`Self::NAMES`].
    fn all() -> impl Iterator<Item = Self> {
        let shares = [Self::Uniform, Self::Er, Self::Erk, Self::Global];
        shares.into_iter().chain(Pattern::ALL.map(Self::Pattern))
    }

    /// The name used on the command line.
    ///
    /// A pattern that is none of [`Pattern::ALL`] cannot be asked for and is called `pattern`.
    pub fn name(self) -> &'static str {
        Self::all().zip(Self::NAMES).find(|(known, _)| *known == self).map_or("pattern", |(_, name)| name)
    }

    /// The pattern, if it is one.
    pub fn pattern(self) -> Option<Pattern> {
        match self {
            Self::Pattern(pattern) => Some(pattern),
            _ => None,
        }
    }

    /// Whether every layer has a budget of its own, to be spent anywhere in it.
    pub fn is_per_layer(self) -> bool {
        matches!(self, Self::Uniform | Self::Er | Self::Erk)
    }

    /// The active weights of every layer at `sparsity`: zeros are `floor(s_l N_l)`.
    ///
    /// # Errors
    ///
    /// If the sparsity is not in [0, 1) or not that of the pattern, if a layer would be left empty, and if no layer
    /// can have the pattern.
    pub fn budget(self, layers: &[Layer], sparsity: f64) -> Result<Budget, DistributionError> {
        if !(0.0..1.0).contains(&sparsity) {
            return Err(DistributionError::Sparsity(sparsity));
        }
        let exempt = exempt(layers);
        let densities = match self {
            Self::Uniform => {
                let dense = |index: usize| index == 0 || exempt[index];
                (0..layers.len()).map(|index| if dense(index) { 1.0 } else { 1.0 - sparsity }).collect()
            }
            Self::Global => exempt.iter().map(|&exempt| if exempt { 1.0 } else { 1.0 - sparsity }).collect(),
            Self::Er => erdos_renyi::densities(Dimensions::Channels, layers, &exempt, sparsity).1,
            Self::Erk => erdos_renyi::densities(Dimensions::ChannelsAndKernel, layers, &exempt, sparsity).1,
            Self::Pattern(pattern) => return patterned(pattern, layers, sparsity),
        };
        let mut budget = self.shares(layers, &densities, sparsity)?;
        for (index, (layer, exempt)) in budget.layers.iter_mut().zip(exempt).enumerate() {
            layer.exempt = exempt || self == Self::Uniform && index == 0;
        }
        Ok(budget)
    }

    /// The budget in which each layer has its own density.
    fn shares(self, layers: &[Layer], densities: &[f64], sparsity: f64) -> Result<Budget, DistributionError> {
        let entry = |(layer, density): (&Layer, &f64)| {
            let weights = layer.weights();
            // A share of less than one weight is an empty layer, although rounding would leave it one.
            if density * (weights as f64) < 1.0 - 1e-6 {
                let (layer, distribution) = (layer.name.clone(), self.name());
                return Err(DistributionError::Empty { layer, weights, sparsity, distribution });
            }
            Ok(LayerBudget::new(layer, weights - zeros(1.0 - density, weights)))
        };
        Ok(Budget { layers: layers.iter().zip(densities).map(entry).collect::<Result<_, _>>()? })
    }
}

/// Which layers no distribution touches: depthwise ones, and the first where there are any.
fn exempt(layers: &[Layer]) -> Vec<bool> {
    let depthwise = layers.iter().any(Layer::is_depthwise);
    layers
        .iter()
        .enumerate()
        .map(|(index, layer)| depthwise && (index == 0 || layer.is_depthwise()))
        .collect()
}

/// The budget of a pattern, whose own sparsity `sparsity` has to be.
fn patterned(pattern: Pattern, layers: &[Layer], sparsity: f64) -> Result<Budget, DistributionError> {
    if (sparsity - pattern.sparsity()).abs() > 1e-9 {
        return Err(DistributionError::PatternSparsity { pattern, sparsity });
    }
    let grouped = |layer: &Layer| {
        layer.kind == LayerKind::Conv
            && layer.groups == 1
            && layer.inputs.is_multiple_of(usize::from(pattern.of))
    };
    if !layers.iter().any(grouped) {
        return Err(DistributionError::NoGroups { pattern });
    }
    let entry = |layer: &Layer| {
        if grouped(layer) {
            LayerBudget::patterned(layer, pattern)
        } else {
            LayerBudget { exempt: true, ..LayerBudget::new(layer, layer.weights()) }
        }
    };
    Ok(Budget { layers: layers.iter().map(entry).collect() })
}

/// `floor(sparsity * weights)`, safe against a product a rounding error below a whole number.
fn zeros(sparsity: f64, weights: usize) -> usize {
    (sparsity * weights as f64 + 1e-6).floor() as usize
}

impl FromStr for Distribution {
    type Err = DistributionError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::all().find(|distribution| distribution.name() == name);
        found.ok_or_else(|| DistributionError::Unknown(name.into()))
    }
}

impl TryFrom<String> for Distribution {
    type Error = DistributionError;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        name.parse()
    }
}

impl From<Distribution> for &'static str {
    fn from(distribution: Distribution) -> Self {
        distribution.name()
    }
}

#[cfg(test)]
mod tests;
