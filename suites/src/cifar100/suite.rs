//! CIFAR-100 as a suite.

use super::class_names::CLASS_NAMES;
use super::operations::Cifar100Data;
use super::{CLASSES, recipe};
use crate::Suite;
use records::Metric;

/// Classification of 32 x 32 images into a hundred classes.
pub const SUITE: Suite = Suite {
    name: "cifar100",
    about: "CIFAR-100 classification: 50,000 training and 10,000 test images of 32 x 32 pixels, top-1 accuracy",
    classes: CLASSES,
    class_names: &CLASS_NAMES,
    train_images: 50_000,
    test_images: 10_000,
    folder: "data/cifar100",
    variable: None,
    metric: Metric::TOP1,
    settings: recipe::settings,
    recipe: recipe::recipe,
    data: &Cifar100Data,
    presets: &[
        ("paper", include_str!("presets/paper.toml")),
        ("lite", include_str!("presets/lite.toml")),
        ("smoke", include_str!("presets/smoke.toml")),
    ],
};
