//! Initial weights, drawn on the host so that every device starts the same.

use crate::Parameters;
use network::{Layer, LayerKind, Network};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Normal, Uniform};
use tch::{Device, Tensor};

/// Parameters with initial weights from `seed`.
///
/// Convolutions are drawn from a normal distribution of variance `2 / fan out`
/// (He et al., arXiv 1502.01852, as in WideResNet); fully connected layers
/// uniformly within `1 / sqrt(fan in)`, biases zero.
pub fn initial_weights(network: &Network, seed: u64, device: Device) -> Parameters {
    let mut parameters = Parameters::neutral(network, device);
    let mut values: Vec<f32> = Vec::with_capacity(parameters.weights.numel());
    for (index, layer) in network.layers().iter().enumerate() {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(index as u64);
        draw(layer, &mut rng, &mut values);
    }
    parameters.weights.copy_(&Tensor::from_slice(&values));
    parameters
}

fn draw(layer: &Layer, rng: &mut ChaCha8Rng, values: &mut Vec<f32>) {
    let count = layer.weights();
    match layer.kind {
        LayerKind::Conv => {
            let fan_out = (layer.outputs * layer.kernel * layer.kernel) as f32;
            let normal = Normal::new(0.0, (2.0 / fan_out).sqrt()).expect("the deviation is finite");
            values.extend(normal.sample_iter(rng).take(count));
        }
        LayerKind::Linear => {
            let bound = 1.0 / (layer.inputs as f32).sqrt();
            let uniform = Uniform::new(-bound, bound).expect("the bounds are finite");
            values.extend(uniform.sample_iter(rng).take(count));
        }
    }
}
