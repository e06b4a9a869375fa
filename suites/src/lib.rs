//! What is measured: data sets, recipes and presets

pub mod cifar10;
pub mod imagenet;
pub mod photographs;
pub mod preset;
pub mod recipe;
mod registry;
mod suite;

mod dice;
mod figure;
mod file_error;
mod stage;

pub use file_error::FileError;
pub use registry::{SUITES, UnknownSuite, suite};
pub use suite::{DataFailure, Drawn, Identity, Suite};
