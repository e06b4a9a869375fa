//! What a convolution's speed depends on: the key of a latency table.

use crate::{ChannelGroups, Network, NodeId, Op, Window};
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
    /// Zero padding on every side in pixels.
    pub padding: usize,
    /// Distance in pixels between the neighbouring pixels that the kernel reads.
    pub dilation: usize,
}

impl ConvShape {
    /// A convolution from `inputs` to `outputs` channels over windows of a square of `side` pixels.
    pub fn new(inputs: usize, outputs: usize, side: usize, window: Window, groups: usize) -> Self {
        let Window { kernel, stride, padding, dilation } = window;
        Self { inputs, outputs, side, kernel, stride, groups, padding, dilation }
    }

    /// The windows that it moves over its input.
    pub fn window(&self) -> Window {
        let Self { kernel, stride, padding, dilation, .. } = *self;
        Window { kernel, stride, padding, dilation }
    }

    /// Whether it reads neighbouring pixels, padded to keep the size at stride 1, as all of a classifier do.
    pub fn has_usual_window(&self) -> bool {
        self.window() == Window::new(self.kernel, self.stride)
    }

    /// Side of the output in pixels.
    pub fn output_side(&self) -> usize {
        self.window().side(self.side)
    }

    /// Multiply-accumulates for one sample.
    pub fn macs(&self) -> u64 {
        let weights = self.inputs / self.groups * self.outputs * self.kernel * self.kernel;
        (weights * self.output_side() * self.output_side()) as u64
    }
}

impl std::fmt::Display for ConvShape {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        let Self { inputs, outputs, side, kernel, stride, groups, padding, dilation } = self;
        write!(f, "{inputs}->{outputs} {kernel}x{kernel} at {side}")?;
        if *stride > 1 {
            write!(f, " stride {stride}")?;
        }
        if *dilation > 1 {
            write!(f, " dilation {dilation}")?;
        }
        if *padding != Window::new(*kernel, *stride).dilated(*dilation).padding {
            write!(f, " padding {padding}")?;
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
            let Op::Conv { kernel, stride, padding, groups: split, dilation, .. } = node.op else {
                return None;
            };
            let [inputs, outputs] = [node.inputs[0], id].map(|end| counts[groups.of(end)]);
            let side = self.nodes[node.inputs[0]].shape.height;
            let split = if split > 1 { outputs } else { 1 };
            let window = Window { kernel, stride, padding, dilation };
            Some((id, ConvShape::new(inputs, outputs, side, window, split)))
        });
        convolutions.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::model;

    /// The MACs of the shapes are those of the layers, whatever the model.
    #[test]
    fn shapes_are_those_of_the_layers() {
        for (name, side, classifiers) in [
            ("resnet50", 224, 1),
            ("mobilenet-v1", 224, 1),
            ("wrn-22-2", 32, 1),
            ("mobilenet-v2", 224, 1),
            ("resnet34", 224, 1),
            ("resnet56", 32, 1),
            ("vgg16-bn", 224, 3),
            ("ssd512-resnet50", 512, 0),
            ("ssd512-resnet50-skim", 512, 0),
        ] {
            let network = model(name, 10, side).unwrap();
            let groups = network.channel_groups().unwrap();
            let shapes = network.convolutions(&groups, &groups.counts());
            let layers = network.layers();
            for (id, shape) in &shapes {
                let layer = layers.iter().find(|layer| layer.node == *id).unwrap();
                assert_eq!(shape.macs(), layer.macs, "{name} {shape}");
            }
            assert_eq!(shapes.len() + classifiers, layers.len(), "{name}: all but the classifiers");
        }
    }

    /// Only two convolutions of a detector are padded or dilated otherwise.
    #[test]
    fn unusual_windows_are_said() {
        let network = model("ssd512-resnet50", 20, 512).unwrap();
        let groups = network.channel_groups().unwrap();
        let shapes = network.convolutions(&groups, &groups.counts()).into_iter().map(|(_, shape)| shape);
        let unusual: Vec<ConvShape> = shapes.filter(|shape| !shape.has_usual_window()).collect();
        let words: Vec<String> = unusual.iter().map(ConvShape::to_string).collect();
        assert_eq!(words, ["512->1024 3x3 at 32 dilation 6", "128->256 4x4 at 2 padding 1"]);
        assert_eq!(unusual.iter().map(ConvShape::output_side).collect::<Vec<_>>(), [32, 1]);
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
