//! Stochastic gradient descent with momentum on flat tensors, for a part of
//! the weights.
//!
//! As PyTorch's SGD: `g += wd w; b = mu b + g; w -= rate (g + mu b)` with
//! Nesterov's momentum, `w -= rate b` without. A weight outside the part that
//! is updated does not change: it is not decayed, and its momentum is kept.

use sparsity::Update;
use tch::{Kind, Tensor};
use torch_ext::SgdRule;

/// Momentum and decay; the rate is a tensor, so that a recorded step can be replayed with another.
#[derive(Debug)]
pub struct Sgd {
    rule: SgdRule,
    /// The decay as a tensor, for parts that are masked first.
    decay: Tensor,
    rate: Tensor,
}

/// The elements of a flat tensor that an update changes.
#[derive(Debug)]
pub(crate) enum Part {
    /// All.
    All,
    /// Those of the mask; the momentum of the others is zero already.
    Active(Tensor),
    /// Those of the mask; the others keep the momentum they have.
    Only(Tensor),
}

impl Part {
    /// What `update` changes of parameters of which those in `mask` are active, if anything; without a mask,
    /// all are active.
    pub fn of(update: Update, mask: Option<&Tensor>) -> Option<Self> {
        match (update, mask) {
            (Update::Nothing, _) | (Update::Inactive { .. }, None) => None,
            (Update::Everything | Update::StraightThrough { .. } | Update::SoftThreshold { .. }, _)
            | (Update::Active | Update::Backward { .. }, None) => Some(Self::All),
            (Update::Active | Update::Backward { .. }, Some(mask)) => {
                Some(Self::Active(mask.shallow_clone()))
            }
            (Update::Inactive { .. }, Some(mask)) => Some(Self::Only(mask.logical_not())),
        }
    }
}

impl Sgd {
    /// `momentum`, `nesterov`'s or not, and L2 `weight_decay` for tensors on the device of `like`.
    pub fn new(momentum: f64, nesterov: bool, weight_decay: f64, like: &Tensor) -> Self {
        let scalar = |value: f64| Tensor::from(value as f32).to_kind(Kind::Float).to_device(like.device());
        let rule = SgdRule { momentum, nesterov, decay: weight_decay };
        Self { rule, decay: scalar(weight_decay), rate: scalar(0.0) }
    }

    /// Sets the learning rate of the steps to come.
    pub fn set_rate(&mut self, rate: f64) {
        let _ = self.rate.fill_(rate);
    }

    /// Updates `values` and `momentum` in place; `gradient` is overwritten. Whole tensors take one pass, masked ones
    /// two more: what is outside the mask is not decayed either.
    pub(crate) fn update(
        &self,
        values: &mut Tensor,
        momentum: &mut Tensor,
        gradient: &mut Tensor,
        part: &Part,
    ) {
        let masked = SgdRule { decay: 0.0, ..self.rule };
        match part {
            Part::All => self.step(self.rule, values, gradient, momentum),
            Part::Active(mask) => {
                self.mask(gradient, values, mask);
                self.step(masked, values, gradient, momentum);
            }
            Part::Only(mask) => {
                self.mask(gradient, values, mask);
                let mut own = momentum.g_mul(mask);
                self.step(masked, values, gradient, &mut own);
                let kept = own.where_self(mask, momentum);
                momentum.copy_(&kept);
            }
        }
    }

    /// Decays the gradient, and lets nothing of it remain outside `mask`.
    fn mask(&self, gradient: &mut Tensor, values: &Tensor, mask: &Tensor) {
        let _ = gradient.addcmul_(values, &self.decay);
        *gradient *= mask;
    }

    fn step(&self, rule: SgdRule, values: &mut Tensor, gradient: &Tensor, momentum: &mut Tensor) {
        // The gradient is 32-bit, and so are the values but where precision is looked at.
        let mut gradient = gradient.to_kind(values.kind());
        let done = torch_ext::fused_sgd(rule, values, &mut gradient, momentum, &self.rate);
        done.expect("values, gradient and momentum have one layout");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against the formula, element by element in double precision, over several steps.
    #[test]
    fn updates_follow_the_formula_for_every_part() {
        let _guard = tch::no_grad_guard();
        let (rate, mu, decay) = (0.1, 0.9, 5e-2);
        let mask = [true, false, true, false];
        for (part, nesterov) in
            [("all", true), ("active", true), ("only", true), ("all", false), ("only", false)]
        {
            let mut values = [1.0f64, -2.0, 0.5, 3.0];
            // Where the mask is false, `active` presumes no momentum; `only` keeps what there is.
            let mut momentum = if part == "active" { [0.3, 0.0, -0.1, 0.0] } else { [0.3, 0.7, -0.1, -0.4] };
            let vector = |values: &[f64; 4]| Tensor::from_slice(&values.map(|value| value as f32));
            let (mut tensor, mut buffer) = (vector(&values), vector(&momentum));
            let mask_tensor = Tensor::from_slice(&mask);
            let mut sgd = Sgd::new(mu, nesterov, decay, &tensor);
            sgd.set_rate(rate);
            for step in 0..5 {
                let gradient: [f64; 4] = std::array::from_fn(|i| ((i + step * 3) as f64).sin());
                let chosen = match part {
                    "all" => Part::All,
                    "active" => Part::Active(mask_tensor.shallow_clone()),
                    _ => Part::Only(mask_tensor.shallow_clone()),
                };
                sgd.update(&mut tensor, &mut buffer, &mut vector(&gradient), &chosen);
                for i in (0..4).filter(|i| part == "all" || mask[*i]) {
                    let g = gradient[i] + decay * values[i];
                    momentum[i] = mu * momentum[i] + g;
                    values[i] -= rate * if nesterov { g + mu * momentum[i] } else { momentum[i] };
                }
                for i in 0..4 {
                    assert!((tensor.double_value(&[i as i64]) - values[i]).abs() < 1e-5, "{part} {step} {i}");
                    assert!(
                        (buffer.double_value(&[i as i64]) - momentum[i]).abs() < 1e-5,
                        "{part} {step} {i}"
                    );
                }
            }
        }
    }
}
