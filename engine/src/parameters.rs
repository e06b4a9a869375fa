//! The parameters of a network as three flat tensors.
//!
//! All weights of convolutions and fully connected layers are in one tensor,
//! layer after layer, each with its input channels innermost (out, kernel
//! height, kernel width, in); a fully connected layer that reads feature maps has
//! them channel by channel, as PyTorch flattens maps (out, in, height, width). So masks, scores, momentum and updates of the
//! whole network are single elementwise operations, a layer is a slice, and
//! the view that a convolution sees is channels-last without a copy. Biases,
//! batch-norm scales and shifts are in a second tensor, running statistics in
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

/// Where everything is in the flat tensors, in execution order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layout {
    /// Per layer: first element and shape (out, kernel, kernel, in), where the kernel of a fully connected layer is as
    /// large as the maps that it reads.
    layers: Vec<(i64, [i64; 4], LayerKind)>,
    /// Per layer: name of its weight.
    names: Vec<String>,
    /// What `others` is made of.
    pub others: Vec<Segment>,
    /// What `statistics` is made of.
    pub statistics: Vec<Segment>,
}

/// The values of one kind that the channels of a node have, one per channel: consecutive elements
/// of [`Parameters::others`] or of [`Parameters::statistics`].
#[derive(Clone, Debug)]
pub(crate) struct Segment {
    /// Name in a weights file, such as `bn1.running_mean`.
    pub name: String,
    /// The node whose channels it has.
    pub node: NodeId,
    /// The value at which a batch norm changes nothing, and a bias too.
    neutral: f64,
    start: i64,
    length: i64,
}

impl Segment {
    /// How many elements it has.
    pub fn elements(&self) -> usize {
        self.length as usize
    }

    /// Its elements of `flat`.
    pub fn view(&self, flat: &Tensor) -> Tensor {
        flat.narrow(0, self.start, self.length)
    }
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
            let push = |segments: &mut Vec<Segment>, name: &str, neutral: f64| {
                let (start, length) = (total(segments), node.shape.channels as i64);
                let name = format!("{}.{name}", node.name);
                segments.push(Segment { name, node: id, neutral, start, length });
            };
            match node.op {
                Op::BatchNorm => {
                    push(&mut layout.others, "weight", 1.0);
                    push(&mut layout.others, "bias", 0.0);
                    push(&mut layout.statistics, "running_mean", 0.0);
                    push(&mut layout.statistics, "running_var", 1.0);
                }
                Op::Linear | Op::FlattenedLinear | Op::Conv { bias: true, .. } => {
                    push(&mut layout.others, "bias", 0.0);
                }
                _ => {}
            }
        }
        layout
    }
}

/// The number of elements of all `segments`.
fn total(segments: &[Segment]) -> i64 {
    segments.last().map_or(0, |last| last.start + last.length)
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
        for (segment, mut view) in parameters.segments() {
            let _ = view.fill_(segment.neutral);
        }
        parameters
    }

    /// What [`Parameters::others`] and [`Parameters::statistics`] are made of.
    pub(crate) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// All biases, scales, shifts and running statistics, node by node within each of the two tensors, with a
    /// view of the values.
    pub(crate) fn segments(&self) -> impl Iterator<Item = (&Segment, Tensor)> {
        let with = |flat: &Tensor| {
            let flat = flat.shallow_clone();
            move |segment: &'_ Segment| segment.view(&flat)
        };
        let (others, statistics) = (with(&self.others), with(&self.statistics));
        let others = self.layout.others.iter().map(move |segment| (segment, others(segment)));
        others.chain(self.layout.statistics.iter().map(move |segment| (segment, statistics(segment))))
    }

    /// The names of the layers' weights in a weights file, in the order of [`Parameters::weight_views`].
    pub(crate) fn weight_names(&self) -> &[String] {
        &self.layout.names
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
                LayerKind::Linear => slice.view([shape[0], -1]),
            }
        };
        self.layout.layers.iter().map(view).collect()
    }

    /// Views of `flat`, which is laid out like [`Parameters::others`]: scale and shift of each batch norm and
    /// the bias of each layer that has one.
    pub fn other_views(&self, flat: &Tensor) -> Vec<Tensor> {
        self.layout.others.iter().map(|segment| segment.view(flat)).collect()
    }

    /// Views of the running statistics: mean and variance of each batch norm.
    pub fn statistics_views(&self) -> Vec<Tensor> {
        self.layout.statistics.iter().map(|segment| segment.view(&self.statistics)).collect()
    }

    /// Which of the running statistics are variances.
    pub(crate) fn variances(&self) -> Tensor {
        let flags = self.statistics.zeros_like().to_kind(Kind::Bool);
        for variance in self.layout.statistics.iter().skip(1).step_by(2) {
            let _ = variance.view(&flags).fill_(1i64);
        }
        flags
    }

    /// Gradients in the shapes of [`Parameters::weight_views`] as one flat tensor, laid out like the weights.
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
