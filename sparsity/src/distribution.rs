//! How many weights each layer keeps.
//!
//! Uniform keeps the same share everywhere but leaves the first layer dense;
//! ER and ERK give larger layers less (Evci et al., arXiv 1911.11134); global
//! starts at the same share everywhere and lets layers exchange their budget.

use network::Layer;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// A rule that divides the active weights among the layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Distribution {
    /// Equal sparsity in all layers but the first, which stays dense.
    Uniform,
    /// Erdos-Renyi: density in proportion to `(in + out) / (in out)`.
    Er,
    /// Erdos-Renyi kernel: density in proportion to `(in + out + kh + kw) / (in out kh kw)`.
    Erk,
    /// Equal sparsity in all layers at first; one budget for the whole network.
    Global,
}

/// Why a distribution cannot be had.
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
    /// A name that is no distribution.
    #[error("there is no distribution `{0}`; choose one of {names}", names = Distribution::NAMES.join(", "))]
    Unknown(String),
}

/// Weights of one layer: all of them, and those it may keep active.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerBudget {
    /// Name of the layer.
    pub layer: String,
    /// Number of weights.
    pub weights: usize,
    /// Number of active weights.
    pub active: usize,
    /// Multiply-accumulates of the dense layer for one sample.
    pub macs: u64,
}

/// The active weights of every layer, in execution order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// One entry a layer.
    pub layers: Vec<LayerBudget>,
}

impl Budget {
    /// All weights of the network.
    pub fn weights(&self) -> usize {
        self.layers.iter().map(|layer| layer.weights).sum()
    }

    /// All active weights of the network.
    pub fn active(&self) -> usize {
        self.layers.iter().map(|layer| layer.active).sum()
    }

    /// Share of zeros among all weights.
    pub fn sparsity(&self) -> f64 {
        1.0 - self.active() as f64 / self.weights() as f64
    }

    /// Forward MACs of the sparse network over those of the dense one.
    pub fn inference_ratio(&self) -> f64 {
        let active = self.layers.iter().map(|l| l.macs as f64 * l.active as f64 / l.weights as f64);
        active.sum::<f64>() / self.layers.iter().map(|l| l.macs as f64).sum::<f64>()
    }

    /// The budget in which every weight is active.
    pub fn dense(layers: &[Layer]) -> Self {
        Self::new(layers, |layer| layer.weights())
    }

    fn new(layers: &[Layer], mut active: impl FnMut(&Layer) -> usize) -> Self {
        let entry = |layer: &Layer| LayerBudget {
            layer: layer.name.clone(),
            weights: layer.weights(),
            active: active(layer),
            macs: layer.macs,
        };
        Self { layers: layers.iter().map(entry).collect() }
    }
}

impl Distribution {
    /// Every distribution, for lists and messages.
    pub const NAMES: &'static [&'static str] = &["uniform", "er", "erk", "global"];

    /// The name used on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Uniform => "uniform",
            Self::Er => "er",
            Self::Erk => "erk",
            Self::Global => "global",
        }
    }

    /// The active weights of every layer at `sparsity`: zeros are `floor(s_l N_l)`.
    pub fn budget(self, layers: &[Layer], sparsity: f64) -> Result<Budget, DistributionError> {
        if !(0.0..1.0).contains(&sparsity) {
            return Err(DistributionError::Sparsity(sparsity));
        }
        let mut densities = match self {
            Self::Uniform | Self::Global => vec![1.0 - sparsity; layers.len()],
            Self::Er | Self::Erk => self.erdos_renyi(layers, sparsity).1,
        };
        if self == Self::Uniform {
            densities[0] = 1.0;
        }
        // A share of less than one weight is an empty layer, although rounding would leave it one.
        let starved = |(layer, density): &(&Layer, &f64)| **density * (layer.weights() as f64) < 1.0 - 1e-6;
        if let Some((layer, _)) = layers.iter().zip(&densities).find(starved) {
            return Err(DistributionError::Empty {
                layer: layer.name.clone(),
                weights: layer.weights(),
                sparsity,
                distribution: self.name(),
            });
        }
        let mut densities = densities.into_iter();
        Ok(Budget::new(layers, |layer| {
            let density: f64 = densities.next().unwrap_or(1.0);
            layer.weights() - zeros(1.0 - density, layer.weights())
        }))
    }

    /// Scale `epsilon` and densities of ER or ERK at `sparsity`: layers whose
    /// density would pass one are made dense, and the rest share what is left.
    fn erdos_renyi(self, layers: &[Layer], sparsity: f64) -> (f64, Vec<f64>) {
        let raw: Vec<f64> = layers.iter().map(|layer| self.raw_density(layer)).collect();
        let mut dense = vec![false; layers.len()];
        loop {
            let (mut available, mut divisor) = (0.0, 0.0);
            for ((layer, raw), dense) in layers.iter().zip(&raw).zip(&dense) {
                let weights = layer.weights() as f64;
                if *dense {
                    available -= weights * sparsity;
                } else {
                    available += weights * (1.0 - sparsity);
                    divisor += raw * weights;
                }
            }
            let epsilon = if divisor > 0.0 { available / divisor } else { 0.0 };
            let sparse = || raw.iter().zip(&dense).filter(|(_, dense)| !**dense).map(|(raw, _)| *raw);
            let largest = sparse().fold(0.0, f64::max);
            if largest * epsilon <= 1.0 {
                let density = |(raw, dense): (&f64, &bool)| if *dense { 1.0 } else { epsilon * raw };
                return (epsilon, raw.iter().zip(&dense).map(density).collect());
            }
            for (raw, dense) in raw.iter().zip(&mut dense) {
                *dense |= *raw == largest;
            }
        }
    }

    fn raw_density(self, layer: &Layer) -> f64 {
        let (inputs, outputs) = (layer.inputs as f64, layer.outputs as f64);
        match (self, layer.kind) {
            (Self::Erk, network::LayerKind::Conv) => {
                let kernel = layer.kernel as f64;
                (inputs + outputs + 2.0 * kernel) / (inputs * outputs * kernel * kernel)
            }
            _ => (inputs + outputs) / (inputs * outputs),
        }
    }
}

/// `floor(sparsity * weights)`, safe against a product a rounding error below a whole number.
fn zeros(sparsity: f64, weights: usize) -> usize {
    (sparsity * weights as f64 + 1e-6).floor() as usize
}

impl FromStr for Distribution {
    type Err = DistributionError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        [Self::Uniform, Self::Er, Self::Erk, Self::Global]
            .into_iter()
            .find(|distribution| distribution.name() == name)
            .ok_or_else(|| DistributionError::Unknown(name.into()))
    }
}

#[cfg(test)]
#[path = "distribution_tests.rs"]
mod tests;
