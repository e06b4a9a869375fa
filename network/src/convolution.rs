//! What a convolution's speed depends on: the key of a latency table.

use crate::{ChannelGroups, Network, NodeId, Op};
use serde::{Deserialize, Serialize};

/// The shape of a convolution, without its batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConvShape {
    /// Input channels, of all groups.
    pub inputs: usize,
    /// Output channels.
    pub outputs: usize,
    /// Side of the input in pixels.
    pub side: usize,
    /// Side of the kernel in pixels.
    pub kernel: usize,
    /// Stride in pixels.
    pub stride: usize,
    /// Groups: 1, or the number of channels for a depthwise convolution.
    pub groups: usize,
}

impl ConvShape {
    /// Side of the output in pixels, padded to keep the size at stride 1.
    pub fn output_side(&self) -> usize {
        (self.side + 2 * (self.kernel / 2) - self.kernel) / self.stride + 1
    }

    /// Multiply-accumulates for one sample.
    pub fn macs(&self) -> u64 {
        let weights = self.inputs / self.groups * self.outputs * self.kernel * self.kernel;
        (weights * self.output_side() * self.output_side()) as u64
    }
}

impl std::fmt::Display for ConvShape {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let Self { inputs, outputs, side, kernel, stride, groups } = self;
        write!(f, "{inputs}->{outputs} {kernel}x{kernel} at {side}")?;
        if *stride > 1 {
            write!(f, " stride {stride}")?;
        }
        if *groups > 1 {
            write!(f, " depthwise")?;
        }
        Ok(())
    }
}

impl Network {
    /// Every convolution in order, where group `g` of `groups` has `counts[g]` channels.
    pub fn convolutions(&self, groups: &ChannelGroups, counts: &[usize]) -> Vec<(NodeId, ConvShape)> {
        let convolutions = self.nodes.iter().enumerate().filter_map(|(id, node)| {
            let Op::Conv { kernel, stride, groups: split, .. } = node.op else { return None };
            let [inputs, outputs] = [node.inputs[0], id].map(|end| counts[groups.of(end)]);
            let side = self.nodes[node.inputs[0]].shape.height;
            let split = if split > 1 { outputs } else { 1 };
            Some((id, ConvShape { inputs, outputs, side, kernel, stride, groups: split }))
        });
        convolutions.collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::models::model;

    /// The MACs of the shapes are those of the layers, whatever the model.
    #[test]
    fn shapes_are_those_of_the_layers() {
        for (name, side) in [("resnet50", 224), ("mobilenet-v1", 224), ("wrn-22-2", 32)] {
            let network = model(name, 10, side).unwrap();
            let groups = network.channel_groups().unwrap();
            let shapes = network.convolutions(&groups, &groups.counts());
            let layers = network.layers();
            for (id, shape) in &shapes {
                let layer = layers.iter().find(|layer| layer.node == *id).unwrap();
                assert_eq!(shape.macs(), layer.macs, "{name} {shape}");
            }
            assert_eq!(shapes.len(), layers.len() - 1, "all but the classifier");
        }
    }

    #[test]
    fn fewer_channels_change_both_ends() {
        let network = model("mobilenet-v1", 10, 32).unwrap();
        let groups = network.channel_groups().unwrap();
        let mut counts = groups.counts();
        counts[1] = 20;
        let shapes = network.convolutions(&groups, &counts);
        assert_eq!(shapes[0].1.to_string(), "3->20 3x3 at 32 stride 2");
        assert_eq!(shapes[1].1.to_string(), "20->20 3x3 at 16 depthwise");
        assert_eq!(shapes[2].1.to_string(), "20->64 1x1 at 16");
    }
}
