//! Every model computed in two ways: forward in training and in evaluation, with batch norms folded, and backward.

use super::distance::{self, Distance};
use super::smooth::smooth;
use super::steps::without_onednn;
use super::tolerance::{FORWARD_ON_CUDA, FP32, judged};
use crate::gradients::differentiate;
use crate::{Forward, Mode, Parameters, folded, initial_weights};
use network::Network;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use records::self_check::{Finding, Outcome};
use sparsity::BatchStatistics;
use tch::{Device, Kind, Tensor};

const IMAGES: i64 = 8;
/// Passes after which the running statistics are near those of the images: with those of nothing the signal would be
/// lost within twenty layers.
const SETTLING: usize = 12;

/// What a network computes of some images; everything on the host.
struct Computed {
    /// Its outputs in training.
    training: Vec<Tensor>,
    /// Running statistics afterwards.
    statistics: Tensor,
    /// Its outputs in evaluation.
    evaluation: Vec<Tensor>,
    /// The same with batch norms folded into convolutions.
    folded: Vec<Tensor>,
    /// Gradients of a sum of its outputs, without its decisions: of weights, and of biases and batch norms.
    gradients: (Tensor, Tensor),
}

/// That `network` computes on `device` what it computes on the processor; on the processor, that libtorch's own
/// kernels compute what those of oneDNN compute.
pub fn computes_the_same(network: &Network, device: Device) -> Finding {
    if let Err(error) = torch_ext::flags::allow_tf32(false) {
        return Finding::fail(error.to_string());
    }
    let expected = computed(network, Device::Cpu);
    let found = match device {
        Device::Cpu => without_onednn(|| computed(network, device)),
        _ => computed(network, device),
    };
    let parameters = Parameters::neutral(network, Device::Cpu);
    let (mut forward, mut backward) = (Distance::none(), Distance::none());
    for (part, found, expected) in [
        ("the outputs in training", &found.training, &expected.training),
        ("the outputs in evaluation", &found.evaluation, &expected.evaluation),
        ("the outputs with batch norms folded", &found.folded, &expected.folded),
        ("the outputs with batch norms folded, from those with them", &found.folded, &expected.evaluation),
    ] {
        for (found, expected) in found.iter().zip(expected) {
            let value = distance::of_values(found, expected);
            forward = forward.or(Distance { value, part: part.into() });
        }
    }
    let of = |name: &str, found: &Tensor, expected: &Tensor| {
        distance::of_tensor(&parameters, name, &expected.zeros_like(), found, expected)
    };
    forward = forward.or(of("statistics", &found.statistics, &expected.statistics));
    for (name, found, expected) in [
        ("weights", &found.gradients.0, &expected.gradients.0),
        ("others", &found.gradients.1, &expected.gradients.1),
    ] {
        backward = backward.or(of(name, found, expected));
    }
    let computed = judged(forward, if device.is_cuda() { FORWARD_ON_CUDA } else { FP32 });
    let of_gradients = backward.value;
    let derived = judged(backward, FP32);
    match derived.outcome {
        Outcome::Fail => derived,
        _ => computed.and("distance of gradients", of_gradients, ""),
    }
}

/// What `network` computes on `device` with the same weights and images as everywhere.
fn computed(network: &Network, device: Device) -> Computed {
    let mut parameters = Parameters::neutral(network, device);
    let initial = initial_weights(network, 1, Device::Cpu);
    tch::no_grad(|| {
        parameters.weights.copy_(&initial.weights);
        parameters.others.copy_(&initial.others);
        parameters.statistics.copy_(&initial.statistics);
    });
    let shape = network.nodes[0].shape;
    let [height, width, channels] = [shape.height, shape.width, shape.channels].map(|n| n as i64);
    // Channels-last, as images are in training.
    let images = noise(&[IMAGES, height, width, channels], 1).permute([0, 3, 1, 2]).to_device(device);
    let gradients = gradients(&smooth(network), &parameters, &images);
    let _guard = tch::no_grad_guard();
    let weights = parameters.weight_views(&parameters.weights);
    let others = parameters.other_views(&parameters.others);
    let train = Mode::Train { statistics: BatchStatistics::Track, dropout: 0.0, seed: 0 };
    let forward = Forward::new(network);
    let run = |mode| host(forward.run(&weights, &others, &parameters, &images, mode));
    let mut training = Vec::new();
    for _ in 0..SETTLING {
        training = run(train);
    }
    let evaluation = run(Mode::Evaluate);
    let (small, values) = folded(network, &parameters);
    let (weights, others) = (values.weight_views(&values.weights), values.other_views(&values.others));
    let folded = host(Forward::new(&small).run(&weights, &others, &values, &images, Mode::Evaluate));
    let statistics = parameters.statistics.to_device(Device::Cpu);
    Computed { training, statistics, evaluation, folded, gradients }
}

/// Gradients of a weighted sum of the outputs of `network`.
fn gradients(network: &Network, parameters: &Parameters, images: &Tensor) -> (Tensor, Tensor) {
    let leaf = |view: Tensor| view.detach().set_requires_grad(true);
    let weights: Vec<Tensor> = parameters.weight_views(&parameters.weights).into_iter().map(leaf).collect();
    let others: Vec<Tensor> = parameters.other_views(&parameters.others).into_iter().map(leaf).collect();
    let mode = Mode::Train { statistics: BatchStatistics::Hold, dropout: 0.0, seed: 0 };
    let outputs = Forward::new(network).run(&weights, &others, parameters, images, mode);
    let share = |(number, output): (usize, &Tensor)| {
        (output * noise(&output.size(), 2 + number as u64).to_device(images.device())).sum(Kind::Float)
    };
    let loss =
        outputs.iter().enumerate().map(share).reduce(|sum, share| sum + share).expect("there are outputs");
    let gradients = differentiate(&loss, &weights, &others, false);
    let others = gradients.others.expect("they were asked for");
    (gradients.weights.to_device(Device::Cpu), others.to_device(Device::Cpu))
}

fn host(outputs: Vec<Tensor>) -> Vec<Tensor> {
    outputs.into_iter().map(|output| output.to_device(Device::Cpu)).collect()
}

/// Numbers between -1 and 1, the same on every device.
fn noise(shape: &[i64], seed: u64) -> Tensor {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let count: i64 = shape.iter().product();
    let values: Vec<f32> = (0..count).map(|_| rng.random_range(-1.0..1.0)).collect();
    Tensor::from_slice(&values).view(shape)
}
