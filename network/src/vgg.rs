//! VGG-16 with batch norms (Simonyan and Zisserman, arXiv 1409.1556, configuration D), with the names of torchvision's
//! parameters.
//!
//! Thirteen 3x3 convolutions with biases and batch norms, five pools that halve the map, and a classifier of three fully
//! connected layers over all of the last 7 x 7 pixels. Maps of another size are averaged or enlarged to 7 x 7, as in
//! torchvision, so that the classifier's weights have one shape. Its two dropouts have the rate of the
//! recipe's `dropout`; the paper's is 0.5 (torchvision, too).

use crate::{Builder, Network, Shape, Window};

/// Least side of an image: the last pool halves a pixel otherwise.
pub(crate) const LEAST_SIDE: usize = 32;

/// Channels of the convolutions between the pools.
const STAGES: [&[usize]; 5] = [&[64; 2], &[128; 2], &[256; 3], &[512; 3], &[512; 3]];
/// Side of the map that the classifier reads.
const MAP: usize = 7;
/// Features of the hidden fully connected layers.
const HIDDEN: usize = 4096;

/// VGG-16 with batch norms for square images of `side` pixels, at least 32.
pub fn vgg16_bn(classes: usize, side: usize) -> Network {
    let mut net = Builder::new("vgg16-bn", Shape { channels: 3, height: side, width: side });
    let (mut x, mut number) = (0, 0);
    let mut name = || {
        number += 1;
        format!("features.{}", number - 1)
    };
    for stage in STAGES {
        for &channels in stage {
            x = net.convolution(&name(), x, channels, Window::new(3, 1), true);
            x = net.batch_norm(&name(), x);
            x = net.relu(&name(), x);
        }
        x = net.max_pool(&name(), x, 2, 2, 0);
    }
    // At 224 pixels this is what it reads.
    if net.shape(x).height != MAP {
        x = net.adaptive_average_pool("avgpool", x, MAP);
    }
    let x = net.flattened_linear("classifier.0", x, HIDDEN);
    let x = net.relu("classifier.1", x);
    let x = net.dropout("classifier.2", x);
    let x = net.linear("classifier.3", x, HIDDEN);
    let x = net.relu("classifier.4", x);
    let x = net.dropout("classifier.5", x);
    net.linear("classifier.6", x, classes);
    net.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// torchvision's documentation of VGG16_BN_Weights: 138,365,992 parameters, 15.47 GFLOPS.
    #[test]
    fn it_has_the_published_counts() {
        let net = vgg16_bn(1000, 224);
        assert_eq!(net.check(), Ok(()));
        assert_eq!(net.parameters(), 138_365_992);
        assert_eq!((net.macs() as f64 / 1e7).round() / 1e2, 15.47);
        let first = &net.layers()[13];
        assert_eq!((first.name.as_str(), first.inputs, first.fan_in()), ("classifier.0", 512, 25_088));
        assert_eq!(first.macs, 25_088 * 4096);
    }

    /// The classifier is the same whatever the images, and nothing is pooled to 7 x 7 that is 7 x 7.
    #[test]
    fn maps_of_another_size_are_brought_to_that_of_the_classifier() {
        for (side, pooled) in [(32, true), (64, true), (224, false), (256, true)] {
            let net = vgg16_bn(1000, side);
            assert_eq!(net.check(), Ok(()));
            assert_eq!(net.parameters(), 138_365_992);
            assert_eq!(net.nodes.iter().any(|node| node.name == "avgpool"), pooled, "{side}");
        }
    }

    /// Each convolution is a group of its own; the hidden features of the classifier are groups without a convolution.
    #[test]
    fn channels_reach_the_classifier_with_all_their_pixels() {
        let net = vgg16_bn(10, 32);
        let groups = net.channel_groups().unwrap();
        assert_eq!(groups.groups.len(), 1 + 13 + 3);
        let last = &groups.groups[13];
        let readers: Vec<&str> = last.readers.iter().map(|&id| net.nodes[id].name.as_str()).collect();
        assert_eq!((last.channels, readers), (512, vec!["classifier.0"]));
        let mut kept: Vec<Vec<usize>> =
            groups.counts().into_iter().map(|count| (0..count).collect()).collect();
        kept[13].truncate(100);
        let small = net.compacted(&groups, &crate::Kept::new(&groups, kept).unwrap());
        assert_eq!(small.check(), Ok(()));
        let fewer = |layer: &str| {
            let weights =
                |net: &Network| net.layers().into_iter().find(|found| found.name == layer).unwrap().weights();
            weights(&net) - weights(&small)
        };
        assert_eq!(fewer("classifier.0"), 412 * 49 * 4096);
        assert_eq!(fewer("features.40"), 412 * 512 * 9);
        assert_eq!(fewer("classifier.3"), 0);
    }
}
