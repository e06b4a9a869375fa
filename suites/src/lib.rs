//! What is measured: data sets, recipes and presets

pub mod cifar10;
pub mod preset;
pub mod recipe;
