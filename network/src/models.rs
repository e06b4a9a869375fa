//! The models by name: the only place that turns a name into a description.

use crate::ssd::{self, Variant};
use crate::{
    Network, cifar_resnet, did_you_mean, mobilenet, mobilenet_v1, mobilenet_v2, resnet, resnet18, resnet34,
    resnet50, resnet101, vgg, vgg16_bn, wide_resnet,
};

/// Why a name gives no model.
#[derive(Debug, thiserror::Error)]
pub enum UnknownModel {
    /// A name that means nothing here.
    #[error("there is no model `{name}`{hint}; {remedy}")]
    Name {
        /// The name that was asked for.
        name: String,
        /// The nearest name, as a question, or nothing.
        hint: String,
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
    /// Images of another side than the name says.
    #[error(
        "`{name}` reads images of {named} x {named} pixels, not of {side} x {side}; write `--set \
         image_size={named}`, or choose a model for images of {side} pixels"
    )]
    OtherSide {
        /// The name that was asked for.
        name: String,
        /// Side of the images in pixels.
        side: usize,
        /// The side in pixels that the name says.
        named: usize,
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
const VOC: UsualInputs = UsualInputs { classes: 20, side: 512 };

/// Builds the network for a model name from what follows its stem, the number of classes and the side of
/// the images in pixels. None if the name is not of this family; an error says what to write instead.
type Build = fn(Option<&str>, usize, usize) -> Option<Result<Network, &'static str>>;

/// Models that are built alike.
struct Family {
    /// What its names begin with; an `S` stands for the side of the images in pixels.
    stem: &'static str,
    /// How its names are written and what they mean.
    names: &'static [(&'static str, &'static str)],
    /// Networks of every kind that it has, as small as they get, to be computed in moments.
    small: &'static [&'static str],
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
        small: &["wrn-10-1"],
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
        small: &["resnet50-0.125"],
        least_side: resnet::LEAST_SIDE,
        usual: IMAGENET,
        build: |rest, classes, side| Some(scaled(resnet50(classes, side), rest)),
    },
    Family {
        stem: "resnet18",
        names: &[
            ("resnet18", "ResNet-18 for images of at least 32 x 32"),
            ("resnet18-F", "ResNet-18 with F times the channels (0.05 to below 4), e.g. resnet18-0.5"),
        ],
        small: &["resnet18-0.125"],
        least_side: resnet::LEAST_SIDE,
        usual: IMAGENET,
        build: |rest, classes, side| Some(scaled(resnet18(classes, side), rest)),
    },
    Family {
        stem: "resnet34",
        names: &[
            ("resnet34", "ResNet-34 for images of at least 32 x 32"),
            ("resnet34-F", "ResNet-34 with F times the channels (0.05 to below 4), e.g. resnet34-0.5"),
        ],
        small: &["resnet34-0.125"],
        least_side: resnet::LEAST_SIDE,
        usual: IMAGENET,
        build: |rest, classes, side| Some(scaled(resnet34(classes, side), rest)),
    },
    Family {
        stem: "resnet101",
        names: &[
            ("resnet101", "ResNet-101 v1.5 for images of at least 32 x 32"),
            ("resnet101-F", "ResNet-101 with F times the channels (0.05 to below 4), e.g. resnet101-0.5"),
        ],
        small: &["resnet101-0.0625"],
        least_side: resnet::LEAST_SIDE,
        usual: IMAGENET,
        build: |rest, classes, side| Some(scaled(resnet101(classes, side), rest)),
    },
    Family {
        stem: "resnet20",
        names: &[
            ("resnet20", "ResNet-20 for small images, with convolutions in its shortcuts (option B)"),
            ("resnet20-F", "ResNet-20 with F times the channels (0.05 to below 4), e.g. resnet20-2"),
        ],
        small: &["resnet20-0.5"],
        least_side: cifar_resnet::LEAST_SIDE,
        usual: CIFAR,
        build: |rest, classes, side| Some(scaled(cifar_resnet(20, classes, side), rest)),
    },
    Family {
        stem: "resnet32",
        names: &[
            ("resnet32", "ResNet-32 for small images, with convolutions in its shortcuts (option B)"),
            ("resnet32-F", "ResNet-32 with F times the channels (0.05 to below 4), e.g. resnet32-2"),
        ],
        small: &["resnet32-0.5"],
        least_side: cifar_resnet::LEAST_SIDE,
        usual: CIFAR,
        build: |rest, classes, side| Some(scaled(cifar_resnet(32, classes, side), rest)),
    },
    Family {
        stem: "resnet56",
        names: &[
            ("resnet56", "ResNet-56 for small images, with convolutions in its shortcuts (option B)"),
            ("resnet56-F", "ResNet-56 with F times the channels (0.05 to below 4), e.g. resnet56-0.5"),
        ],
        small: &["resnet56-0.5"],
        least_side: cifar_resnet::LEAST_SIDE,
        usual: CIFAR,
        build: |rest, classes, side| Some(scaled(cifar_resnet(56, classes, side), rest)),
    },
    Family {
        stem: "vgg16-bn",
        names: &[
            ("vgg16-bn", "VGG-16 with batch norms for images of at least 32 x 32"),
            (
                "vgg16-bn-F",
                "VGG-16 with F times the channels and hidden features (0.05 to below 4), e.g. vgg16-bn-0.25",
            ),
        ],
        small: &["vgg16-bn-0.0625"],
        least_side: vgg::LEAST_SIDE,
        usual: IMAGENET,
        build: |rest, classes, side| Some(scaled(vgg16_bn(classes, side), rest)),
    },
    Family {
        stem: "mobilenet-v2",
        names: &[
            ("mobilenet-v2", "MobileNet-V2 for images of at least 32 x 32"),
            (
                "mobilenet-v2-F",
                "MobileNet-V2 with F times the channels (0.05 to below 4), not rounded to multiples of eight, e.g. \
                 mobilenet-v2-0.5",
            ),
        ],
        small: &["mobilenet-v2-0.25"],
        least_side: mobilenet_v2::LEAST_SIDE,
        usual: IMAGENET,
        build: |rest, classes, side| Some(scaled(mobilenet_v2::mobilenet_v2(classes, side), rest)),
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
        small: &["mobilenet-v1-0.25"],
        least_side: mobilenet::LEAST_SIDE,
        usual: IMAGENET,
        build: |rest, classes, side| Some(scaled(mobilenet_v1(classes, side), rest)),
    },
    Family {
        stem: "ssdS-resnet50",
        names: &[
            (
                "ssdS-resnet50",
                "SSD-ResNet50, a detector of objects in images of S x S pixels (a power of two from 64 to 1024), with \
                 the extra layers of training logs that are probably IEE's, e.g. ssd512-resnet50",
            ),
            (
                "ssdS-resnet50-F",
                "the same with F times the channels (0.05 to below 4), e.g. ssd128-resnet50-0.25",
            ),
            ("ssdS-resnet50-skim", "SSD-ResNet50 with the extra layers of SMCP, e.g. ssd512-resnet50-skim"),
            ("ssdS-resnet50-skim-F", "the same with F times the channels, e.g. ssd128-resnet50-skim-0.25"),
        ],
        small: &["ssd64-resnet50-0.125", "ssd64-resnet50-skim-0.125"],
        least_side: *ssd::SIDES.start(),
        usual: VOC,
        build: |rest, classes, side| Some(detector(rest, classes, side)),
    },
];

/// How the names of models are written and what they mean, for lists.
pub fn names() -> impl Iterator<Item = (&'static str, &'static str)> {
    FAMILIES.iter().flat_map(|family| family.names.iter().copied())
}

/// Networks of every kind, for the smallest images that they accept, with ten classes: small enough to be computed in
/// moments on a processor.
pub fn small() -> impl Iterator<Item = Network> {
    let of_family = |family: &'static Family| {
        family
            .small
            .iter()
            .map(|name| model(name, 10, family.least_side).expect("a family has its small networks"))
    };
    FAMILIES.iter().flat_map(of_family)
}

/// The description of model `name` with `classes` outputs for square images of `side` pixels.
///
/// # Errors
///
/// If no model has this name, or if the images are too small for it.
pub fn model(name: &str, classes: usize, side: usize) -> Result<Network, UnknownModel> {
    let unknown = |remedy: String| UnknownModel::Name { name: name.into(), hint: String::new(), remedy };
    for Match { family, rest, named_side } in of_stem(name) {
        if let Some(named) = named_side.filter(|&named| named != side) {
            return Err(UnknownModel::OtherSide { name: name.into(), side, named });
        }
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
    let remedy = format!("the families are {}, for instance wrn-22-2", names.join(", "));
    let hint = match with_other_hyphen(name) {
        Some(meant) => format!(" (did you mean `{meant}`?)"),
        None => did_you_mean(name, &names),
    };
    Err(UnknownModel::Name { name: name.into(), hint, remedy })
}

/// The model whose name has one hyphen more than `name`, or one less, as in wrn22-2 and resnet-50.
fn with_other_hyphen(name: &str) -> Option<String> {
    let places = || name.char_indices().map(|(place, _)| place);
    let more = places().map(|place| format!("{}-{}", &name[..place], &name[place..]));
    let hyphens = name.match_indices('-').map(|(place, _)| place);
    let less = hyphens.map(|place| format!("{}{}", &name[..place], &name[place + 1..]));
    let is_model = |name: &String| {
        of_stem(name).any(|Match { family, rest, named_side }| {
            let UsualInputs { classes, side } = family.usual;
            (family.build)(rest, classes, named_side.unwrap_or(side)).is_some_and(|network| network.is_ok())
        })
    };
    more.chain(less).find(is_model)
}

/// The classes and images that the family of model `name` was made for; a side that the name says goes before.
///
/// # Errors
///
/// If no model has this name.
pub fn usual_inputs(name: &str) -> Result<UsualInputs, UnknownModel> {
    let usual = of_stem(name).next().map_or(IMAGENET, |Match { family, named_side, .. }| {
        let UsualInputs { classes, side } = family.usual;
        UsualInputs { classes, side: named_side.unwrap_or(side) }
    });
    model(name, usual.classes, usual.side).map(|_| usual)
}

/// A family whose stem a name has.
struct Match<'a> {
    family: &'static Family,
    /// What is behind the stem and a hyphen.
    rest: Option<&'a str>,
    /// The side of the images in pixels, where the stem says it.
    named_side: Option<usize>,
}

fn of_stem(name: &str) -> impl Iterator<Item = Match<'_>> {
    FAMILIES.iter().filter_map(move |family| {
        let (rest, named_side) = match family.stem.split_once('S') {
            None => (name.strip_prefix(family.stem)?, None),
            Some((before, after)) => {
                let (side, rest) = name.strip_prefix(before)?.split_once(after)?;
                (rest, Some(parse_side(side)?))
            }
        };
        let rest = if rest.is_empty() { None } else { Some(rest.strip_prefix('-')?) };
        Some(Match { family, rest, named_side })
    })
}

/// A side as it is written in a name: `512`, and neither `0512` nor `+512`, so that a model has one name.
fn parse_side(text: &str) -> Option<usize> {
    text.parse().ok().filter(|side: &usize| side.to_string() == text)
}

/// The SSD that a name with this behind its stem means, or what to write instead.
fn detector(rest: Option<&str>, classes: usize, side: usize) -> Result<Network, &'static str> {
    if !side.is_power_of_two() || !ssd::SIDES.contains(&side) {
        return Err("the side must be a power of two from 64 to 1024, for instance ssd512-resnet50");
    }
    let (variant, factor) = match rest {
        Some("skim") => (Variant::Skim, None),
        Some(rest) if rest.starts_with("skim-") => (Variant::Skim, rest.strip_prefix("skim-")),
        factor => (Variant::Full, factor),
    };
    scaled(ssd::ssd(variant, classes, side), factor)
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
mod tests;
