//! A threshold for every layer that is trained with its weights (STR, arXiv 2002.03231).
//!
//! A layer trains a number s; its threshold is t = sigmoid(s), and its weight w
//! runs as S(w, s) = sign(w) max(|w| - t, 0). So the gradient g by what ran
//! reaches w where |w| > t and nothing elsewhere, and s as
//! - t (1 - t) times the sum of sign(w) g over the weights with |w| > t.

use tch::{Device, Kind, Tensor};

/// The thresholds of all layers, and their momentum.
#[derive(Debug)]
pub struct Thresholds {
    /// s of every layer.
    pub values: Tensor,
    /// Momentum of every s.
    pub momentum: Tensor,
    /// First weight and number of weights of every layer.
    slices: Vec<(i64, i64)>,
    /// Number of weights of every layer, on the device.
    lengths: Tensor,
}

impl Thresholds {
    /// The same s for every layer, with layers as in [`Parameters::slices`](crate::Parameters::slices).
    pub fn new(initial: f64, slices: &[(i64, i64)], device: Device) -> Self {
        let lengths: Vec<i64> = slices.iter().map(|(_, length)| *length).collect();
        let values = Tensor::full([lengths.len() as i64], initial, (Kind::Float, device));
        let momentum = values.zeros_like();
        Self {
            values,
            momentum,
            slices: slices.to_vec(),
            lengths: Tensor::from_slice(&lengths).to_device(device),
        }
    }

    /// The weights as they run.
    pub fn shrink(&self, weights: &Tensor) -> Tensor {
        weights.sign() * self.excess(weights).relu()
    }

    /// The weights that run with a value other than zero.
    pub fn support(&self, weights: &Tensor) -> Tensor {
        self.excess(weights).gt(0.0)
    }

    /// The gradient by every s, given that by the weights as they ran.
    pub fn gradient(&self, by_running: &Tensor, weights: &Tensor) -> Tensor {
        let outwards = by_running * weights.sign() * self.support(weights);
        let sums =
            self.slices.iter().map(|(start, length)| outwards.narrow(0, *start, *length).sum(Kind::Float));
        let t = self.values.sigmoid();
        -Tensor::stack(&sums.collect::<Vec<_>>(), 0) * &t * (1.0 - &t)
    }

    /// By how much each weight exceeds its layer's threshold.
    fn excess(&self, weights: &Tensor) -> Tensor {
        // With the size told, the host does not wait for the device.
        let size = weights.size1().expect("weights are flat");
        weights.abs() - self.values.sigmoid().repeat_interleave_self_tensor(&self.lengths, 0, size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both gradients are those that libtorch derives from the formula, for thresholds that leave all, some and none.
    #[test]
    fn gradients_are_those_of_the_formula() {
        tch::manual_seed(0);
        let slices = [(0, 40), (40, 60), (100, 7)];
        let mut thresholds = Thresholds::new(0.0, &slices, Device::Cpu);
        thresholds.values.copy_(&Tensor::from_slice(&[-3200.0f32, -1.0, 5.0]));
        let options = (Kind::Float, Device::Cpu);
        let (weights, target) = (Tensor::randn([107], options), Tensor::randn([107], options));
        let w = weights.copy().set_requires_grad(true);
        let s = thresholds.values.copy().set_requires_grad(true);
        let layers = slices.iter().enumerate().map(|(layer, (start, length))| {
            let (w, s) = (w.narrow(0, *start, *length), s.narrow(0, layer as i64, 1));
            w.sign() * (w.abs() - s.sigmoid()).relu()
        });
        let running = Tensor::cat(&layers.collect::<Vec<_>>(), 0);
        assert!(running.detach().equal(&thresholds.shrink(&weights)));
        let loss = (&running - &target).square().sum(Kind::Float);
        let expected = Tensor::run_backward(&[&loss], &[&w, &s, &running], false, false);
        let by_running = &expected[2];
        let close = |found: &Tensor, expected: &Tensor| {
            assert!(found.allclose(expected, 1e-5, 1e-6, false), "{found}")
        };
        close(&(by_running * thresholds.support(&weights)), &expected[0]);
        close(&thresholds.gradient(by_running, &weights), &expected[1]);
        assert!(expected[1].double_value(&[1]).abs() > 0.1, "some threshold has a gradient");
        assert_eq!(running.not_equal(0.0).sum(Kind::Int64), thresholds.support(&weights).sum(Kind::Int64));
        let kept = |layer: usize| {
            let (start, length) = slices[layer];
            thresholds.support(&weights).narrow(0, start, length).sum(Kind::Int64).int64_value(&[])
        };
        assert!(kept(0) == 40 && (1..60).contains(&kept(1)) && kept(2) < 7);
    }
}
