//! ImageNet, and every set of photographs that is stored in class folders like it.
//!
//! `train/CLASS/*` and `val/CLASS/*` are read as torchvision's `ImageFolder` reads them.
//! A set may also be a *pack* ([`pack()`]): the same photographs decoded once and kept as rows of
//! bytes. A small synthetic set ([`generate()`]) takes their place where there are no data. A name and a
//! fingerprint say what was read.

mod data_set;
mod error;
mod folder;
mod generate;
mod layout;
mod left_out;
mod marker;
mod operations;
mod pack;
mod recipe;
mod scan;
mod suite;
mod synthetic;
mod verify;
mod walk;

/// The command that a person checks the data set with.
const CHECK: &str = "harness data verify imagenet";

pub use data_set::{ImageNet, identify};
pub use error::ImageFolderError;
pub use generate::{MOST_CLASSES, generate};
pub use marker::MARKER_FILE;
pub use pack::{PackError, PackFault, pack};
pub use suite::SUITE;
pub use verify::{UnreadablePhotograph, Verified, verify};
