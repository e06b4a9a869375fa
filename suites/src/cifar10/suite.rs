//! CIFAR-10 as a suite.

use super::{CLASSES, generate, recipe};
use crate::{Drawn, Identity, Suite};

/// Classification of 32 x 32 images.
pub const SUITE: Suite = Suite {
    name: "cifar10",
    about: "CIFAR-10 classification: 50,000 training and 10,000 test images of 32 x 32 pixels, top-1 accuracy",
    classes: CLASSES,
    folder: "data/cifar10",
    variable: None,
    settings: recipe::settings,
    recipe: recipe::recipe,
    identify: |folder| {
        let super::Identity { dataset, fingerprint, train, test } = super::fingerprint(folder)?;
        Ok(Identity { dataset, fingerprint, classes: CLASSES, train, test })
    },
    generate: |folder, set| {
        Ok(match generate(folder, set.train, set.test, set.seed)? {
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
