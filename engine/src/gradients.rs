//! Gradients of one micro-batch of a step, and their mean over the micro-batches.

use crate::Parameters;
use tch::{Kind, Tensor};

/// Gradients of a loss, flat like the parameters.
#[derive(Debug)]
pub(crate) struct Gradients {
    /// By the weights, 32-bit.
    pub weights: Tensor,
    /// By biases and batch norms, if they were asked for.
    pub others: Option<Tensor>,
    /// The Hessian by the weights times the gradient by the weights, if it was asked for.
    pub curvature: Option<Tensor>,
}

/// Gradients of `loss` by `weights` and `others` (empty: not asked for), and the curvature if `curved`.
pub(crate) fn differentiate(loss: &Tensor, weights: &[Tensor], others: &[Tensor], curved: bool) -> Gradients {
    let leaves: Vec<&Tensor> = weights.iter().chain(others).collect();
    let mut gradients = Tensor::run_backward(&[loss], &leaves, curved, curved);
    let rest = gradients.split_off(weights.len());
    let curvature = curved.then(|| flat(&hessian_product(&gradients, &gradients, weights)));
    let others = (!rest.is_empty()).then(|| Tensor::cat(&rest, 0).detach());
    Gradients { weights: flat(&gradients), others, curvature }
}

/// The Hessian by `weights`, times `vector`: the gradient of `g . stop(vector)`, where g are the `gradients` by the weights,
/// with their graph.
pub(crate) fn hessian_product(gradients: &[Tensor], vector: &[Tensor], weights: &[Tensor]) -> Vec<Tensor> {
    let products = gradients.iter().zip(vector).map(|(g, v)| (g * v.detach()).sum(Kind::Float));
    let product = products.reduce(|sum, product| sum + product).expect("a network has weights");
    let leaves: Vec<&Tensor> = weights.iter().collect();
    Tensor::run_backward(&[&product], &leaves, false, false)
}

fn flat(gradients: &[Tensor]) -> Tensor {
    Parameters::flatten(gradients).detach().to_kind(Kind::Float)
}

impl Gradients {
    /// Zeros for the gradients of `parameters`; curvature is added when it is needed.
    pub fn zero(parameters: &Parameters) -> Self {
        Self {
            weights: parameters.weights.zeros_like(),
            others: Some(parameters.others.zeros_like()),
            curvature: None,
        }
    }

    /// Adds those of one of `count` micro-batches, so that the sum is the gradient of the mean loss; the
    /// `first` replaces what was there.
    pub fn add(&mut self, one: &Self, first: bool, count: u64) {
        let share = 1.0 / count as f64;
        add(&mut self.weights, &one.weights, first, share);
        if let (Some(sum), Some(one)) = (&mut self.others, &one.others) {
            add(sum, one, first, share);
        }
        if let Some(one) = &one.curvature {
            let sum = self.curvature.get_or_insert_with(|| one.zeros_like());
            add(sum, one, first, share);
        }
    }

    /// A copy that may be overwritten; `others` is whether those by biases and batch norms are wanted.
    pub fn copy(&self, others: bool) -> Self {
        Self {
            weights: self.weights.copy(),
            others: self.others.as_ref().filter(|_| others).map(Tensor::copy),
            curvature: self.curvature.as_ref().map(Tensor::shallow_clone),
        }
    }
}

fn add(sum: &mut Tensor, one: &Tensor, first: bool, share: f64) {
    let one = one * share;
    if first {
        sum.copy_(&one);
    } else {
        *sum += one;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// f(w) = sum of w^3: the gradient is 3 w^2, the Hessian diagonal 6 w, their product 18 w^3.
    #[test]
    fn the_curvature_is_the_hessian_times_the_gradient() {
        let w = Tensor::from_slice(&[1.0f32, -2.0, 0.5]).set_requires_grad(true);
        let loss = w.pow_tensor_scalar(3).sum(Kind::Float);
        let found = differentiate(&loss, &[w], &[], true);
        let close = |tensor: &Tensor, expected: &[f32]| {
            assert!(tensor.allclose(&Tensor::from_slice(expected), 1e-5, 1e-5, false), "{tensor}");
        };
        close(&found.weights, &[3.0, 12.0, 0.75]);
        close(found.curvature.as_ref().unwrap(), &[18.0, -144.0, 2.25]);
        assert!(found.others.is_none());
    }

    #[test]
    fn micro_batches_sum_to_the_gradient_of_their_mean() {
        let gradients = |value: f64| Gradients {
            weights: Tensor::from_slice(&[value as f32]),
            others: None,
            curvature: Some(Tensor::from_slice(&[10.0 * value as f32])),
        };
        let network = network::wide_resnet(10, 1, 10, 32);
        let mut sum = Gradients {
            weights: gradients(9.0).weights,
            ..Gradients::zero(&Parameters::neutral(&network, tch::Device::Cpu))
        };
        for step in 0..2 {
            for number in 0..4 {
                sum.add(&gradients(f64::from(number + step)), number == 0, 4);
            }
            let whole = sum.copy(false);
            assert_eq!(whole.weights.double_value(&[0]), 1.5 + f64::from(step));
            assert_eq!(whole.curvature.unwrap().double_value(&[0]), 15.0 + 10.0 * f64::from(step));
            assert!(whole.others.is_none());
        }
    }
}
