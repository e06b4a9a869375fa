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

/// Classes and images that a family was designed for, used where no others are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsualInputs {
    /// Number of classes.
    pub classes: usize,
    /// Side of the square images in pixels.
    pub side: usize,
}

const CIFAR: UsualInputs = UsualInputs { classes: 10, side: 32 };
const IMAGENET: UsualInputs = UsualInputs { classes: 1000, side: 224 };

/// Builds the network for a model name from what follows its stem, the number of classes and the side of
/// the images in pixels. None if the name is not of this family; an error says what to write instead.
type Build = fn(Option<&str>, usize, usize) -> Option<Result<Network, &'static str>>;

/// Models that are built alike.
struct Family {
    /// What its names begin with.
    stem: &'static str,
    /// How its names are written and what they mean.
    names: &'static [(&'static str, &'static str)],
    least_side: usize,
    usual: UsualInputs,
    build: Build,
}

/// A new model is one function and one line here.
const FAMILIES: &[Family] = &[
    Family {
        stem: "wrn",
        names: &[(
            "wrn-D-K",
            "WideResNet of depth D = 6n + 4 (10 to 100) and width K (1 to 16) for small images, e.g. wrn-22-2",
        )],
        least_side: wide_resnet::LEAST_SIDE,
        usual: CIFAR,
        build: |rest, classes, side| {
            let size = depth_and_width(rest?.split_once('-')?);
            Some(size.map(|(depth, width)| wide_resnet::wide_resnet(depth, width, classes, side)))
        },
    },
    Family {
        stem: "resnet50",
        names: &[
            ("resnet50", "ResNet-50 v1.5 for images of at least 32 x 32"),
            ("resnet50-F", "ResNet-50 with F times the channels (0.05 to below 4), e.g. resnet50-0.25"),
        ],
        least_side: resnet50::LEAST_SIDE,
        usual: IMAGENET,
        build: |rest, classes, side| Some(scaled(resnet50::resnet50(classes, side), rest)),
    },
    Family {
        stem: "mobilenet-v1",
        names: &[
            ("mobilenet-v1", "MobileNet-V1 for images of at least 32 x 32"),
            (
                "mobilenet-v1-F",
                "MobileNet-V1 with F times the channels (0.05 to below 4), e.g. mobilenet-v1-0.5",
            ),
        ],
        least_side: mobilenet::LEAST_SIDE,
        usual: IMAGENET,
        build: |rest, classes, side| Some(scaled(mobilenet_v1(classes, side), rest)),
    },
];

/// How the names of models are written and what they mean, for lists.
pub fn names() -> impl Iterator<Item = (&'static str, &'static str)> {
    FAMILIES.iter().flat_map(|family| family.names.iter().copied())
}

/// The description of model `name` with `classes` outputs for square images of `side` pixels.
///
/// # Errors
///
/// If no model has this name, or if the images are too small for it.
pub fn model(name: &str, classes: usize, side: usize) -> Result<Network, UnknownModel> {
    let unknown = |remedy: String| UnknownModel::Name { name: name.into(), remedy };
    for (family, rest) in of_stem(name) {
        let least = family.least_side;
        if side < least {
            return Err(UnknownModel::Side { name: name.into(), side, least });
        }
        if let Some(network) = (family.build)(rest, classes, side) {
            return network
                .map(|network| Network { name: name.into(), ..network })
                .map_err(|remedy| unknown(remedy.into()));
        }
    }
    let names: Vec<&str> = names().map(|(name, _)| name).collect();
    Err(unknown(format!("the families are {}, for instance wrn-22-2", names.join(", "))))
}

/// The classes and images that the family of model `name` was made for.
///
/// # Errors
///
/// If no model has this name.
pub fn usual_inputs(name: &str) -> Result<UsualInputs, UnknownModel> {
    let usual = of_stem(name).next().map_or(IMAGENET, |(family, _)| family.usual);
    model(name, usual.classes, usual.side).map(|_| usual)
}

/// The families whose stem `name` has, and what of it is behind the stem and a hyphen.
fn of_stem(name: &str) -> impl Iterator<Item = (&'static Family, Option<&str>)> {
    FAMILIES.iter().filter_map(move |family| {
        let rest = name.strip_prefix(family.stem)?;
        match rest.strip_prefix('-') {
            Some(rest) => Some((family, Some(rest))),
            None => rest.is_empty().then_some((family, None)),
        }
    })
}

/// `full` with its channels times the factor that is written in `factor`, or what to write instead.
fn scaled(full: Network, factor: Option<&str>) -> Result<Network, &'static str> {
    factor.map_or(Ok(1.0), width_factor).map(|factor| full.narrowed(factor))
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

    /// All that a list, a message and a measurement by name need of a family is in its entry.
    #[test]
    fn every_family_says_what_it_is_for() {
        for family in FAMILIES {
            assert!(!family.names.is_empty() && family.usual.side >= family.least_side, "{}", family.stem);
            for (name, _) in family.names {
                let example = name.replace("D-K", "10-1").replace("-F", "-0.5");
                assert_eq!(usual_inputs(&example).unwrap(), family.usual, "{example}");
            }
        }
        assert!(usual_inputs("resnet51").unwrap_err().to_string().contains("families"));
    }

    #[test]
    fn a_width_factor_narrows() {
        assert_eq!(model("resnet50-1", 10, 32).unwrap().nodes, model("resnet50", 10, 32).unwrap().nodes);
        let narrow = model("resnet50-0.25", 10, 32).unwrap();
        assert_eq!(narrow.layers()[0].outputs, 16);
    }
}
