//! MobileNet-V1 (Howard et al., arXiv 1704.04861).
//!
//! After one ordinary convolution, thirteen blocks of a depthwise 3x3 and a
//! pointwise 1x1 convolution, each with batch norm and rectifier.

use crate::{Builder, Network, Shape};

/// Least side of an image: the last strides halve a pixel otherwise.
pub(crate) const LEAST_SIDE: usize = 32;

/// Output channels and stride of each block.
const BLOCKS: [(usize, usize); 13] = [
    (64, 1),
    (128, 2),
    (128, 1),
    (256, 2),
    (256, 1),
    (512, 2),
    (512, 1),
    (512, 1),
    (512, 1),
    (512, 1),
    (512, 1),
    (1024, 2),
    (1024, 1),
];

/// MobileNet-V1 of width 1 for square images of `side` pixels, at least 32.
pub fn mobilenet_v1(classes: usize, side: usize) -> Network {
    let mut net = Builder::new("mobilenet-v1", Shape { channels: 3, height: side, width: side });
    let x = net.conv("conv1", 0, 32, 3, 2);
    let x = net.batch_norm("bn1", x);
    let mut x = net.relu("relu", x);
    for (index, (channels, stride)) in BLOCKS.into_iter().enumerate() {
        let name = |part: &str| format!("block{}.{part}", index + 1);
        x = net.depthwise(&name("depthwise"), x, 3, stride);
        x = net.batch_norm(&name("bn1"), x);
        x = net.relu(&name("relu1"), x);
        x = net.conv(&name("pointwise"), x, channels, 1, 1);
        x = net.batch_norm(&name("bn2"), x);
        x = net.relu(&name("relu2"), x);
    }
    let x = net.global_average_pool("avgpool", x);
    net.linear("fc", x, classes);
    net.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Layer;

    /// MACs by hand, in squares of 112, 56, 28, 14 and 7 pixels:
    ///
    /// - first convolution: 112^2 * 27 * 32 = 10,838,016
    /// - depthwise: 9 (112^2 * 32 + 56^2 * (64 + 128) + 28^2 * (128 + 256)
    ///   + 14^2 * (256 + 5 * 512) + 7^2 * (512 + 1024)) = 17,385,984
    /// - pointwise: 112^2 * 32 * 64 + 56^2 * (64 * 128 + 128^2) + 28^2 * (128 * 256 + 256^2)
    ///   + 14^2 * (256 * 512 + 5 * 512^2) + 7^2 * (512 * 1024 + 1024^2) = 539,492,352
    /// - fully connected: 1024 * 1000 = 1,024,000
    ///
    /// In sum 568,740,352: the paper's 569 million multiply-adds and RigL's 1.1e9 FLOPs.
    #[test]
    fn it_has_the_published_counts() {
        let net = mobilenet_v1(1000, 224);
        assert_eq!(net.parameters(), 4_231_976);
        let macs = |of: fn(&Layer) -> bool| -> u64 {
            net.layers().iter().filter(|layer| of(layer)).map(|layer| layer.macs).sum()
        };
        assert_eq!(macs(|layer| layer.name == "conv1"), 10_838_016);
        assert_eq!(macs(Layer::is_depthwise), 17_385_984);
        assert_eq!(macs(|layer| layer.name.ends_with("pointwise")), 539_492_352);
        assert_eq!(macs(|layer| layer.name == "fc"), 1_024_000);
        assert_eq!(net.macs(), 568_740_352);
    }

    #[test]
    fn a_depthwise_convolution_reads_one_channel() {
        let layers = mobilenet_v1(10, 32).layers();
        let depthwise: Vec<_> = layers.iter().filter(|layer| layer.is_depthwise()).collect();
        assert_eq!(depthwise.len(), 13);
        assert!(depthwise.iter().all(|layer| layer.weights() == 9 * layer.outputs));
        assert_eq!((layers[1].inputs, layers[1].outputs, layers[1].groups), (1, 32, 32));
        assert_eq!((layers[2].inputs, layers[2].outputs, layers[2].groups), (32, 64, 1));
    }
}
