//! Synthetic images: small data sets drawn from a seed, in the format of the real ones.
//!
//! They let everything run on a machine that has no data, as a smoke test; results on them are not
//! evidence about the methods. The same numbers give the same bytes everywhere, and therefore the same
//! fingerprint.

mod error;
mod figure;
mod hue;
mod names;
mod random;

pub use error::GenerateError;
pub(crate) use figure::{Colour, FIGURES, FIRST_TEXTURE, holds};
pub(crate) use hue::{HUES, hue};
pub(crate) use names::names;
pub(crate) use random::RandomStream;

use serde::Deserialize;

/// Size and seed of a set of synthetic images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SyntheticSet {
    /// Number of classes; a suite with a fixed number of classes ignores it.
    #[serde(default = "ten")]
    pub classes: usize,
    /// Number of training images.
    pub train: usize,
    /// Number of images for evaluation.
    pub test: usize,
    /// Seed of the images.
    pub seed: u64,
}

fn ten() -> usize {
    10
}

/// What became of a request to generate a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generated {
    /// The folder was written.
    Written,
    /// The folder held exactly this set already.
    AlreadyThere,
}
