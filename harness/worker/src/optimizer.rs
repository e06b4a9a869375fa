//! Stochastic gradient descent with Nesterov momentum on flat tensors, for a
//! part of the weights.
//!
//! As PyTorch's SGD: `g += wd w; b = mu b + g; w -= rate (g + mu b)`. A weight
//! outside the part that is updated does not move: it is not decayed, and its
//! momentum stays as it is.

use tch::{Kind, Tensor};

/// Momentum and decay; the rate is a tensor, so that a recorded step can be replayed with another.
#[derive(Debug)]
pub struct Sgd {
    momentum: f64,
    decay: Tensor,
    rate: Tensor,
}

/// Which elements an update changes.
pub(crate) enum Part<'a> {
    /// All.
    All,
    /// Those of the mask; the momentum of the others is zero already.
    Live(&'a Tensor),
    /// Those of the mask; the others keep the momentum they have.
    Only(&'a Tensor),
}

impl Sgd {
    /// Nesterov `momentum` and L2 `weight_decay` for tensors on the device of `like`.
    pub fn new(momentum: f64, weight_decay: f64, like: &Tensor) -> Self {
        let scalar = |value: f64| Tensor::from(value as f32).to_kind(Kind::Float).to_device(like.device());
        Self { momentum, decay: scalar(weight_decay), rate: scalar(0.0) }
    }

    /// Sets the learning rate of the steps to come.
    pub fn set_rate(&mut self, rate: f64) {
        let _ = self.rate.fill_(rate);
    }

    /// Updates `values` and `momentum` in place; `gradient` is used up.
    pub(crate) fn update(&self, values: &mut Tensor, momentum: &mut Tensor, gradient: &mut Tensor, part: Part) {
        let _ = gradient.addcmul_(values, &self.decay);
        let mut step = match part {
            Part::All => self.accumulate(momentum, gradient),
            Part::Live(mask) => {
                *gradient *= mask;
                self.accumulate(momentum, gradient)
            }
            Part::Only(mask) => {
                *gradient *= mask;
                let mut own = momentum.g_mul(mask);
                let step = self.accumulate(&mut own, gradient);
                let kept = own.where_self(mask, momentum);
                momentum.copy_(&kept);
                step
            }
        };
        step *= &self.rate;
        *values -= step;
    }

    /// `b = mu b + g`; returns `g + mu b`.
    fn accumulate(&self, momentum: &mut Tensor, gradient: &Tensor) -> Tensor {
        *momentum *= self.momentum;
        *momentum += gradient;
        let mut step = &*momentum * self.momentum;
        step += gradient;
        step
    }
}
