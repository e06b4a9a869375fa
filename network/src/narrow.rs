//! The same network with fewer channels, or more: what a small dense network is.
//!
//! Only the channel counts change; joins, kernels and image sizes stay. Equal
//! counts are narrowed to equal counts, so what could be added still can.

use crate::{Network, NodeId, Op};

impl Network {
    /// The network with every channel count but those of the images and the outputs
    /// multiplied by `factor` and rounded, to at least one channel.
    ///
    /// A depthwise convolution has the channels that it reads. The name stays;
    /// it is the caller's to change.
    pub fn narrowed(&self, factor: f64) -> Network {
        let mut network = self.clone();
        let first = self.first_of_coupled();
        let fixed: Vec<NodeId> = self.output_nodes().into_iter().chain([0]).map(|id| first[id]).collect();
        for (id, first) in first.iter().enumerate() {
            let read = network.nodes[id].inputs.first().map(|&input| network.nodes[input].shape.channels);
            let node = &mut network.nodes[id];
            let channels = &mut node.shape.channels;
            match (&mut node.op, read) {
                (Op::Conv { groups, .. }, Some(read)) if *groups > 1 => (*groups, *channels) = (read, read),
                (Op::Conv { .. } | Op::Linear | Op::FlattenedLinear, _) if !fixed.contains(first) => {
                    *channels = scaled(*channels, factor);
                }
                (Op::Input | Op::Conv { .. } | Op::Linear | Op::FlattenedLinear, _) | (_, None) => {}
                (_, Some(read)) => *channels = read,
            }
        }
        network
    }

    /// The narrowed network with the most weights that are not above `share`
    /// of this one's: the small dense network that a sparse one is compared with.
    ///
    /// Weights are those of [`Network::weights`]. A share that even one channel
    /// a layer exceeds gives one channel per layer.
    pub fn with_share_of_weights(&self, share: f64) -> Network {
        let limit = share * self.weights() as f64;
        // Weights grow with the factor, and at least as fast: the answer lies below `above`.
        let (mut within, mut above) = (0.0, share.max(1.0) + 1.0);
        for _ in 0..f64::MANTISSA_DIGITS {
            let middle = (within + above) / 2.0;
            if self.narrowed(middle).weights() as f64 <= limit {
                within = middle;
            } else {
                above = middle;
            }
        }
        self.narrowed(within)
    }
}

/// `channels * factor`, rounded, at least 1.
fn scaled(channels: usize, factor: f64) -> usize {
    (channels as f64 * factor).round().max(1.0) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Builder, Layer, Shape, mobilenet_v1, models::model, resnet50, wide_resnet};
    use proptest::prelude::*;

    fn networks() -> [Network; 8] {
        let detectors = ["ssd64-resnet50", "ssd64-resnet50-skim"].map(|name| model(name, 20, 64).unwrap());
        let [full, skim] = detectors;
        let [mobile, basic, vgg] = [("mobilenet-v2", 64), ("resnet20", 32), ("vgg16-bn", 64)]
            .map(|(name, side)| model(name, 10, side).unwrap());
        let first = [wide_resnet(16, 1, 10, 32), resnet50(1000, 64), mobilenet_v1(1000, 64)];
        let [wide, bottleneck, separable] = first;
        [wide, bottleneck, separable, full, skim, mobile, basic, vgg]
    }

    /// Twice the width of WRN-22-1 is WRN-22-2 but for the first convolution, which has 16 channels in both.
    #[test]
    fn the_width_of_a_wide_resnet_is_a_factor() {
        let (double, wide) = (wide_resnet(22, 1, 10, 32).narrowed(2.0), wide_resnet(22, 2, 10, 32));
        let inner = |network: &Network| -> Vec<Layer> {
            let of = |layer: &Layer| layer.name.starts_with("block2") || layer.name.starts_with("block3");
            network.layers().into_iter().filter(of).map(|layer| Layer { node: 0, ..layer }).collect()
        };
        assert_eq!(inner(&double), inner(&wide));
    }

    /// MobileNet's paper: width 0.5 has 1.3 million parameters and 149 million multiply-adds,
    /// 0.75 has 2.6 and 325, 0.25 has 0.5 and 41.
    #[test]
    fn narrow_mobilenets_have_the_published_counts() {
        for (factor, parameters, macs) in [(0.75, 2.6, 325.0), (0.5, 1.3, 149.0), (0.25, 0.5, 41.0)] {
            let network = mobilenet_v1(1000, 224).narrowed(factor);
            assert_eq!((network.parameters() as f64 / 1e5).round() / 10.0, parameters, "{factor}");
            assert_eq!((network.macs() as f64 / 1e6).round(), macs, "{factor}");
        }
    }

    #[test]
    fn a_factor_of_one_changes_nothing() {
        for network in networks() {
            assert_eq!(network.narrowed(1.0), network);
            assert_eq!(network.with_share_of_weights(1.0), network);
        }
    }

    /// Whatever adds to an output keeps its channels, and so does what else they are added to.
    #[test]
    fn channels_that_reach_an_output_stay() {
        let mut net = Builder::new("net", Shape { channels: 3, height: 8, width: 8 });
        let left = net.conv("left", 0, 10, 3, 1);
        let right = net.conv("right", left, 10, 3, 1);
        let sum = net.add("sum", left, right);
        let out = net.relu("out", sum);
        let inner = net.conv("inner", left, 10, 3, 1);
        let last = net.conv("last", inner, 10, 3, 1);
        net.output(out);
        net.output(last);
        let network = net.finish();
        assert_eq!(network.check(), Ok(()));
        let narrow = network.narrowed(0.5);
        assert_eq!(narrow.check(), Ok(()));
        let channels: Vec<usize> = narrow.nodes.iter().map(|node| node.shape.channels).collect();
        assert_eq!(channels, [3, 10, 10, 10, 10, 5, 10]);
    }

    proptest! {
        /// Every node agrees with what it reads, whatever the factor.
        #[test]
        fn narrowed_networks_are_consistent(factor in 0.0f64..4.0) {
            for network in networks() {
                let narrow = network.narrowed(factor);
                prop_assert_eq!(narrow.nodes[0].shape, network.nodes[0].shape);
                for output in network.output_nodes() {
                    prop_assert_eq!(narrow.nodes[output].shape, network.nodes[output].shape);
                }
                prop_assert_eq!(narrow.check(), Ok(()));
                for (node, before) in narrow.nodes.iter().zip(&network.nodes) {
                    let read: Vec<_> = node.inputs.iter().map(|&id| narrow.nodes[id].shape).collect();
                    prop_assert_eq!(node.shape.height, before.shape.height);
                    prop_assert!(node.shape.channels > 0);
                    match (node.op, before.op) {
                        (Op::Add, _) => prop_assert!(read.iter().all(|shape| *shape == node.shape)),
                        (Op::Conv { groups, .. }, Op::Conv { groups: was, .. }) if was > 1 => {
                            prop_assert_eq!(groups, read[0].channels);
                            prop_assert_eq!(node.shape.channels, read[0].channels);
                        }
                        (Op::Conv { groups, .. }, _) => prop_assert_eq!(groups, 1),
                        (Op::Input | Op::Linear | Op::FlattenedLinear, _) => {}
                        _ => prop_assert_eq!(node.shape.channels, read[0].channels),
                    }
                }
            }
        }

        /// The share is met from below, and no other factor comes closer.
        #[test]
        fn a_share_of_the_weights_is_met_from_below(share in 0.05f64..1.5, other in 0.0f64..1.5) {
            for network in networks() {
                let limit = share * network.weights() as f64;
                let small = network.with_share_of_weights(share).weights();
                let other = network.narrowed(other).weights();
                prop_assert!(small as f64 <= limit, "{} {}", small, limit);
                prop_assert!(other as f64 > limit || other <= small, "{} {}", other, small);
            }
        }
    }
}
