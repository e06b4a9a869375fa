//! MobileNet-V2 (Sandler et al., arXiv 1801.04381), with the names of torchvision's parameters.
//!
//! Inverted residuals: a pointwise convolution to six times the channels, a depthwise 3x3 one, and a pointwise one back
//! to a narrow result, which nothing rectifies. Rectifiers pass at most six. The classifier has a dropout before it;
//! the paper's rate is 0.2 (torchvision, too), and the recipe's `dropout` says what it is here.

use crate::{Builder, Network, NodeId, Shape};

/// Least side of an image: the last strides halve a pixel otherwise.
pub(crate) const LEAST_SIDE: usize = 32;

/// Expansion, channels, blocks and stride of the first of them: the paper's table 2.
const STAGES: [(usize, usize, usize, usize); 7] = [
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
];

/// MobileNet-V2 of width 1 for square images of `side` pixels, at least 32.
pub fn mobilenet_v2(classes: usize, side: usize) -> Network {
    let mut net = Builder::new("mobilenet-v2", Shape { channels: 3, height: side, width: side });
    let x = net.conv("features.0.0", 0, 32, 3, 2);
    let mut x = rectified(&mut net, "features.0", x);
    let mut number = 1;
    for (expansion, channels, blocks, stride) in STAGES {
        for index in 0..blocks {
            let stride = if index == 0 { stride } else { 1 };
            x = block(&mut net, &format!("features.{number}"), x, expansion, channels, stride);
            number += 1;
        }
    }
    let x = net.conv(&format!("features.{number}.0"), x, 1280, 1, 1);
    let x = rectified(&mut net, &format!("features.{number}"), x);
    let x = net.global_average_pool("avgpool", x);
    let x = net.dropout("classifier.0", x);
    net.linear("classifier.1", x, classes);
    net.finish()
}

/// Batch norm and rectifier of the convolution `name`.0.
fn rectified(net: &mut Builder, name: &str, convolved: NodeId) -> NodeId {
    let x = net.batch_norm(&format!("{name}.1"), convolved);
    net.relu6(&format!("{name}.2"), x)
}

fn block(
    net: &mut Builder,
    name: &str,
    input: NodeId,
    expansion: usize,
    channels: usize,
    stride: usize,
) -> NodeId {
    let (mut x, mut part) = (input, 0);
    if expansion > 1 {
        let expanded = net.shape(input).channels * expansion;
        x = net.conv(&format!("{name}.conv.0.0"), x, expanded, 1, 1);
        x = rectified(net, &format!("{name}.conv.0"), x);
        part = 1;
    }
    x = net.depthwise(&format!("{name}.conv.{part}.0"), x, 3, stride);
    x = rectified(net, &format!("{name}.conv.{part}"), x);
    x = net.conv(&format!("{name}.conv.{}", part + 1), x, channels, 1, 1);
    x = net.batch_norm(&format!("{name}.conv.{}", part + 2), x);
    if net.shape(input) == net.shape(x) { net.add(&format!("{name}.add"), x, input) } else { x }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Op;

    /// torchvision's documentation of MobileNet_V2_Weights: 3,504,872 parameters, 0.30 GFLOPS, which are the 300 million
    /// multiply-adds of the paper's table 4.
    #[test]
    fn it_has_the_published_counts() {
        let net = mobilenet_v2(1000, 224);
        assert_eq!(net.check(), Ok(()));
        assert_eq!(net.parameters(), 3_504_872);
        assert_eq!((net.macs() as f64 / 1e7).round() / 1e2, 0.30);
    }

    /// 17 blocks, ten of which add what they read; 52 convolutions and the classifier.
    #[test]
    fn blocks_are_those_of_the_table() {
        let net = mobilenet_v2(10, 32);
        assert_eq!(net.nodes.iter().filter(|node| node.op == Op::Add).count(), 10);
        let layers = net.layers();
        assert_eq!((layers.len(), layers.iter().filter(|layer| layer.is_depthwise()).count()), (53, 17));
    }
}
