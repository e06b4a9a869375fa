//! Initial weights, drawn on the host so that every device starts the same.

use crate::Parameters;
use network::{Layer, LayerKind, Network, Op};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Normal, Uniform};
use suites::recipe::{ClassifierWeights, ConvolutionWeights, Initialisation};
use tch::{Device, Tensor};

/// A normal distribution within two deviations has this deviation, over that of the whole distribution.
const TRUNCATED_DEVIATION: f32 = 0.879_625_7;
/// Deviation of a classifier by [`ClassifierWeights::Normal`].
const CLASSIFIER_DEVIATION: f32 = 0.01;

/// Parameters with initial weights from `seed`, drawn as in WideResNet: the default [`Initialisation`].
pub fn initial_weights(network: &Network, seed: u64, device: Device) -> Parameters {
    initial_weights_by(Initialisation::default(), network, seed, device)
}

/// Parameters with initial weights from `seed`, drawn as `initialisation` says; biases are zero.
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
        match layer.kind {
            LayerKind::Conv => draw_convolution(initialisation.convolutions, layer, &mut rng, &mut values),
            // All fully connected layers alike, hidden ones of a classifier too, as in torchvision's networks.
            LayerKind::Linear => draw_classifier(initialisation.classifier, layer, &mut rng, &mut values),
        }
    }
    parameters.weights.copy_(&Tensor::from_slice(&values));
    if initialisation.zero_residual {
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

fn draw_convolution(how: ConvolutionWeights, layer: &Layer, rng: &mut ChaCha8Rng, values: &mut Vec<f32>) {
    let (count, pixels) = (layer.weights(), (layer.kernel * layer.kernel) as f32);
    match how {
        ConvolutionWeights::FanOut => {
            let normal = normal((2.0 / (layer.outputs as f32 * pixels)).sqrt());
            values.extend(normal.sample_iter(rng).take(count));
        }
        ConvolutionWeights::FanIn => {
            let deviation = (1.0 / (layer.inputs as f32 * pixels)).sqrt() / TRUNCATED_DEVIATION;
            let within = |value: &f32| value.abs() <= 2.0 * deviation;
            values.extend(normal(deviation).sample_iter(rng).filter(within).take(count));
        }
        ConvolutionWeights::Xavier => {
            let fans = (layer.inputs + layer.outputs / layer.groups) as f32 * pixels;
            values.extend(uniform((6.0 / fans).sqrt()).sample_iter(rng).take(count));
        }
    }
}

fn draw_classifier(how: ClassifierWeights, layer: &Layer, rng: &mut ChaCha8Rng, values: &mut Vec<f32>) {
    let count = layer.weights();
    match how {
        ClassifierWeights::Uniform => {
            let bound = 1.0 / (layer.fan_in() as f32).sqrt();
            values.extend(uniform(bound).sample_iter(rng).take(count));
        }
        ClassifierWeights::Normal => {
            values.extend(normal(CLASSIFIER_DEVIATION).sample_iter(rng).take(count));
        }
    }
}

fn normal(deviation: f32) -> Normal<f32> {
    Normal::new(0.0, deviation).expect("the deviation is finite")
}

fn uniform(bound: f32) -> Uniform<f32> {
    Uniform::new(-bound, bound).expect("the bounds are finite")
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
        let convolutions = ConvolutionWeights::Xavier;
        let how = Initialisation { convolutions, ..Initialisation::default() };
        let parameters = initial_weights_by(how, &network, 0, DEVICE);
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

    /// RigL's ImageNet model: convolutions of variance 1 / fan in, none beyond two deviations of the distribution
    /// that was cut; a classifier of deviation 0.01; sixteen blocks that begin as the identity.
    #[test]
    fn the_imagenet_recipe_draws_as_rigl_does() {
        let recipe = suites::suite("imagenet").unwrap().published_recipe();
        let network = network::resnet50(1000, 64);
        let parameters = initial_weights_by(recipe.initialisation, &network, 0, DEVICE);
        let views = parameters.weight_views(&parameters.weights);
        for (layer, values) in network.layers().iter().zip(&views) {
            let (variance, beyond) = match layer.kind {
                LayerKind::Conv => {
                    let variance = 1.0 / (layer.inputs * layer.kernel * layer.kernel) as f64;
                    (variance, 2.0 * variance.sqrt() / 0.879_625_66)
                }
                LayerKind::Linear => (1e-4, f64::INFINITY),
            };
            let found = values.square().mean(Kind::Double).double_value(&[]);
            // Four standard errors of the variance, which for a normal distribution is sqrt(2 / n).
            let error = 4.0 * (2.0 / layer.weights() as f64).sqrt();
            assert!((found / variance - 1.0).abs() < error, "{}: {found} instead of {variance}", layer.name);
            assert!(values.abs().max().double_value(&[]) <= beyond * 1.000_001, "{}", layer.name);
        }
        let last = parameters.segments().filter(|(segment, _)| segment.name.ends_with("bn3.weight"));
        let scales: Vec<f64> = last.map(|(_, scale)| scale.abs().max().double_value(&[])).collect();
        assert_eq!(scales, [0.0; 16]);
    }

    /// Sixteen blocks of ResNet-50 begin as the identity; nothing else differs.
    #[test]
    fn residual_branches_begin_as_nothing() {
        let network = network::resnet50(1000, 64);
        let plain = initial_weights(&network, 3, DEVICE);
        let how = Initialisation { zero_residual: true, ..Initialisation::default() };
        let zeroed = initial_weights_by(how, &network, 3, DEVICE);
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
