//! A whole set in memory, with its name and fingerprint.

use std::path::Path;

use super::Cifar10Error;
use super::fingerprint::{identify, read};
use super::folder;
use super::format::{self, RECORD};
use crate::resident::ResidentImages;

/// CIFAR-10, or a set in its format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cifar10 {
    /// The training images, in the order of the files.
    pub train: ResidentImages,
    /// The test images.
    pub test: ResidentImages,
    /// Which set it is; see [`crate::Identity::dataset`].
    pub dataset: String,
    /// The fingerprint of its content; see [`crate::Identity::fingerprint`].
    pub fingerprint: String,
}

impl Cifar10 {
    /// Reads the set in `dir`, or in the folder `cifar-10-batches-bin` in it.
    pub fn load(dir: &Path) -> Result<Cifar10, Cifar10Error> {
        let files = folder::list(dir)?;
        let batches = read(&files, |content| content)?;
        let identity = identify(&files, &batches, |content| content.len() / RECORD)?;
        let mut train: Vec<Vec<u8>> = batches.into_iter().map(|batch| batch.kept).collect();
        let test = train.split_off(files.train.len());
        Ok(Cifar10 {
            train: format::from_records(&train),
            test: format::from_records(&test),
            dataset: identity.dataset,
            fingerprint: identity.fingerprint,
        })
    }
}
