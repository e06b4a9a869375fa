//! Initial weights, drawn on the host so that every device starts the same.

use crate::Parameters;
use network::{Layer, LayerKind, Network, Op};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Normal, Uniform};
use suites::recipe::Initialisation;
use tch::{Device, Tensor};

/// Parameters with initial weights from `seed`: convolutions as in WideResNet, by [`Initialisation::Kaiming`].
pub fn initial_weights(network: &Network, seed: u64, device: Device) -> Parameters {
    initial_weights_by(Initialisation::Kaiming, network, seed, device)
}

/// Parameters with initial weights from `seed`.
///
/// Convolutions are drawn as `initialisation` says; fully connected layers uniformly within `1 / sqrt(fan in)`,
/// biases zero.
pub fn initial_weights_by(
    initialisation: Initialisation,
    network: &Network,
    seed: u64,
    device: Device,
) -> Parameters {
    let mut parameters = Parameters::neutral(network, device);
    let mut values: Vec<f32> = Vec::with_capacity(parameters.weights.numel());
    for (index, layer) in network.layers().iter().enumerate() {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(index as u64);
        draw(initialisation, layer, &mut rng, &mut values);
    }
    parameters.weights.copy_(&Tensor::from_slice(&values));
    if initialisation == Initialisation::KaimingZeroResidual {
        zero_residuals(network, &parameters);
    }
    parameters
}

/// Scales the batch norm at the end of every residual branch by zero: what a sum adds to the stream.
fn zero_residuals(network: &Network, parameters: &Parameters) {
    let added = network.nodes.iter().filter(|node| node.op == Op::Add).map(|node| node.inputs[0]);
    let last: Vec<usize> = added.filter(|&id| network.nodes[id].op == Op::BatchNorm).collect();
    for (segment, mut view) in parameters.segments() {
        if last.contains(&segment.node) && segment.name.ends_with(".weight") {
            let _ = view.zero_();
        }
    }
}

fn draw(initialisation: Initialisation, layer: &Layer, rng: &mut ChaCha8Rng, values: &mut Vec<f32>) {
    let count = layer.weights();
    let pixels = (layer.kernel * layer.kernel) as f32;
    match layer.kind {
        LayerKind::Conv if initialisation == Initialisation::Xavier => {
            let fans = (layer.inputs + layer.outputs / layer.groups) as f32 * pixels;
            let bound = (6.0 / fans).sqrt();
            let uniform = Uniform::new(-bound, bound).expect("the bounds are finite");
            values.extend(uniform.sample_iter(rng).take(count));
        }
        LayerKind::Conv => {
            let normal = Normal::new(0.0, (2.0 / (layer.outputs as f32 * pixels)).sqrt());
            let normal = normal.expect("the deviation is finite");
            values.extend(normal.sample_iter(rng).take(count));
        }
        LayerKind::Linear => {
            let bound = 1.0 / (layer.inputs as f32).sqrt();
            let uniform = Uniform::new(-bound, bound).expect("the bounds are finite");
            values.extend(uniform.sample_iter(rng).take(count));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::Kind;

    const DEVICE: Device = Device::Cpu;

    /// The variance of a layer's weights is 2 over fan in plus fan out, and none exceeds the bound of a uniform
    /// distribution of that variance.
    #[test]
    fn xavier_has_its_variance() {
        let network = network::resnet50(1000, 64);
        let parameters = initial_weights_by(Initialisation::Xavier, &network, 0, DEVICE);
        for name in ["layer3.0.conv2", "layer4.0.conv3"] {
            let at = network.layers().iter().position(|layer| layer.name == name).unwrap();
            let layer = &network.layers()[at];
            let variance = 2.0 / ((layer.inputs + layer.outputs) * layer.kernel * layer.kernel) as f64;
            let values = &parameters.weight_views(&parameters.weights)[at];
            let found = values.square().mean(Kind::Double).double_value(&[]);
            assert!((found / variance - 1.0).abs() < 0.02, "{name}: {found} instead of {variance}");
            assert!(values.abs().max().double_value(&[]) <= (3.0 * variance).sqrt() * 1.000_001);
        }
    }

    /// Sixteen blocks of ResNet-50 begin as the identity; nothing else differs.
    #[test]
    fn residual_branches_begin_as_nothing() {
        let network = network::resnet50(1000, 64);
        let plain = initial_weights(&network, 3, DEVICE);
        let zeroed = initial_weights_by(Initialisation::KaimingZeroResidual, &network, 3, DEVICE);
        assert!(plain.weights.equal(&zeroed.weights));
        let mut names = Vec::new();
        for ((segment, plain), (_, zeroed)) in plain.segments().zip(zeroed.segments()) {
            if !plain.equal(&zeroed) {
                assert_eq!(zeroed.abs().sum(Kind::Double).double_value(&[]), 0.0);
                names.push(segment.name.clone());
            }
        }
        assert_eq!((names.len(), names[0].as_str()), (16, "layer1.0.bn3.weight"));
    }
}
