//! SSD on ResNet-50: a detector of objects (Liu et al., arXiv 1512.02325) as the structured-pruning papers train it.
//!
//! The backbone is ResNet-50 up to layer3, whose stride is 1: a quarter of the
//! usual stride, 64 x 64 pixels of a 512 x 512 image. Further convolutions halve the
//! map until one pixel is left, and every map has two heads, biased 3x3 convolutions for
//! the boxes' offsets and for their classes. In SSD512 that makes seven maps and
//! 24,564 boxes.
//!
//! Two networks carry this name. The "full" one is what NVIDIA's logs of the method
//! print (NVlabs/MDP, history of `ssd/`, 2022): as in the SSD paper, conv5 and the
//! dilated conv6 and conv7 follow a pool. The "skim" one of SMCP (NVlabs/SMCP,
//! `smcp/detection`) has two convolutions in their place.

mod default_boxes;
#[cfg(test)]
mod tests;

pub use default_boxes::{DefaultBoxes, NotADetector};

use crate::resnet::{self, Stage};
use crate::{Builder, Network, NodeId, Shape, Window};

/// Least and greatest side of an image in pixels; between them only powers of two halve down to one pixel.
pub(crate) const SIDES: std::ops::RangeInclusive<usize> = 64..=1024;

/// Which of the two networks of this name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Variant {
    /// With a pool, five convolutions and a dilated one between the first two maps.
    Full,
    /// SMCP's, with two convolutions there.
    Skim,
}

/// SSD-ResNet50 for `classes` kinds of objects, without the background, on images of `side` pixels.
///
/// The side is a power of two in [`SIDES`]. The outputs are, map by map from the largest:
/// location, 4 numbers for each box of a cell, and class, `classes` + 1 scores for each, of which the
/// first is the background's. A cell has 4 boxes on the first and the last two maps and 6 between.
/// A side of 2^n pixels has n - 2 maps; the last convolution, from two pixels to one, is 4x4 with one pixel of
/// padding, and 3x3 at stride 2 make the others.
pub(crate) fn ssd(variant: Variant, classes: usize, side: usize) -> Network {
    let mut net = Builder::new("ssd", Shape { channels: 3, height: side, width: side });
    let backbone = backbone(&mut net);
    net.end_backbone(backbone);
    let second = match variant {
        Variant::Full => full(&mut net, backbone),
        Variant::Skim => skim(&mut net, backbone),
    };
    let mut maps = vec![("4_3".to_string(), backbone), ("7".to_string(), second)];
    let mut last = second;
    for number in 8.. {
        let pixels = net.shape(last).height;
        if pixels == 1 {
            break;
        }
        let (narrow, wide) = if number == 8 { (256, 512) } else { (128, 256) };
        let halving = if pixels == 2 { Window::new(4, 1).padded(1) } else { Window::new(3, 2) };
        let x = layer(&mut net, &format!("{number}_1"), last, narrow, Window::new(1, 1));
        last = layer(&mut net, &format!("{number}_2"), x, wide, halving);
        maps.push((format!("{number}_2"), last));
    }
    for (level, (name, map)) in maps.iter().enumerate() {
        let boxes = if level == 0 || level + 2 >= maps.len() { 4 } else { 6 };
        for (head, channels) in [("location", 4 * boxes), ("class", (classes + 1) * boxes)] {
            let name = format!("head{name}.{head}");
            let head = net.convolution(&name, *map, channels, Window::new(3, 1), true);
            net.output(head);
        }
    }
    net.finish()
}

/// ResNet-50 up to layer3, which does not halve the map.
fn backbone(net: &mut Builder) -> NodeId {
    let [first, second, third, _] = resnet::STAGES;
    let x = resnet::stem(net);
    [first, second, Stage { stride: 1, ..third }].iter().fold(x, |x, stage| resnet::stage(net, stage, x))
}

/// conv5 to conv7 as in the SSD paper, each with a batch norm.
fn full(net: &mut Builder, from: NodeId) -> NodeId {
    let mut x = net.max_pool("pool4", from, 2, 2, 0);
    for name in ["5_1", "5_2", "5_3"] {
        x = layer(net, name, x, 512, Window::new(3, 1));
    }
    let x = net.max_pool("pool5", x, 3, 1, 1);
    let x = layer(net, "6", x, 1024, Window::new(3, 1).dilated(6));
    layer(net, "7", x, 1024, Window::new(1, 1))
}

/// What SMCP has in place of conv5 to conv7.
fn skim(net: &mut Builder, from: NodeId) -> NodeId {
    let x = layer(net, "5_1", from, 512, Window::new(3, 1));
    layer(net, "5_2", x, 512, Window::new(3, 2))
}

/// A convolution without bias, its batch norm and its activation.
fn layer(net: &mut Builder, name: &str, from: NodeId, channels: usize, window: Window) -> NodeId {
    let x = net.convolution(&format!("conv{name}"), from, channels, window, false);
    let x = net.batch_norm(&format!("bn{name}"), x);
    net.relu(&format!("relu{name}"), x)
}
