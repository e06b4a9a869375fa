//! ImageNet as a suite.

use super::operations::ImageNetData;
use super::recipe;
use crate::Suite;
use records::Metric;

/// Classification of photographs.
pub const SUITE: Suite = Suite {
    name: "imagenet",
    about: "ImageNet classification: class folders of photographs, 1,281,167 to train on and 50,000 to evaluate, top-1 accuracy",
    classes: 1000,
    class_names: &[],
    train_images: 1_281_167,
    test_images: 50_000,
    folder: "data/imagenet",
    variable: Some("IMAGENET_DIR"),
    metric: Metric::TOP1,
    settings: recipe::settings,
    recipe: recipe::recipe,
    data: &ImageNetData,
    presets: &[
        ("paper", include_str!("presets/paper.toml")),
        ("lite", include_str!("presets/lite.toml")),
        ("smoke", include_str!("presets/smoke.toml")),
    ],
};
