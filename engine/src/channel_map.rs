//! Where the channels of a network are in the flat tensors, and how salient they are.
//!
//! The channels of all groups are numbered in one row, group after group. A flag
//! or a number for each channel is spread over the weights, scales, shifts and
//! running statistics that belong to it, and quantities of those are summed back.

use crate::Parameters;
use crate::gradients::Gradients;
use crate::parameters::Segment;
use network::{ChannelGroups, LayerKind, Network};
use sparsity::Criterion;
use tch::{Device, Kind, Tensor};

/// The channels that a layer makes and reads, as (first, count).
#[derive(Debug)]
struct Ends {
    outputs: (i64, i64),
    /// None for a depthwise convolution, whose outputs are its inputs.
    inputs: Option<(i64, i64)>,
    /// Whether the weights of an input are beside each other, pixel by pixel, as in a fully connected layer.
    by_input: bool,
}

/// Where all channels are.
#[derive(Debug)]
pub(crate) struct ChannelMap {
    /// First channel of each group, and the number of all at the end.
    starts: Vec<i64>,
    /// Per layer.
    layers: Vec<Ends>,
    /// First element of every layer in the flat weights, and their number.
    slices: Vec<(i64, i64)>,
    /// Channel of every bias, scale and shift.
    others: Tensor,
    /// Channel of every running statistic.
    statistics: Tensor,
    /// The channels that no batch norm normalises, if there are any.
    bare: Option<Tensor>,
}

impl ChannelMap {
    pub fn new(network: &Network, groups: &ChannelGroups, parameters: &Parameters) -> Self {
        let device = parameters.weights.device();
        let mut starts = vec![0];
        for group in &groups.groups {
            starts.push(starts[starts.len() - 1] + group.channels as i64);
        }
        let place = |node| (starts[groups.of(node)], groups.groups[groups.of(node)].channels as i64);
        let layers = network.layers().into_iter().map(|layer| Ends {
            outputs: place(layer.node),
            inputs: (layer.groups == 1).then(|| place(network.nodes[layer.node].inputs[0])),
            by_input: layer.kind == LayerKind::Linear,
        });
        let flat = |segments: &[Segment]| {
            let channels = |segment: &Segment| {
                let (start, length) = place(segment.node);
                start..start + length
            };
            let channels: Vec<i64> = segments.iter().flat_map(channels).collect();
            Tensor::from_slice(&channels).to_device(device)
        };
        let bare: Vec<bool> = groups
            .groups
            .iter()
            .flat_map(|group| std::iter::repeat_n(group.norms.is_empty(), group.channels))
            .collect();
        Self {
            layers: layers.collect(),
            slices: parameters.slices(),
            others: flat(&parameters.layout().others),
            statistics: flat(&parameters.layout().statistics),
            bare: bare.contains(&true).then(|| Tensor::from_slice(&bare).to_device(device)),
            starts,
        }
    }

    /// Number of channels.
    pub fn channels(&self) -> i64 {
        self.starts[self.starts.len() - 1]
    }

    /// A row of values, one a channel, split by group.
    pub fn by_group<T: Copy>(&self, row: &[T]) -> Vec<Vec<T>> {
        let groups = self.starts.windows(2);
        groups.map(|ends| row[ends[0] as usize..ends[1] as usize].to_vec()).collect()
    }

    /// The weights between two channels that are both in `mask`, flat like the weights.
    pub fn weights(&self, mask: &Tensor) -> Tensor {
        let part = |(start, length): (i64, i64)| mask.narrow(0, start, length);
        let layers = self.layers.iter().zip(&self.slices).map(|(ends, (_, length))| {
            let outputs = part(ends.outputs).view([-1, 1, 1]);
            let inputs = ends.inputs.map_or(1, |(_, inputs)| inputs);
            let kernel = length / ends.outputs.1 / inputs;
            let (row, whole) =
                if ends.by_input { ([1, -1, 1], [inputs, kernel]) } else { ([1, 1, -1], [kernel, inputs]) };
            let inside = match ends.inputs {
                Some(inputs) => outputs.logical_and(&part(inputs).view(row)),
                None => outputs,
            };
            inside.expand([ends.outputs.1, whole[0], whole[1]], false).reshape([-1])
        });
        Tensor::cat(&layers.collect::<Vec<_>>(), 0)
    }

    /// The biases, scales and shifts of the channels in `mask`.
    pub fn others(&self, mask: &Tensor) -> Tensor {
        mask.index_select(0, &self.others)
    }

    /// The running statistics of the channels in `mask`.
    pub fn statistics(&self, mask: &Tensor) -> Tensor {
        mask.index_select(0, &self.statistics)
    }

    /// What a step with these `weights`, `others` and gradients adds to the scores of `criterion`, one number
    /// per channel; zeros if any of it is not finite.
    pub fn gathered(
        &self,
        criterion: Criterion,
        weights: &Tensor,
        others: &Tensor,
        gradients: &Gradients,
    ) -> Tensor {
        let of_weights = || self.per_output(&(weights * &gradients.weights));
        let sums = match (criterion, &gradients.others) {
            (Criterion::Gradient, _) => self.norms(&gradients.weights),
            (Criterion::Taylor, Some(gradient)) => {
                let none = Tensor::zeros([self.channels()], (Kind::Float, others.device()));
                let of_norms = none.index_add(0, &self.others, &(others * gradient));
                match &self.bare {
                    Some(bare) => of_weights().where_self(bare, &of_norms),
                    None => of_norms,
                }
            }
            _ => of_weights(),
        };
        let finite = sums.isfinite().all();
        sums.abs().where_self(&finite, &sums.zeros_like())
    }

    /// The L2 norm of the weights that make each channel (channels).
    pub fn norms(&self, weights: &Tensor) -> Tensor {
        self.per_output(&weights.square()).sqrt()
    }

    /// Random numbers, one a channel.
    pub fn random(&self, device: Device) -> Tensor {
        Tensor::rand([self.channels()], (Kind::Float, device))
    }

    /// `flat`, which has a value for every weight, summed over the weights that make each channel (channels).
    fn per_output(&self, flat: &Tensor) -> Tensor {
        let sums = Tensor::zeros([self.channels()], (Kind::Float, flat.device()));
        for (ends, (start, length)) in self.layers.iter().zip(&self.slices) {
            let (first, outputs) = ends.outputs;
            let rows = flat.narrow(0, *start, *length).view([outputs, -1]);
            let mut group = sums.narrow(0, first, outputs);
            group += rows.sum_dim_intlist([1i64].as_slice(), false, Kind::Float);
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use network::models::model;
    use rand::{Rng, SeedableRng, rngs::StdRng};

    fn values(tensor: &Tensor) -> Vec<f32> {
        Vec::try_from(tensor).unwrap()
    }

    /// Weight by weight, from the names of the layers and the groups of their nodes.
    #[test]
    fn a_weight_belongs_to_the_channels_at_its_ends() {
        let mut rng = StdRng::seed_from_u64(5);
        for (name, side) in [
            ("wrn-10-1", 32),
            ("resnet50-0.0625", 32),
            ("mobilenet-v1-0.1", 32),
            ("mobilenet-v2-0.1", 32),
            ("vgg16-bn-0.05", 32),
        ] {
            let network = model(name, 10, side).unwrap();
            let groups = network.channel_groups().unwrap();
            let parameters = Parameters::neutral(&network, Device::Cpu);
            let map = ChannelMap::new(&network, &groups, &parameters);
            let flags: Vec<bool> = (0..map.channels()).map(|_| rng.random_bool(0.6)).collect();
            let mask = Tensor::from_slice(&flags);
            let flags = map.by_group(&flags);
            let weights = map.weights(&mask);
            let views = parameters.weight_views(&weights);
            for (layer, view) in network.layers().iter().zip(&views) {
                let outputs = &flags[groups.of(layer.node)];
                let inputs = &flags[groups.of(network.nodes[layer.node].inputs[0])];
                for (o, i) in
                    [(0, 0), (layer.outputs - 1, layer.inputs - 1), (layer.outputs / 2, layer.inputs / 2)]
                {
                    let expected = outputs[o] && (layer.groups > 1 || inputs[i]);
                    // All pixels that this output reads of this input, each in its place.
                    let pixels = (layer.kernel * layer.kernel) as i64;
                    let found =
                        view.select(0, o as i64).reshape([layer.inputs as i64, pixels]).select(0, i as i64);
                    let found: Vec<bool> = Vec::try_from(found).unwrap();
                    assert_eq!(found, vec![expected; pixels as usize], "{name} {} {o} {i}", layer.name);
                }
            }
            assert_eq!(map.others(&mask).numel(), parameters.others.numel());
            assert_eq!(map.statistics(&mask).numel(), parameters.statistics.numel());
        }
    }

    /// Taylor of batch norms and of weights, the norm, and that of the gradient, against sums written out.
    #[test]
    fn channels_are_worth_what_the_formulas_say() {
        let network = model("wrn-10-1", 10, 32).unwrap();
        let groups = network.channel_groups().unwrap();
        let parameters = Parameters::neutral(&network, Device::Cpu);
        let map = ChannelMap::new(&network, &groups, &parameters);
        let draw = |n: usize, seed: i64| {
            tch::manual_seed(seed);
            Tensor::randn([n as i64], (Kind::Float, Device::Cpu))
        };
        let (weights, gradient) = (draw(parameters.weights.numel(), 1), draw(parameters.weights.numel(), 2));
        let (others, slopes) = (draw(parameters.others.numel(), 3), draw(parameters.others.numel(), 4));
        let found = Gradients { weights: gradient.copy(), others: Some(slopes.copy()), curvature: None };
        let gathered = |criterion| map.gathered(criterion, &weights, &others, &found);
        let taylor = map.by_group(&values(&gathered(Criterion::Taylor)));
        let of_weights = map.by_group(&values(&gathered(Criterion::TaylorWeights)));
        let norms = map.by_group(&values(&map.norms(&weights)));
        let slopes_of_weights = map.by_group(&values(&gathered(Criterion::Gradient)));
        let products = &others * &slopes;
        let segments = &parameters.layout().others;
        for (g, group) in groups.groups.iter().enumerate().filter(|(_, group)| !group.fixed) {
            let channel = group.channels / 3;
            let term = |node: &network::NodeId| -> f64 {
                let name = &network.nodes[*node].name;
                let of = |suffix: &str| {
                    let name = format!("{name}.{suffix}");
                    let segment = segments.iter().find(|segment| segment.name == name).unwrap();
                    segment.view(&products).double_value(&[channel as i64])
                };
                of("weight") + of("bias")
            };
            let expected: f64 = group.norms.iter().map(term).sum();
            assert!((f64::from(taylor[g][channel]) - expected.abs()).abs() < 1e-4, "{}", group.name);
            let sum = |flat: &Tensor| -> f64 {
                let views = parameters.weight_views(flat);
                let layers = network.layers();
                let made = layers.iter().zip(&views).filter(|(layer, _)| groups.of(layer.node) == g);
                made.map(|(_, view)| view.select(0, channel as i64).sum(Kind::Double).double_value(&[])).sum()
            };
            let product = &weights * &gradient;
            assert!((f64::from(of_weights[g][channel]) - sum(&product).abs()).abs() < 1e-3, "{}", group.name);
            assert!((f64::from(norms[g][channel]) - sum(&weights.square()).sqrt()).abs() < 1e-3);
            let slope = f64::from(slopes_of_weights[g][channel]);
            assert!((slope - sum(&gradient.square()).sqrt()).abs() < 1e-3, "{}", group.name);
        }
        // A step whose gradients are not finite adds nothing.
        let broken = Gradients { others: Some(&slopes * f64::NAN), ..found };
        let gathered = map.gathered(Criterion::Taylor, &weights, &others, &broken);
        assert_eq!(gathered.sum(Kind::Float).double_value(&[]), 0.0);
    }
}
