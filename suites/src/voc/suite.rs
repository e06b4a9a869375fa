//! PASCAL VOC as a suite.

use super::operations::VocData;
use super::recipe;
use crate::Suite;
use records::Metric;

/// Detection of objects in photographs.
pub const SUITE: Suite = Suite {
    name: "voc",
    about: "PASCAL VOC object detection: 16,551 photographs of VOC2007 and VOC2012 to train on, 4,952 of VOC2007 to evaluate, mean average precision",
    classes: super::CLASSES.len(),
    class_names: &super::CLASSES,
    train_images: 16_551,
    test_images: 4_952,
    folder: "data/voc",
    variable: Some("VOC_DIR"),
    metric: Metric::MAP,
    settings: recipe::settings,
    recipe: recipe::recipe,
    data: &VocData,
    presets: &[
        ("paper", include_str!("presets/paper.toml")),
        ("lite", include_str!("presets/lite.toml")),
        ("smoke", include_str!("presets/smoke.toml")),
    ],
};
