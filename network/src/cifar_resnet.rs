//! ResNet-20, -32 and -56 for small images (He et al., arXiv 1512.03385, section 4.2).
//!
//! A 3x3 convolution to 16 channels and three stages of n basic blocks, of 16, 32 and 64 channels; 6n + 2 layers.
//!
//! The paper's shortcuts between stages are those of its option A, every second pixel with channels of zeros
//! appended; they have no parameters. Here they are those of its option B, a 1x1 convolution with a batch norm, as in the
//! networks for photographs. Channels of zeros would couple half the channels of one stage with
//! channels of the next, and a group of coupled channels could no longer be pruned as one.
//! The difference is two convolutions, of 16 x 32 and 32 x 64 weights, with their batch norms: 2,752 parameters and
//! 262,144 multiply-accumulates whatever the depth.

use crate::resnet::{Stage, basic, stage_of};
use crate::{Builder, Network, Shape};

/// Least side of an image: the last stage halves a pixel otherwise.
pub(crate) const LEAST_SIDE: usize = 4;

/// Channels and stride of the stages.
const STAGES: [(usize, usize); 3] = [(16, 1), (32, 2), (64, 2)];

/// ResNet-`depth` for square images of `side` pixels, at least 4; `depth` must be 6 n + 2.
pub fn cifar_resnet(depth: usize, classes: usize, side: usize) -> Network {
    let blocks = (depth - 2) / 6;
    let mut net = Builder::new(&format!("resnet{depth}"), Shape { channels: 3, height: side, width: side });
    let x = net.conv("conv1", 0, 16, 3, 1);
    let x = net.batch_norm("bn1", x);
    let mut x = net.relu("relu", x);
    for (number, (width, stride)) in (1..).zip(STAGES) {
        x = stage_of(&mut net, &Stage { number, blocks, width, stride }, basic, x);
    }
    let x = net.global_average_pool("avgpool", x);
    net.linear("fc", x, classes);
    net.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// He et al.'s table 6 has 0.27, 0.46 and 0.85 million parameters; tables of pruning papers have 4.06e7, 6.89e7
    /// and 1.25e8 multiply-accumulates (FPGM, arXiv 1811.00250, table 1; SFP, arXiv 1808.06866, table 1). Both are of
    /// option A, so what option B adds is taken off.
    #[test]
    fn they_have_the_published_counts_and_what_their_shortcuts_add() {
        for (depth, parameters, macs) in [(20, 0.27, 4.06e7), (32, 0.46, 6.89e7), (56, 0.85, 1.25e8)] {
            let net = cifar_resnet(depth, 10, 32);
            assert_eq!(net.check(), Ok(()));
            let plain = net.parameters() - 2_752;
            assert_eq!((plain as f64 / 1e4).round() / 1e2, parameters, "{depth}: {plain}");
            let plain = (net.macs() - 262_144) as f64;
            assert!((plain / macs - 1.0).abs() < 0.005, "{depth}: {plain}");
            let shortcuts = net.layers().into_iter().filter(|layer| layer.name.contains("downsample"));
            let (weights, macs) = shortcuts
                .fold((0, 0), |(weights, macs), layer| (weights + layer.weights(), macs + layer.macs));
            assert_eq!((weights + 2 * (32 + 64), macs), (2_752, 262_144));
        }
    }

    /// 6n + 2 layers in the branches, as the name counts them.
    #[test]
    fn the_depth_is_that_of_the_name() {
        for depth in [20, 32, 56] {
            let layers = cifar_resnet(depth, 10, 32).layers();
            assert_eq!(layers.iter().filter(|layer| !layer.name.contains("downsample")).count(), depth);
        }
    }
}
