//! A step of stochastic gradient descent in one pass over its tensors.

use crate::{Result, ffi};
use tch::Tensor;

/// Momentum, its kind, and L2 decay.
#[derive(Clone, Copy, Debug)]
pub struct SgdRule {
    /// Factor of the momentum.
    pub momentum: f64,
    /// Whether it is Nesterov's.
    pub nesterov: bool,
    /// Factor of the weight decay.
    pub decay: f64,
}

/// `g += decay v; b = momentum b + g; v -= rate (g + momentum b)` with Nesterov's momentum, `v -= rate b`
/// without: `v` is `values`, `g` `gradient`, `b` `momentum`. With a momentum of 0 the buffer is left as it is.
///
/// The first three are contiguous, of one shape and number format, and on one device, as is `rate`, a 32-bit number: on
/// CUDA nothing waits for it, so that a recorded step can be replayed with another.
///
/// # Errors
///
/// Where libtorch refuses the tensors.
pub fn fused_sgd(
    rule: SgdRule,
    values: &mut Tensor,
    gradient: &mut Tensor,
    momentum: &mut Tensor,
    rate: &Tensor,
) -> Result<()> {
    let SgdRule { momentum: factor, nesterov, decay } = rule;
    let [values, gradient, momentum] = [values, gradient, momentum].map(Tensor::as_mut_ptr);
    // SAFETY: all four point to libtorch tensors that outlive the call; the three that it writes to are borrowed
    // mutably, and it only reads the rate.
    ffi::check(unsafe {
        ffi::te_fused_sgd(
            values.cast(),
            gradient.cast(),
            momentum.cast(),
            rate.as_ptr().cast_mut().cast(),
            decay,
            factor,
            nesterov,
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_need_be_no_momentum() {
        for nesterov in [true, false] {
            let rule = SgdRule { momentum: 0.0, nesterov, decay: 0.1 };
            let [mut values, mut gradient, mut momentum] =
                [1.0f32, 0.5, 7.0].map(|value| Tensor::from_slice(&[value]));
            let rate = Tensor::from(0.1f32);
            fused_sgd(rule, &mut values, &mut gradient, &mut momentum, &rate).unwrap();
            let moved = values.double_value(&[0]);
            assert!((moved - (1.0 - 0.1 * (0.5 + 0.1 * 1.0))).abs() < 1e-6, "{moved}");
            assert_eq!(momentum.double_value(&[0]), 7.0);
        }
    }

    #[test]
    fn tensors_of_different_shapes_are_refused() {
        let rule = SgdRule { momentum: 0.9, nesterov: true, decay: 0.0 };
        let zeros = |count: i64| Tensor::zeros([count], (tch::Kind::Float, tch::Device::Cpu));
        let refused = fused_sgd(rule, &mut zeros(3), &mut zeros(4), &mut zeros(3), &Tensor::from(0.1f32));
        assert!(refused.is_err());
    }
}
