//! CIFAR-10 as a suite.

use super::operations::Cifar10Data;
use super::{CLASSES, recipe};
use crate::Suite;
use records::Metric;

/// Classification of 32 x 32 images.
pub const SUITE: Suite = Suite {
    name: "cifar10",
    about: "CIFAR-10 classification: 50,000 training and 10,000 test images of 32 x 32 pixels, top-1 accuracy",
    classes: CLASSES,
    // In the order of their labels, as `batches.meta.txt` of the publisher's archive has them.
    class_names: &["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
    train_images: 50_000,
    test_images: 10_000,
    folder: "data/cifar10",
    variable: None,
    metric: Metric::TOP1,
    settings: recipe::settings,
    recipe: recipe::recipe,
    data: &Cifar10Data,
    presets: &[
        ("paper", include_str!("presets/paper.toml")),
        ("pilot", include_str!("presets/pilot.toml")),
        ("lite", include_str!("presets/lite.toml")),
        ("smoke", include_str!("presets/smoke.toml")),
    ],
};
