//! The values of a network whose description changed: channels removed, channels added, batch
//! norms folded.
//!
//! `network` says what remains of the description ([`network::Kept`], [`network::Folded`]); here
//! the weights follow it. None of this changes what a network computes, if the channels that are
//! removed are zero: their weights, and the scales and shifts of their batch norms, as HALP masks
//! them.

use crate::Parameters;
use network::{
    BATCH_NORM_EPSILON, ChannelError, ChannelGroups, Folded, Kept, Layer, LayerKind, Network, NodeId, Op,
};
use std::collections::HashMap;
use tch::{Kind, Tensor};

/// The network with only the channels `kept` of its `groups`, and its values.
pub fn compacted(
    network: &Network,
    groups: &ChannelGroups,
    kept: &Kept,
    parameters: &Parameters,
) -> (Network, Parameters) {
    let _guard = tch::no_grad_guard();
    let device = parameters.weights.device();
    let small = network.compacted(groups, kept);
    let values = Parameters::neutral(&small, device);
    let index = |group: usize| {
        let channels: Vec<i64> = kept.of(group).iter().map(|channel| *channel as i64).collect();
        Tensor::from_slice(&channels).to_device(device)
    };
    let indices: Vec<Tensor> = (0..groups.groups.len()).map(index).collect();
    let of = |node: NodeId| &indices[groups.of(node)];
    let weights = parameters.weight_views(&parameters.weights).into_iter();
    for ((layer, weight), mut place) in
        network.layers().iter().zip(weights).zip(values.weight_views(&values.weights))
    {
        let weight = weight.index_select(0, of(layer.node));
        // Each output of a depthwise convolution reads its own channel, whichever stay.
        let input = network.nodes[layer.node].inputs[0];
        if layer.is_depthwise() {
            place.copy_(&weight);
        } else {
            by_input(layer, &place).copy_(&by_input(layer, &weight).index_select(1, of(input)));
        }
    }
    // Both networks have the same nodes.
    for ((segment, large), (_, mut small)) in parameters.segments().zip(values.segments()) {
        small.copy_(&large.index_select(0, of(segment.node)));
    }
    (small, values)
}

/// The weights of `layer` with its input channels as their second dimension: those of a fully connected layer that reads
/// feature maps have all pixels of a channel beside each other.
fn by_input(layer: &Layer, weights: &Tensor) -> Tensor {
    match layer.kind {
        LayerKind::Linear => weights.view([weights.size()[0], -1, (layer.kernel * layer.kernel) as i64]),
        LayerKind::Conv => weights.shallow_clone(),
    }
}

/// The network with every number of channels but those of the images and the outputs padded to a
/// multiple of `multiple`, by channels that are zero.
///
/// Tensor cores process bfloat16 channels in groups of eight, so that more channels can be faster.
pub fn padded(
    network: &Network,
    parameters: &Parameters,
    multiple: usize,
) -> Result<(Network, Parameters), ChannelError> {
    let _guard = tch::no_grad_guard();
    let groups = network.channel_groups()?;
    let mut large = network.clone();
    for (id, node) in large.nodes.iter_mut().enumerate() {
        let group = &groups.groups[groups.of(id)];
        let channels =
            if group.fixed { group.channels } else { group.channels.next_multiple_of(multiple.max(1)) };
        node.shape.channels = channels;
        if let Op::Conv { groups: split, .. } = &mut node.op
            && *split > 1
        {
            *split = channels;
        }
    }
    let values = Parameters::neutral(&large, parameters.weights.device());
    let weights = parameters.weight_views(&parameters.weights);
    let layers = network.layers();
    for ((layer, weight), place) in layers.iter().zip(&weights).zip(values.weight_views(&values.weights)) {
        let [weight, place] = [weight, &place].map(|tensor| by_input(layer, tensor));
        let size = weight.size();
        place.narrow(0, 0, size[0]).narrow(1, 0, size[1]).copy_(&weight);
    }
    for ((_, small), (_, large)) in parameters.segments().zip(values.segments()) {
        large.narrow(0, 0, small.size()[0]).copy_(&small);
    }
    Ok((large, values))
}

/// The network with its batch norms folded into the convolutions before them, and its values.
///
/// With factor `f = scale / sqrt(variance + epsilon)`, in double precision, the weights of an output are
/// multiplied by `f`, and its bias is `shift + f * (bias - mean)`, where its own may be none.
pub fn folded(network: &Network, parameters: &Parameters) -> (Network, Parameters) {
    let _guard = tch::no_grad_guard();
    let Folded { network: small, folds, .. } = network.folded();
    let values = Parameters::neutral(&small, parameters.weights.device());
    let named = parameters.segments().map(|(segment, view)| (segment.name.clone(), view));
    let mut others: HashMap<String, Tensor> = named.collect();
    let layers = network.layers();
    let weights = parameters.weight_views(&parameters.weights).into_iter();
    for ((layer, weight), mut place) in layers.iter().zip(weights).zip(values.weight_views(&values.weights)) {
        let Some(fold) = folds.iter().find(|fold| fold.convolution == layer.node) else {
            place.copy_(&weight);
            continue;
        };
        let norm = &network.nodes[fold.norm].name;
        let of_norm = |name: &str| others[&format!("{norm}.{name}")].to_kind(Kind::Double);
        let factor = of_norm("weight") / (of_norm("running_var") + BATCH_NORM_EPSILON).sqrt();
        place.copy_(&(weight.to_kind(Kind::Double) * factor.view([-1, 1, 1, 1])));
        let own = format!("{}.bias", layer.name);
        let mean = match others.get(&own) {
            Some(bias) => of_norm("running_mean") - bias.to_kind(Kind::Double),
            None => of_norm("running_mean"),
        };
        let bias = of_norm("bias") - factor * mean;
        others.insert(own, bias);
    }
    for (segment, mut place) in values.segments() {
        place.copy_(&others[&segment.name]);
    }
    (small, values)
}
