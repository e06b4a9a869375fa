//! Networks with random values in every place, batch norms included, shared by the tests of compact
//! networks.
#![allow(dead_code)] // Each test file uses a part.

use engine::{Forward, Mode, Parameters};
use network::{ChannelGroups, Kept, Network, Op};
use rand::{Rng, SeedableRng, rngs::StdRng};
use sparsity::BatchStatistics;
use tch::{Device, Tensor};

pub fn network(name: &str, side: usize) -> Network {
    network::models::model(name, 10, side).unwrap()
}

fn uniform(count: usize, least: f32, most: f32, seed: u64) -> Tensor {
    let mut rng = StdRng::seed_from_u64(seed);
    let values: Vec<f32> = (0..count).map(|_| rng.random_range(least..most)).collect();
    Tensor::from_slice(&values)
}

/// Random values in every place, statistics included.
pub fn random(network: &Network, seed: u64) -> Parameters {
    let parameters = Parameters::neutral(network, Device::Cpu);
    let weights = parameters.weight_views(&parameters.weights).into_iter();
    for (layer, mut weight) in network.layers().iter().zip(weights) {
        let bound = (6.0 / layer.fan_in() as f32).sqrt();
        let values = uniform(weight.numel(), -bound, bound, seed + layer.node as u64);
        weight.copy_(&values.view_as(&weight));
    }
    let others = parameters.others.numel();
    parameters.others.shallow_clone().copy_(&uniform(others, 0.2, 1.2, seed));
    for (index, mut statistic) in parameters.statistics_views().into_iter().enumerate() {
        let (least, most) = if index % 2 == 0 { (-0.5, 0.5) } else { (0.5, 1.5) };
        statistic.copy_(&uniform(statistic.numel(), least, most, seed + 1 + index as u64));
    }
    parameters
}

/// Lets the running statistics follow what the network computes, most of the way: with statistics
/// of nothing the signal would be lost within twenty layers.
pub fn settle(network: &Network, parameters: &Parameters, images: &Tensor) {
    let _guard = tch::no_grad_guard();
    let weights = parameters.weight_views(&parameters.weights);
    let others = parameters.other_views(&parameters.others);
    let mode = Mode::Train { statistics: BatchStatistics::Track, dropout: 0.0, seed: 0 };
    for _ in 0..12 {
        let _ = Forward::new(network).run(&weights, &others, parameters, images, mode);
    }
}

/// What the network returns: logits, or those of every head.
pub fn logits(network: &Network, parameters: &Parameters, images: &Tensor) -> Vec<Tensor> {
    let _guard = tch::no_grad_guard();
    let weights = parameters.weight_views(&parameters.weights);
    let others = parameters.other_views(&parameters.others);
    Forward::new(network).run(&weights, &others, parameters, images, Mode::Evaluate)
}

/// About `share` of the channels of each group, at least one; all of a fixed group.
pub fn kept(groups: &ChannelGroups, share: f64, seed: u64) -> Kept {
    let mut rng = StdRng::seed_from_u64(seed);
    let lists = groups.groups.iter().map(|group| {
        let sure = rng.random_range(0..group.channels);
        let mut stays = |channel: &usize| group.fixed || *channel == sure || rng.random_bool(share);
        (0..group.channels).filter(&mut stays).collect()
    });
    Kept::new(groups, lists.collect()).unwrap()
}

/// Sets what makes the channels that do not stay to zero, as HALP does: the weights and biases of the outputs,
/// and scale, shift, mean and variance of the batch norms.
pub fn mask(network: &Network, groups: &ChannelGroups, kept: &Kept, parameters: &mut Parameters) {
    let zeros = |group: usize| -> Tensor {
        let channels = groups.groups[group].channels;
        let stays: Vec<f32> =
            (0..channels).map(|c| if kept.of(group).contains(&c) { 1.0 } else { 0.0 }).collect();
        Tensor::from_slice(&stays)
    };
    let weights = parameters.weight_views(&parameters.weights);
    for (layer, mut weight) in network.layers().iter().zip(weights) {
        let stays = zeros(groups.of(layer.node));
        let mut shape = vec![1; weight.dim()];
        shape[0] = -1;
        let _ = weight.g_mul_(&stays.view(shape.as_slice()));
    }
    let mut others = parameters.other_views(&parameters.others).into_iter();
    let mut statistics = parameters.statistics_views().into_iter();
    for (id, node) in network.nodes.iter().enumerate() {
        let of_others = match node.op {
            Op::BatchNorm => 2,
            Op::Linear | Op::FlattenedLinear | Op::Conv { bias: true, .. } => 1,
            _ => 0,
        };
        let of_statistics = if node.op == Op::BatchNorm { 2 } else { 0 };
        let stays = zeros(groups.of(id));
        for mut value in others.by_ref().take(of_others).chain(statistics.by_ref().take(of_statistics)) {
            let _ = value.g_mul_(&stays);
        }
    }
}

pub fn images(count: i64, side: usize) -> Tensor {
    let pixels = count as usize * 3 * side * side;
    uniform(pixels, -2.0, 2.0, 7).view([count, 3, side as i64, side as i64])
}
