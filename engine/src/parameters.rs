//! The parameters of a network as three flat tensors.
//!
//! All weights of convolutions and fully connected layers lie in one tensor,
//! layer after layer, each with its input channels innermost (out, kernel
//! height, kernel width, in). So masks, scores, momentum and updates of the
//! whole network are single elementwise operations, a layer is a slice, and
//! the view that a convolution sees is channels-last without a copy. Biases,
//! batch-norm scales and shifts lie in a second tensor, running statistics in
//! a third.

use network::{LayerKind, Network, NodeId, Op};
use tch::{Device, Kind, Tensor};

/// The values of a network.
#[derive(Debug)]
pub struct Parameters {
    /// Weights of convolutions and fully connected layers.
    pub weights: Tensor,
    /// Biases, batch-norm scales and shifts.
    pub others: Tensor,
    /// Running means and variances.
    pub statistics: Tensor,
    layout: Layout,
}

/// Where everything lies in the flat tensors, in execution order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layout {
    /// Per layer: first element and shape (out, kernel, kernel, in).
    pub layers: Vec<(i64, [i64; 4], LayerKind)>,
    /// Per piece of `others`: name, first element, length.
    pub others: Vec<(String, i64, i64)>,
    /// Per piece of `others`: the node whose channels it has.
    pub other_nodes: Vec<NodeId>,
    /// Per piece of `statistics`: name, first element, length.
    pub statistics: Vec<(String, i64, i64)>,
    /// Per piece of `statistics`: the node whose channels it has.
    pub statistic_nodes: Vec<NodeId>,
    /// Per layer: name of its weight.
    pub names: Vec<String>,
}

impl Layout {
    fn of(network: &Network) -> Self {
        let mut layout = Self::default();
        let mut start = 0;
        for layer in network.layers() {
            let [out, kernel, inputs] = [layer.outputs, layer.kernel, layer.inputs].map(|n| n as i64);
            layout.layers.push((start, [out, kernel, kernel, inputs], layer.kind));
            layout.names.push(format!("{}.weight", layer.name));
            start += layer.weights() as i64;
        }
        for (id, node) in network.nodes.iter().enumerate() {
            let length = node.shape.channels as i64;
            let mut other = |piece: &str| {
                layout.other_nodes.push(id);
                push(&mut layout.others, format!("{}.{piece}", node.name), length);
            };
            match node.op {
                Op::BatchNorm => {
                    other("weight");
                    other("bias");
                    for piece in ["running_mean", "running_var"] {
                        layout.statistic_nodes.push(id);
                        push(&mut layout.statistics, format!("{}.{piece}", node.name), length);
                    }
                }
                Op::Linear | Op::Conv { bias: true, .. } => other("bias"),
                _ => {}
            }
        }
        layout
    }
}

fn push(pieces: &mut Vec<(String, i64, i64)>, name: String, length: i64) {
    let start = pieces.last().map_or(0, |(_, start, length)| start + length);
    pieces.push((name, start, length));
}

fn total(pieces: &[(String, i64, i64)]) -> i64 {
    pieces.last().map_or(0, |(_, start, length)| start + length)
}

impl Parameters {
    /// Parameters of `network` on `device`: zero weights, batch norms that change nothing.
    pub fn neutral(network: &Network, device: Device) -> Self {
        let layout = Layout::of(network);
        let weights: usize = network.layers().iter().map(network::Layer::weights).sum();
        let options = (Kind::Float, device);
        let parameters = Self {
            weights: Tensor::zeros([weights as i64], options),
            others: Tensor::zeros([total(&layout.others)], options),
            statistics: Tensor::zeros([total(&layout.statistics)], options),
            layout,
        };
        for (name, start, length) in &parameters.layout.others {
            if name.ends_with(".weight") {
                let _ = parameters.others.narrow(0, *start, *length).fill_(1.0);
            }
        }
        for (name, start, length) in &parameters.layout.statistics {
            if name.ends_with(".running_var") {
                let _ = parameters.statistics.narrow(0, *start, *length).fill_(1.0);
            }
        }
        parameters
    }

    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// First element and number of weights of every layer.
    pub fn slices(&self) -> Vec<(i64, i64)> {
        self.layout.layers.iter().map(|(start, shape, _)| (*start, shape.iter().product())).collect()
    }

    /// Views of `flat` in the shapes of the weights: (out, in, kernel, kernel) or (out, in).
    pub fn weight_views(&self, flat: &Tensor) -> Vec<Tensor> {
        let view = |(start, shape, kind): &(i64, [i64; 4], LayerKind)| {
            let slice = flat.narrow(0, *start, shape.iter().product());
            match kind {
                LayerKind::Conv => slice.view(*shape).permute([0, 3, 1, 2]),
                LayerKind::Linear => slice.view([shape[0], shape[3]]),
            }
        };
        self.layout.layers.iter().map(view).collect()
    }

    /// Views of `flat`, which is laid out like [`Parameters::others`], piece by piece.
    pub fn other_views(&self, flat: &Tensor) -> Vec<Tensor> {
        self.layout.others.iter().map(|(_, start, length)| flat.narrow(0, *start, *length)).collect()
    }

    /// Views of the running statistics: mean and variance of each batch norm.
    pub fn statistics_views(&self) -> Vec<Tensor> {
        let views = self.layout.statistics.iter();
        views.map(|(_, start, length)| self.statistics.narrow(0, *start, *length)).collect()
    }

    /// Puts gradients in the shapes of [`Parameters::weight_views`] one after another, flat.
    pub(crate) fn flatten(gradients: &[Tensor]) -> Tensor {
        let flat = |gradient: &Tensor| match gradient.dim() {
            4 => gradient.permute([0, 2, 3, 1]).reshape([-1]),
            _ => gradient.reshape([-1]),
        };
        Tensor::cat(&gradients.iter().map(flat).collect::<Vec<_>>(), 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_share_memory_and_are_channels_last() {
        let network = network::wide_resnet(10, 1, 10, 32);
        let mut parameters = Parameters::neutral(&network, Device::Cpu);
        let _ = parameters.weights.fill_(2.0);
        let views = parameters.weight_views(&parameters.weights);
        assert_eq!(views[1].size(), [16, 16, 3, 3]);
        assert_eq!(views[1].stride(), [144, 1, 48, 16]);
        let _ = views[1].shallow_clone().fill_(3.0);
        assert_eq!(parameters.weights.double_value(&[432]), 3.0);
        assert_eq!(parameters.weights.double_value(&[431]), 2.0);
        let flat = Parameters::flatten(&views);
        assert!(flat.equal(&parameters.weights));
    }

    #[test]
    fn neutral_batch_norms_change_nothing() {
        let network = network::wide_resnet(10, 1, 10, 32);
        let parameters = Parameters::neutral(&network, Device::Cpu);
        let total = parameters.weights.numel() + parameters.others.numel();
        assert_eq!(total, network.parameters());
        // Scales are one, shifts and the bias zero: half of the batch-norm values.
        assert_eq!(
            parameters.others.sum(Kind::Float).double_value(&[]) as usize,
            (parameters.others.numel() - 10) / 2
        );
    }
}
