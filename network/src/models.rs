//! The models by name: the only place that turns a name into a description.

use crate::{Network, mobilenet, mobilenet_v1, resnet50, wide_resnet};

/// Why a name gives no model.
#[derive(Debug, thiserror::Error)]
pub enum UnknownModel {
    /// A name that means nothing here.
    #[error("there is no model `{name}`; {remedy}")]
    Name {
        /// The name that was asked for.
        name: String,
        /// What to write instead.
        remedy: String,
    },
    /// Images of too few pixels for the network's strides.
    #[error("`{name}` cannot read images of {side} x {side} pixels; the least is {least} x {least}")]
    Side {
        /// The name that was asked for.
        name: String,
        /// Side of the images in pixels.
        side: usize,
        /// The least possible side in pixels.
        least: usize,
    },
}

/// What can be asked for, for lists and messages.
pub const FAMILIES: &[(&str, &str)] = &[
    (
        "wrn-D-K",
        "WideResNet of depth D = 6n + 4 (10 to 100) and width K (1 to 16) for small images, e.g. wrn-22-2",
    ),
    ("resnet50", "ResNet-50 v1.5 for images of at least 32 x 32"),
    ("resnet50-F", "ResNet-50 with F times the channels (0.05 to below 4), e.g. resnet50-0.25"),
    ("mobilenet-v1", "MobileNet-V1 for images of at least 32 x 32"),
    ("mobilenet-v1-F", "MobileNet-V1 with F times the channels (0.05 to below 4), e.g. mobilenet-v1-0.5"),
];

/// A network of a single size, for classes and side, that a width factor is applied to.
type Full = fn(usize, usize) -> Network;

/// Such networks by name, with the least side of an image.
const FULL: [(&str, Full, usize); 2] = [
    ("resnet50", resnet50::resnet50, resnet50::LEAST_SIDE),
    ("mobilenet-v1", mobilenet_v1, mobilenet::LEAST_SIDE),
];

/// The description of model `name` with `classes` outputs for square images of `side` pixels.
pub fn model(name: &str, classes: usize, side: usize) -> Result<Network, UnknownModel> {
    let unknown = |remedy: String| UnknownModel::Name { name: name.into(), remedy };
    let at_least = |least: usize| {
        if side < least { Err(UnknownModel::Side { name: name.into(), side, least }) } else { Ok(()) }
    };
    if let Some(numbers) = name.strip_prefix("wrn-").and_then(|rest| rest.split_once('-')) {
        let (depth, width) = depth_and_width(numbers).map_err(|remedy| unknown(remedy.into()))?;
        at_least(wide_resnet::LEAST_SIDE)?;
        return Ok(wide_resnet::wide_resnet(depth, width, classes, side));
    }
    for (family, full, least) in FULL {
        let Some(rest) = name.strip_prefix(family) else { continue };
        let factor = match rest.strip_prefix('-') {
            Some(factor) => width_factor(factor).map_err(|remedy| unknown(remedy.into()))?,
            None if rest.is_empty() => 1.0,
            None => continue,
        };
        at_least(least)?;
        return Ok(Network { name: name.into(), ..full(classes, side).narrowed(factor) });
    }
    let families: Vec<&str> = FAMILIES.iter().map(|(family, _)| *family).collect();
    Err(unknown(format!("the families are {}, for instance wrn-22-2", families.join(", "))))
}

/// Depth and width of a WideResNet, or what to write instead.
fn depth_and_width((depth, width): (&str, &str)) -> Result<(usize, usize), &'static str> {
    let (Ok(depth), Ok(width)) = (depth.parse::<usize>(), width.parse::<usize>()) else {
        return Err("write depth and width as numbers, for instance wrn-22-2");
    };
    if !(10..=100).contains(&depth) || depth % 6 != 4 {
        return Err("the depth must be 6n + 4 from 10 to 100: 10, 16, 22, 28 ...");
    }
    if !(1..=16).contains(&width) {
        return Err("the width must be from 1 to 16");
    }
    Ok((depth, width))
}

/// What the channels are multiplied by, or what to write instead.
fn width_factor(text: &str) -> Result<f64, &'static str> {
    let decimal = text.chars().all(|c| c.is_ascii_digit() || c == '.');
    match text.parse::<f64>() {
        Ok(factor) if decimal && (0.05..4.0).contains(&factor) => Ok(factor),
        Ok(_) if decimal => Err("the width factor must be at least 0.05 and below 4"),
        _ => Err("write the width factor as a decimal, for instance 0.25"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_checked() {
        for name in ["wrn-22-2", "resnet50", "resnet50-0.25", "mobilenet-v1", "mobilenet-v1-1.5"] {
            assert_eq!(model(name, 10, 32).unwrap().name, name);
        }
        for (bad, word) in [
            ("resnet", "families"),
            ("resnet50x", "families"),
            ("wrn-x-2", "numbers"),
            ("wrn-20-2", "6n + 4"),
            ("wrn-22-0", "width"),
            ("resnet50-", "decimal"),
            ("resnet50-half", "decimal"),
            ("resnet50-1e-1", "decimal"),
            ("resnet50-0.01", "at least 0.05"),
            ("mobilenet-v1-4", "below 4"),
            ("mobilenet-v1-nan", "decimal"),
        ] {
            let message = model(bad, 10, 32).unwrap_err().to_string();
            assert!(message.contains(word) && message.contains(bad), "{message}");
        }
    }

    /// The last feature map has one pixel at the least side, and no model panics below it.
    #[test]
    fn images_that_are_too_small_are_refused() {
        for (name, least) in [("wrn-10-1", 4), ("resnet50", 32), ("mobilenet-v1-0.5", 32)] {
            let network = model(name, 10, least).unwrap();
            let shape = network.nodes[network.nodes.len() - 3].shape;
            assert_eq!((shape.height, shape.width), (1, 1), "{name}");
            for side in [0, 1, least - 1] {
                let message = model(name, 10, side).unwrap_err().to_string();
                assert!(message.contains(&format!("the least is {least} x {least}")), "{message}");
            }
            assert!(model(name, 10, least + 1).is_ok());
        }
    }

    #[test]
    fn a_width_factor_narrows() {
        assert_eq!(model("resnet50-1", 10, 32).unwrap().nodes, model("resnet50", 10, 32).unwrap().nodes);
        let narrow = model("resnet50-0.25", 10, 32).unwrap();
        assert_eq!(narrow.layers()[0].outputs, 16);
    }
}
