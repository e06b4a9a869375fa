//! What is measured: data sets, recipes and presets

pub mod cifar10;
pub mod imagenet;
pub mod preset;
pub mod recipe;
mod suite;

mod dice;
mod figure;
mod file_error;
mod stage;

pub use file_error::FileError;
pub use suite::{DataFailure, Drawn, Identity, SUITES, Suite, UnknownSuite, suite};
