//! CIFAR-100: the published binary version, and a synthetic set in the same format.
//!
//! What it shares with CIFAR-10 is CIFAR-10's own code: fetching an archive, comparing files with checksums, putting a
//! generated set in place, the planes of an image, and the recipe. Here is what differs: a record has two labels, the
//! set has one file each of training and test images, and there are a hundred classes.

mod class_names;
mod error;
mod format;
mod generate;
mod operations;
mod publisher;
mod recipe;
mod set;
mod suite;

pub use error::Cifar100Error;
pub use format::{CLASSES, RECORD, SUPERCLASSES, to_images, to_records};
pub use generate::generate;
pub use publisher::{SUBFOLDER, TEST_FILE, TRAIN_FILE, toronto};
pub use set::{Cifar100, fingerprint, verify};
pub use suite::SUITE;
