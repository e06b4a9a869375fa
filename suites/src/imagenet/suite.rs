//! ImageNet as a suite.

use super::{generate, identify, recipe};
use crate::{Drawn, Identity, Suite};

/// Classification of photographs.
pub const SUITE: Suite = Suite {
    name: "imagenet",
    about: "ImageNet classification: class folders of photographs, 1,281,167 to train on and 50,000 to evaluate, top-1 accuracy",
    classes: 1000,
    folder: "data/imagenet",
    variable: Some("IMAGENET_DIR"),
    settings: recipe::settings,
    recipe: recipe::recipe,
    identify: |folder| {
        let super::Identity { dataset, fingerprint, classes, train, val } = identify(folder)?;
        Ok(Identity { dataset, fingerprint, classes, train, test: val })
    },
    generate: |folder, set| {
        let each = |images: usize| images.div_ceil(set.classes);
        let drawn = generate(folder, set.classes, each(set.train), each(set.test), set.seed)?;
        Ok(match drawn {
            super::Generated::Written => Drawn::Written,
            super::Generated::AlreadyThere => Drawn::AlreadyThere,
        })
    },
    presets: &[
        ("paper", include_str!("presets/paper.toml")),
        ("lite", include_str!("presets/lite.toml")),
        ("smoke", include_str!("presets/smoke.toml")),
    ],
};
