//! ResNet-18, -34, -50 and -101 for photographs (He et al., arXiv 1512.03385), those with bottlenecks in version 1.5.
//!
//! Basic blocks are two 3x3 convolutions; bottlenecks are 1x1 down, 3x3, 1x1 up to four times the width. Version
//! 1.5 has a stage's stride on a bottleneck's 3x3 convolution instead of the first 1x1;
//! these are the ResNets of torchvision, whose names the parameters have, and its ResNet-50 is
//! the one that RigL, HALP and the IEE paper prune. A block that changes its shape has a 1x1 convolution with a batch
//! norm in its shortcut (option B of the paper).

use crate::{Builder, Network, NodeId, Shape};

/// Least side of an image: the last stage halves a pixel otherwise.
pub(crate) const LEAST_SIDE: usize = 32;

/// ResNet-50 v1.5 for square images of `side` pixels, at least 32.
pub fn resnet50(classes: usize, side: usize) -> Network {
    of_blocks("resnet50", STAGES.map(|stage| stage.blocks), bottleneck, classes, side)
}

/// ResNet-18 for square images of `side` pixels, at least 32.
pub fn resnet18(classes: usize, side: usize) -> Network {
    of_blocks("resnet18", [2, 2, 2, 2], basic, classes, side)
}

/// ResNet-34 for square images of `side` pixels, at least 32.
pub fn resnet34(classes: usize, side: usize) -> Network {
    of_blocks("resnet34", [3, 4, 6, 3], basic, classes, side)
}

/// ResNet-101 v1.5 for square images of `side` pixels, at least 32.
pub fn resnet101(classes: usize, side: usize) -> Network {
    of_blocks("resnet101", [3, 4, 23, 3], bottleneck, classes, side)
}

/// Writes a block of a name, behind a node, of a width and a stride.
type Block = fn(&mut Builder, &str, NodeId, usize, usize) -> NodeId;

fn of_blocks(name: &str, blocks: [usize; 4], block: Block, classes: usize, side: usize) -> Network {
    let mut net = Builder::new(name, Shape { channels: 3, height: side, width: side });
    let mut x = stem(&mut net);
    for (stage, blocks) in STAGES.into_iter().zip(blocks) {
        x = stage_of(&mut net, &Stage { blocks, ..stage }, block, x);
    }
    let x = net.global_average_pool("avgpool", x);
    net.linear("fc", x, classes);
    net.finish()
}

/// Blocks of one width.
pub(crate) struct Stage {
    pub(crate) number: usize,
    pub(crate) blocks: usize,
    /// Channels within a block; what a basic block returns, and a quarter of what a bottleneck does.
    pub(crate) width: usize,
    /// Stride of the first block.
    pub(crate) stride: usize,
}

/// ResNet-50 in He et al.'s table 1.
pub(crate) const STAGES: [Stage; 4] = [
    Stage { number: 1, blocks: 3, width: 64, stride: 1 },
    Stage { number: 2, blocks: 4, width: 128, stride: 2 },
    Stage { number: 3, blocks: 6, width: 256, stride: 2 },
    Stage { number: 4, blocks: 3, width: 512, stride: 2 },
];

/// What comes before the stages: a quarter of the images' side is left.
pub(crate) fn stem(net: &mut Builder) -> NodeId {
    let x = net.conv("conv1", 0, 64, 7, 2);
    let x = net.batch_norm("bn1", x);
    let x = net.relu("relu", x);
    net.max_pool("maxpool", x, 3, 2, 1)
}

/// All bottlenecks of `stage` behind node `input`.
pub(crate) fn stage(net: &mut Builder, stage: &Stage, input: NodeId) -> NodeId {
    stage_of(net, stage, bottleneck, input)
}

/// All blocks of `stage` behind node `input`.
pub(crate) fn stage_of(net: &mut Builder, stage: &Stage, block: Block, input: NodeId) -> NodeId {
    (0..stage.blocks).fold(input, |x, index| {
        let stride = if index == 0 { stage.stride } else { 1 };
        block(net, &format!("layer{}.{index}", stage.number), x, stage.width, stride)
    })
}

/// Two 3x3 convolutions, the stride on the first.
pub(crate) fn basic(net: &mut Builder, name: &str, input: NodeId, width: usize, stride: usize) -> NodeId {
    let x = net.conv(&format!("{name}.conv1"), input, width, 3, stride);
    let x = net.batch_norm(&format!("{name}.bn1"), x);
    let x = net.relu(&format!("{name}.relu1"), x);
    let x = net.conv(&format!("{name}.conv2"), x, width, 3, 1);
    let x = net.batch_norm(&format!("{name}.bn2"), x);
    let x = joined(net, name, input, x, stride);
    net.relu(&format!("{name}.relu2"), x)
}

fn bottleneck(net: &mut Builder, name: &str, input: NodeId, width: usize, stride: usize) -> NodeId {
    let x = net.conv(&format!("{name}.conv1"), input, width, 1, 1);
    let x = net.batch_norm(&format!("{name}.bn1"), x);
    let x = net.relu(&format!("{name}.relu1"), x);
    let x = net.conv(&format!("{name}.conv2"), x, width, 3, stride);
    let x = net.batch_norm(&format!("{name}.bn2"), x);
    let x = net.relu(&format!("{name}.relu2"), x);
    let x = net.conv(&format!("{name}.conv3"), x, 4 * width, 1, 1);
    let x = net.batch_norm(&format!("{name}.bn3"), x);
    let x = joined(net, name, input, x, stride);
    net.relu(&format!("{name}.relu3"), x)
}

/// The sum of a block's branch and its shortcut from `input`.
fn joined(net: &mut Builder, name: &str, input: NodeId, branch: NodeId, stride: usize) -> NodeId {
    let shortcut = if net.shape(input) == net.shape(branch) {
        input
    } else {
        let channels = net.shape(branch).channels;
        let shortcut = net.conv(&format!("{name}.downsample.0"), input, channels, 1, stride);
        net.batch_norm(&format!("{name}.downsample.1"), shortcut)
    };
    net.add(&format!("{name}.add"), branch, shortcut)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// torchvision's parameter count; 8.2e9 FLOPs in RigL's table.
    #[test]
    fn it_has_the_published_counts() {
        let net = resnet50(1000, 224);
        assert_eq!(net.parameters(), 25_557_032);
        assert_eq!(net.weights(), 25_502_912);
        assert_eq!((net.macs() as f64 / 1e5).round() / 1e4, 4.0892);
    }

    /// Parameters and GFLOPS (multiply-accumulates) of torchvision's documentation of each model's weights
    /// (docs.pytorch.org/vision/stable/models.html).
    #[test]
    fn the_others_have_torchvisions_counts() {
        for (net, parameters, giga) in [
            (resnet18(1000, 224), 11_689_512, 1.81),
            (resnet34(1000, 224), 21_797_672, 3.66),
            (resnet101(1000, 224), 44_549_160, 7.80),
        ] {
            assert_eq!(net.parameters(), parameters, "{}", net.name);
            assert_eq!((net.macs() as f64 / 1e7).round() / 1e2, giga, "{}", net.name);
            assert_eq!(net.check(), Ok(()));
        }
    }

    /// Only blocks that change their shape have a convolution in their shortcut: none of the first stage of basic
    /// blocks, which begins with the channels of the stem.
    #[test]
    fn basic_blocks_have_three_downsamples() {
        let layers = resnet34(10, 32).layers();
        let downsamples: Vec<&str> = layers
            .iter()
            .map(|layer| layer.name.as_str())
            .filter(|name| name.contains("downsample"))
            .collect();
        assert_eq!(downsamples, ["layer2.0.downsample.0", "layer3.0.downsample.0", "layer4.0.downsample.0"]);
        assert_eq!(layers.len(), 33 + 3 + 1);
    }

    /// The shapes of He et al.'s table 1, with the stride where version 1.5 has it.
    #[test]
    fn stages_have_the_published_shapes() {
        let net = resnet50(1000, 224);
        let shape = |name: &str| {
            let shape = net.nodes.iter().find(|node| node.name == name).unwrap().shape;
            (shape.channels, shape.height, shape.width)
        };
        for (name, expected) in [
            ("conv1", (64, 112, 112)),
            ("maxpool", (64, 56, 56)),
            ("layer1.2.relu3", (256, 56, 56)),
            ("layer2.0.conv1", (128, 56, 56)),
            ("layer2.0.conv2", (128, 28, 28)),
            ("layer2.3.relu3", (512, 28, 28)),
            ("layer3.5.relu3", (1024, 14, 14)),
            ("layer4.0.downsample.1", (2048, 7, 7)),
            ("fc", (1000, 1, 1)),
        ] {
            assert_eq!(shape(name), expected, "{name}");
        }
    }

    /// 53 convolutions and one fully connected layer; only a stage's first block has a downsample.
    #[test]
    fn layers_are_those_of_torchvision() {
        let names: Vec<String> = resnet50(10, 32).layers().into_iter().map(|layer| layer.name).collect();
        assert_eq!(names.len(), 54);
        assert_eq!(
            names[..6],
            [
                "conv1",
                "layer1.0.conv1",
                "layer1.0.conv2",
                "layer1.0.conv3",
                "layer1.0.downsample.0",
                "layer1.1.conv1"
            ]
        );
        assert_eq!(names.iter().filter(|name| name.contains("downsample")).count(), 4);
    }
}
