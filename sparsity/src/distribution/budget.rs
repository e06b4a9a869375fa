//! Budgets: how many weights of each layer are active, and what that costs.

use super::erdos_renyi;
use crate::Pattern;
use network::Layer;

/// Weights of one layer: all of them, and those it may keep active.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerBudget {
    /// Name of the layer.
    pub layer: String,
    /// Number of weights.
    pub weights: usize,
    /// Number of active weights.
    pub active: usize,
    /// Outputs (neurons) of the layer. Each has as many weights, its fan-in, one after another in the flat layer.
    pub outputs: usize,
    /// Whether its outputs are those of the network.
    pub is_output: bool,
    /// The number of active weights that every output has, if all have as many.
    pub fan_in: Option<usize>,
    /// Multiply-accumulates of the dense layer for one sample.
    pub macs: u64,
    /// The pattern that every group of the layer keeps, if it is under one.
    ///
    /// A layer's weights are stored with the input channels innermost (output,
    /// kernel row, kernel column, input), so a group is that many consecutive
    /// weights of the flat layer, and it never spans two outputs or two pixels
    /// of the kernel.
    pub pattern: Option<Pattern>,
    /// Whether it is dense under every distribution, and exchanges no budget with other layers.
    pub exempt: bool,
}

/// The active weights of every layer, in execution order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// One entry per layer.
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

    /// The budget in which every layer has so many times as many active weights, or all.
    pub fn widened(&self, ratio: f64) -> Self {
        let widened = |layer: &LayerBudget| {
            let active = (layer.active as f64 * ratio).round() as usize;
            LayerBudget { active: active.min(layer.weights), ..layer.clone() }
        };
        Self { layers: self.layers.iter().map(widened).collect() }
    }

    /// The budget of the same distribution at a higher density of the layers that are not exempt.
    ///
    /// Densities of ER, ERK, uniform and global are in proportion to numbers that do not depend on the sparsity, as far
    /// as no layer is dense. A group of a pattern keeps the whole number of weights that is nearest to the density.
    pub fn at_density(&self, density: f64) -> Self {
        let own: Vec<f64> =
            self.layers.iter().map(|layer| layer.active as f64 / layer.weights as f64).collect();
        let weights: Vec<usize> = self.layers.iter().map(|layer| layer.weights).collect();
        let apart: Vec<bool> =
            self.layers.iter().map(|layer| layer.exempt || layer.pattern.is_some()).collect();
        let (_, densities) = erdos_renyi::scaled(&own, &weights, &apart, 1.0 - density);
        let wider = |(layer, share): (&LayerBudget, &f64)| match layer.pattern {
            None => {
                let active = (share * layer.weights as f64).round() as usize;
                LayerBudget { active: active.max(layer.active), ..layer.clone() }
            }
            Some(Pattern { keep, of }) => {
                let nearest = (density * f64::from(of)).round() as u8;
                layer.keeping(Pattern { keep: nearest.clamp(keep, of), of })
            }
        };
        Self { layers: self.layers.iter().zip(&densities).map(wider).collect() }
    }

    /// The nearest budget in which all outputs of a layer have as many active weights, one at least.
    pub fn with_constant_fan_in(mut self) -> Self {
        for layer in &mut self.layers {
            let fan_in = layer.fan_in_of(layer.outputs);
            (layer.fan_in, layer.active) = (Some(fan_in), fan_in * layer.outputs);
        }
        self
    }

    /// The budget in which every layer is the share `way` of the way from dense to this one. A group of a pattern
    /// keeps a whole number of weights, at least that of its pattern.
    pub fn ramp(&self, way: f64) -> Self {
        let left = |all: usize, kept: usize| all - ((all - kept) as f64 * way + 1e-6).floor() as usize;
        let layer = |layer: &LayerBudget| match layer.pattern {
            None => LayerBudget { active: left(layer.weights, layer.active), ..layer.clone() },
            Some(Pattern { keep, of }) => {
                layer.keeping(Pattern { keep: left(usize::from(of), usize::from(keep)) as u8, of })
            }
        };
        Self { layers: self.layers.iter().map(layer).collect() }
    }

    /// The budget in which every weight is active.
    pub fn dense(layers: &[Layer]) -> Self {
        Self { layers: layers.iter().map(|layer| LayerBudget::new(layer, layer.weights())).collect() }
    }
}

impl LayerBudget {
    /// `active` weights of `layer`, wherever they are.
    pub(super) fn new(layer: &Layer, active: usize) -> Self {
        let (name, weights) = (layer.name.clone(), layer.weights());
        Self {
            layer: name,
            weights,
            active,
            outputs: layer.outputs,
            is_output: layer.is_output,
            fan_in: None,
            macs: layer.macs,
            pattern: None,
            exempt: false,
        }
    }

    /// The layer under another pattern with groups of the same size.
    fn keeping(&self, pattern: Pattern) -> Self {
        let active = self.weights / usize::from(pattern.of) * usize::from(pattern.keep);
        Self { active, pattern: Some(pattern), ..self.clone() }
    }

    /// The active weights that each of `outputs` outputs has when they share the layer's as equally as whole
    /// numbers allow; one at least, and not more than the dense layer's.
    pub fn fan_in_of(&self, outputs: usize) -> usize {
        let share = self.active as f64 / outputs.max(1) as f64;
        (share.round() as usize).clamp(1, self.dense_fan_in())
    }

    /// The weights of an output in the dense layer.
    pub fn dense_fan_in(&self) -> usize {
        self.weights / self.outputs
    }

    /// The number of weights that `pattern` keeps in `layer`, whose inputs come in whole groups.
    pub(super) fn patterned(layer: &Layer, pattern: Pattern) -> Self {
        Self::new(layer, 0).keeping(pattern)
    }
}

#[cfg(test)]
mod tests {
    use crate::{Distribution, Pattern};

    /// Both budgets round every layer to whole weights, and that of the lower density is multiplied.
    #[test]
    fn a_budget_at_another_density_is_that_of_its_distribution() {
        for network in [
            network::wide_resnet(22, 2, 10, 32),
            network::resnet50(1000, 224),
            network::mobilenet_v1(1000, 224),
        ] {
            let layers = network.layers();
            for name in ["uniform", "er", "erk", "global"] {
                let distribution: Distribution = name.parse().unwrap();
                let budget = distribution.budget(&layers, 0.9).unwrap();
                for density in [0.1, 0.3, 0.5, 0.9] {
                    let expected = distribution.budget(&layers, 1.0 - density).unwrap();
                    let rounding = layers.len() as f64 / budget.active() as f64;
                    for (layer, expected) in budget.at_density(density).layers.iter().zip(&expected.layers) {
                        let difference = layer.active.abs_diff(expected.active) as f64;
                        let most = 2.0 + density / 0.1 + rounding * expected.active as f64;
                        assert!(difference <= most, "{name} {density}: {layer:?}, {expected:?}");
                    }
                }
                assert_eq!(budget.at_density(1.0).active(), budget.weights(), "{name}");
            }
        }
        // The ratio of WRN-22-2 by ERK at 50 %.
        let wide = Distribution::Erk.budget(&network::wide_resnet(22, 2, 10, 32).layers(), 0.95).unwrap();
        assert!((wide.at_density(0.5).inference_ratio() - 0.7282).abs() < 2e-4);

        let layers = network::wide_resnet(10, 1, 10, 32).layers();
        let budget = Distribution::Pattern(Pattern { keep: 1, of: 4 }).budget(&layers, 0.75).unwrap();
        let kept = |density: f64| budget.at_density(density).layers[1].pattern.unwrap().keep;
        assert_eq!((kept(0.1), kept(0.5), kept(1.0)), (1, 2, 4));
    }

    #[test]
    fn a_ramp_goes_from_dense_to_the_budget() {
        let layers = network::wide_resnet(10, 1, 10, 32).layers();
        for name in Distribution::NAMES {
            let distribution: Distribution = name.parse().unwrap();
            let sparsity = distribution.pattern().map_or(0.9, |pattern| pattern.sparsity());
            let budget = distribution.budget(&layers, sparsity).unwrap();
            assert_eq!((budget.ramp(0.0).active(), budget.ramp(1.0)), (budget.weights(), budget.clone()));
            let half = budget.ramp(0.5);
            for (half, end) in half.layers.iter().zip(&budget.layers) {
                let zeros = (end.weights - end.active) as f64 / 2.0;
                let unit = end.pattern.map_or(1, |pattern| end.weights / usize::from(pattern.of));
                assert!(((end.weights - half.active) as f64 - zeros).abs() < unit as f64, "{name}: {half:?}");
                assert!(half.active >= end.active, "{name}: {half:?}");
            }
        }
    }
}
