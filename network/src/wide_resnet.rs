//! WideResNet (Zagoruyko and Komodakis, arXiv 1605.07146) for small images.
//!
//! Pre-activation blocks of two 3x3 convolutions with dropout between them; a
//! block that changes its shape has a 1x1 shortcut, which reads the activated
//! input. At 32 x 32 pixels this is the CIFAR-10 network of RigL and of the IEE paper.

use crate::{Builder, Network, NodeId, Shape};

/// Least side of an image: the last stage halves a pixel otherwise.
pub(crate) const LEAST_SIDE: usize = 4;

/// WRN-`depth`-`width` for square images of `side` pixels, at least 4; `depth` must be 6 n + 4.
pub fn wide_resnet(depth: usize, width: usize, classes: usize, side: usize) -> Network {
    let blocks = (depth - 4) / 6;
    let name = format!("wrn-{depth}-{width}");
    let mut net = Builder::new(&name, Shape { channels: 3, height: side, width: side });
    let mut x = net.conv("conv1", 0, 16, 3, 1);
    for (stage, channels, stride) in [(1, 16, 1), (2, 32, 2), (3, 64, 2)] {
        for index in 0..blocks {
            let stride = if index == 0 { stride } else { 1 };
            x = block(&mut net, &format!("block{stage}.{index}"), x, channels * width, stride);
        }
    }
    let x = net.batch_norm("bn1", x);
    let x = net.relu("relu", x);
    let x = net.global_average_pool("avgpool", x);
    net.linear("fc", x, classes);
    net.finish()
}

fn block(net: &mut Builder, name: &str, input: NodeId, channels: usize, stride: usize) -> NodeId {
    let bn1 = net.batch_norm(&format!("{name}.bn1"), input);
    let activated = net.relu(&format!("{name}.relu1"), bn1);
    let shortcut = if stride != 1 || net.shape(input).channels != channels {
        net.conv(&format!("{name}.shortcut"), activated, channels, 1, stride)
    } else {
        input
    };
    let x = net.conv(&format!("{name}.conv1"), activated, channels, 3, stride);
    let x = net.batch_norm(&format!("{name}.bn2"), x);
    let x = net.relu(&format!("{name}.relu2"), x);
    let x = net.dropout(&format!("{name}.dropout"), x);
    let x = net.conv(&format!("{name}.conv2"), x, channels, 3, 1);
    net.add(&format!("{name}.add"), x, shortcut)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts of RigL's CIFAR-10 network; 3.15e8 FLOPs in its reproducibility report.
    #[test]
    fn wrn_22_2_has_the_published_counts() {
        let net = wide_resnet(22, 2, 10, 32);
        assert_eq!(net.parameters(), 1_079_642);
        assert_eq!(net.weights(), 1_076_912);
        assert_eq!((net.macs() as f64 / 1e4).round() / 1e2, 157.73);
    }

    #[test]
    fn stages_halve_the_image_and_double_the_channels() {
        let net = wide_resnet(10, 1, 10, 32);
        let shape = |name: &str| net.nodes.iter().find(|n| n.name == name).map(|n| n.shape);
        assert_eq!(shape("block1.0.add"), Some(Shape { channels: 16, height: 32, width: 32 }));
        assert_eq!(shape("block3.0.add"), Some(Shape { channels: 64, height: 8, width: 8 }));
        assert_eq!(shape("fc"), Some(Shape { channels: 10, height: 1, width: 1 }));
    }

    #[test]
    fn a_block_of_unchanged_shape_has_no_shortcut() {
        let net = wide_resnet(16, 1, 10, 32);
        assert!(!net.nodes.iter().any(|n| n.name == "block1.0.shortcut"));
        assert!(net.nodes.iter().any(|n| n.name == "block2.0.shortcut"));
        assert!(!net.nodes.iter().any(|n| n.name == "block2.1.shortcut"));
    }
}
