//! The criteria, evaluated: what is gathered from gradients, and the score of
//! every weight, or of every channel, when the structure changes.

use crate::channel_map::ChannelMap;
use crate::gradients::Gradients;
use crate::tensor_bytes::NamedTensor;
use sparsity::Criterion;
use std::collections::BTreeMap;
use std::rc::Rc;
use tch::{Kind, Tensor};

/// Weight of the past in [`Criterion::GradientMomentum`] (SNFS, arXiv 1907.04840: the optimizer's 0.9).
const GRADIENT_MOMENTUM: f64 = 0.9;

/// Weight of the gradient in [`Criterion::MagnitudeGradient`] (neu-spiral/SparCL, `--sp-lmd`).
const GRADIENT_WEIGHT: f64 = 0.5;

/// A saliency of single weights. Larger is more important.
trait Saliency {
    /// Adds what a step with these `weights` in its forward pass says, by its gradients.
    fn gather(&self, gathered: &mut Tensor, weights: &Tensor, gradients: &Gradients);
    /// The score of every weight.
    fn score(&self, gathered: Option<&Tensor>, values: &Tensor) -> Tensor;
    /// Whether the score is that of the mean over the steps, and not of their sum: where something else is added to it.
    fn is_of_means(&self) -> bool {
        false
    }
    /// Whether what was gathered is reset once it was used.
    fn starts_anew(&self) -> bool {
        true
    }
}

struct Magnitude;
struct Gradient;
struct MagnitudeGradient;
struct GradientMomentum;
struct Taylor;
struct Snip;
struct Grasp;
struct Random;

impl Saliency for Magnitude {
    fn gather(&self, _: &mut Tensor, _: &Tensor, _: &Gradients) {}

    fn score(&self, _: Option<&Tensor>, values: &Tensor) -> Tensor {
        values.abs()
    }
}

impl Saliency for Gradient {
    fn gather(&self, gathered: &mut Tensor, _: &Tensor, gradients: &Gradients) {
        *gathered += &gradients.weights;
    }

    fn score(&self, gathered: Option<&Tensor>, values: &Tensor) -> Tensor {
        gathered.map_or_else(|| values.zeros_like(), Tensor::abs)
    }
}

impl Saliency for MagnitudeGradient {
    fn gather(&self, gathered: &mut Tensor, weights: &Tensor, gradients: &Gradients) {
        Gradient.gather(gathered, weights, gradients);
    }

    fn is_of_means(&self) -> bool {
        true
    }

    fn score(&self, gathered: Option<&Tensor>, values: &Tensor) -> Tensor {
        values.abs() + Gradient.score(gathered, values) * GRADIENT_WEIGHT
    }
}

impl Saliency for GradientMomentum {
    fn gather(&self, gathered: &mut Tensor, _: &Tensor, gradients: &Gradients) {
        *gathered *= GRADIENT_MOMENTUM;
        *gathered += &gradients.weights * (1.0 - GRADIENT_MOMENTUM);
    }

    fn score(&self, gathered: Option<&Tensor>, values: &Tensor) -> Tensor {
        Gradient.score(gathered, values)
    }

    fn starts_anew(&self) -> bool {
        false
    }
}

impl Saliency for Taylor {
    fn gather(&self, gathered: &mut Tensor, weights: &Tensor, gradients: &Gradients) {
        let _ = gathered.addcmul_(weights, &gradients.weights);
    }

    fn score(&self, gathered: Option<&Tensor>, values: &Tensor) -> Tensor {
        Gradient.score(gathered, values)
    }
}

impl Saliency for Snip {
    fn gather(&self, gathered: &mut Tensor, weights: &Tensor, gradients: &Gradients) {
        *gathered += (weights * &gradients.weights).abs_();
    }

    fn score(&self, gathered: Option<&Tensor>, values: &Tensor) -> Tensor {
        gathered.map_or_else(|| values.zeros_like(), Tensor::copy)
    }
}

impl Saliency for Grasp {
    fn gather(&self, gathered: &mut Tensor, weights: &Tensor, gradients: &Gradients) {
        if let Some(curvature) = &gradients.curvature {
            let _ = gathered.addcmul_(weights, curvature);
        }
    }

    fn score(&self, gathered: Option<&Tensor>, values: &Tensor) -> Tensor {
        Snip.score(gathered, values)
    }
}

impl Saliency for Random {
    fn gather(&self, _: &mut Tensor, _: &Tensor, _: &Gradients) {}

    fn score(&self, _: Option<&Tensor>, values: &Tensor) -> Tensor {
        values.rand_like()
    }
}

fn saliency(criterion: Criterion) -> &'static dyn Saliency {
    match criterion {
        Criterion::Magnitude => &Magnitude,
        Criterion::Gradient => &Gradient,
        Criterion::MagnitudeGradient => &MagnitudeGradient,
        Criterion::GradientMomentum => &GradientMomentum,
        Criterion::Taylor | Criterion::TaylorWeights => &Taylor,
        Criterion::Snip => &Snip,
        Criterion::Grasp => &Grasp,
        Criterion::Random => &Random,
    }
}

/// What has been gathered so far, by criterion.
///
/// Sums take the place of means where they order weights alike: within one choice all were scored equally often.
#[derive(Debug, Default)]
pub struct Scores {
    gathered: BTreeMap<Criterion, Tensor>,
    /// The number of steps that were gathered, where the mean over them counts.
    steps: BTreeMap<Criterion, Tensor>,
    /// Where whole channels are scored.
    channels: Option<Rc<ChannelMap>>,
    /// Scores that stand as they are, where two devices are to choose by the same.
    given: BTreeMap<Criterion, Tensor>,
}

impl Scores {
    /// Uses `scores` in place of what would be computed for these criteria, until others are given.
    pub(crate) fn give(&mut self, scores: BTreeMap<Criterion, Tensor>) {
        self.given = scores;
    }

    /// Scores of channels instead of weights.
    pub(crate) fn of_channels(map: &Rc<ChannelMap>) -> Self {
        Self { channels: Some(map.clone()), ..Self::default() }
    }

    /// Allocates what `criteria` need, so that gathering allocates nothing.
    pub(crate) fn expect(&mut self, criteria: &[Criterion], weights: &Tensor) {
        for criterion in criteria.iter().filter(|criterion| criterion.needs_gradients()) {
            let room = || match &self.channels {
                None => weights.zeros_like(),
                Some(map) => Tensor::zeros([map.channels()], (Kind::Float, weights.device())),
            };
            self.gathered.entry(*criterion).or_insert_with(room);
            if saliency(*criterion).is_of_means() {
                let none = || Tensor::zeros([], (Kind::Float, weights.device()));
                self.steps.entry(*criterion).or_insert_with(none);
            }
        }
    }

    /// Adds what a step says for `criteria`: the values of its forward pass, and its gradients.
    pub(crate) fn gather(
        &mut self,
        criteria: &[Criterion],
        weights: &Tensor,
        others: &Tensor,
        gradients: &Gradients,
    ) {
        self.expect(criteria, weights);
        for criterion in criteria {
            if let Some(steps) = self.steps.get_mut(criterion) {
                *steps += 1.0;
            }
            match (self.gathered.get_mut(criterion), &self.channels) {
                (Some(gathered), None) => saliency(*criterion).gather(gathered, weights, gradients),
                (Some(gathered), Some(map)) => {
                    *gathered += map.gathered(*criterion, weights, others, gradients);
                }
                (None, _) => {}
            }
        }
    }

    /// Scores of all weights (weights), or of all channels (channels), where `values` are the values of the
    /// weights.
    pub fn of(&self, criterion: Criterion, values: &Tensor) -> Tensor {
        if let Some(given) = self.given.get(&criterion) {
            return given.copy();
        }
        let gathered = self.gathered.get(&criterion);
        match (&self.channels, criterion, gathered) {
            (None, ..) => {
                let steps = self.steps.get(&criterion).map(|steps| steps.clamp_min(1.0));
                let mean = gathered.zip(steps).map(|(sum, steps)| sum / steps);
                saliency(criterion).score(mean.as_ref().or(gathered), values)
            }
            (Some(map), Criterion::Magnitude, _) => map.norms(values),
            (Some(map), Criterion::Random, _) | (Some(map), _, None) => map.random(values.device()),
            (Some(_), _, Some(gathered)) => gathered.copy(),
        }
    }

    /// Resets what was gathered for `criteria`, which were just used.
    pub(crate) fn used(&mut self, criteria: &[Criterion]) {
        for criterion in criteria.iter().filter(|criterion| saliency(**criterion).starts_anew()) {
            for gathered in [self.gathered.get_mut(criterion), self.steps.get_mut(criterion)] {
                gathered.into_iter().for_each(|gathered| _ = gathered.zero_());
            }
        }
    }

    /// The state, for a checkpoint.
    pub(crate) fn state(&self) -> Vec<NamedTensor> {
        let named = |of: &'static str| {
            move |(criterion, tensor): (&Criterion, &Tensor)| {
                (format!("{of}.{}", criterion.name()), tensor.shallow_clone())
            }
        };
        self.gathered.iter().map(named("score")).chain(self.steps.iter().map(named("score_steps"))).collect()
    }

    /// Restores a state, on the device of `weights`, where recorded steps add to it.
    pub(crate) fn restore(&mut self, state: &BTreeMap<String, Tensor>, weights: &Tensor) {
        for (of, tensors) in [("score", &mut self.gathered), ("score_steps", &mut self.steps)] {
            for name in Criterion::NAMES {
                let Ok(criterion) = name.parse() else { continue };
                match (state.get(&format!("{of}.{name}")), tensors.get_mut(&criterion)) {
                    (Some(saved), Some(tensor)) => tensor.copy_(saved),
                    (Some(saved), None) => {
                        let own = saved.to_device(weights.device()).to_kind(Kind::Float).copy();
                        tensors.insert(criterion, own);
                    }
                    (None, Some(tensor)) => drop(tensor.zero_()),
                    (None, None) => {}
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector(values: &[f32]) -> Tensor {
        Tensor::from_slice(values)
    }

    #[test]
    fn criteria_are_their_formulas() {
        let weights = vector(&[1.0, -2.0, 0.0]);
        let (first, second) = (vector(&[1.0, 1.0, -3.0]), vector(&[-2.0, 1.0, 1.0]));
        let all = [
            Criterion::Gradient,
            Criterion::Taylor,
            Criterion::MagnitudeGradient,
            Criterion::GradientMomentum,
            Criterion::Snip,
            Criterion::Grasp,
        ];
        let mut scores = Scores::default();
        for gradient in [&first, &second] {
            let curvature = Some(gradient * 2.0 + 1.0);
            let gradients = Gradients { weights: gradient.copy(), curvature, others: None };
            scores.gather(&all, &weights, &vector(&[]), &gradients);
        }
        let close = |criterion, expected: &[f32]| {
            let difference = (scores.of(criterion, &weights) - vector(expected)).abs().max();
            assert!(f64::try_from(difference).unwrap() < 1e-6, "{criterion:?}");
        };
        close(Criterion::Magnitude, &[1.0, 2.0, 0.0]);
        close(Criterion::Gradient, &[1.0, 2.0, 2.0]);
        close(Criterion::Taylor, &[1.0, 4.0, 0.0]);
        // |w| + 0.5 |(g1 + g2) / 2|
        close(Criterion::MagnitudeGradient, &[1.25, 2.5, 0.5]);
        close(Criterion::Snip, &[3.0, 4.0, 0.0]);
        // w (2 g + 1), with its sign.
        close(Criterion::Grasp, &[0.0, -12.0, 0.0]);
        // 0.9 (0.1 g1) + 0.1 g2
        close(Criterion::GradientMomentum, &[0.11, 0.19, 0.17]);
    }

    #[test]
    fn use_starts_anew_except_for_the_smoothed_gradient() {
        let weights = vector(&[1.0]);
        let mut scores = Scores::default();
        let both = [Criterion::Gradient, Criterion::GradientMomentum];
        let gradients = Gradients { weights: vector(&[5.0]), curvature: None, others: None };
        scores.gather(&both, &weights, &vector(&[]), &gradients);
        scores.used(&both);
        assert_eq!(f64::try_from(scores.of(Criterion::Gradient, &weights)).unwrap(), 0.0);
        assert!(f64::try_from(scores.of(Criterion::GradientMomentum, &weights)).unwrap() > 0.4);
    }
}
