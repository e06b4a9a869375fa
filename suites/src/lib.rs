//! What is measured: suites, each with its data set, recipe, presets and metric.
//!
//! A suite is a folder with a [`Suite`] in it and a line in [`SUITES`]. The other rooms are what suites
//! share: reading photographs, downloads, synthetic images.

pub mod cifar10;
pub mod cifar100;
pub mod detection;
pub mod fetch;
pub mod imagenet;
pub mod photographs;
pub mod preset;
pub mod recipe;
pub mod resident;
pub mod voc;

mod counted;
mod data_file_error;
mod operations;
mod progress;
mod registry;
mod regular_file;
mod staged_folder;
mod suite;
mod synthetic;
mod threads;

pub use counted::counted;
pub use data_file_error::DataFileError;
pub use operations::{
    Data, DataFailure, DataOperations, Fetched, Identity, OpenData, Packed, Splits, ToDetect, Verification,
};
pub use progress::Progress;
pub use registry::{UnknownSuite, suite};
pub use suite::Suite;
pub use synthetic::{GenerateError, Generated, SyntheticSet};

/// Every suite.
pub const SUITES: &[Suite] = &[cifar10::SUITE, cifar100::SUITE, imagenet::SUITE, voc::SUITE];
