//! The marker of a generated set: a text that says what the set is, the seed and counts that it follows from,
//! and which files belong to it.

use std::fs;
use std::path::Path;

use super::{ImageFolderError, ImageNet};
use crate::DataFileError;
use crate::regular_file::has_line;

/// The file that marks a generated set, and says what it is.
pub const MARKER_FILE: &str = "GENERATED.txt";
/// What precedes the fingerprint.
const FINGERPRINT: &str = "Fingerprint: ";

/// Whether the marker in `dir` was written for a set with this fingerprint.
pub(super) fn is_marked(dir: &Path, fingerprint: &str) -> Result<bool, DataFileError> {
    has_line(&dir.join(MARKER_FILE), &format!("{FINGERPRINT}{fingerprint}"))
}

/// The first part of the marker: what was asked for.
pub(super) fn asked(classes: usize, train_per_class: usize, val_per_class: usize, seed: u64) -> String {
    format!(
        "This is NOT ImageNet. It is a set of drawn figures in class folders like ImageNet's, for trying\n\
         out the program. Results on it say nothing about ImageNet.\n\
         \n\
         Written by: harness data generate imagenet\n\
         Drawing: version 1\n\
         Seed: {seed}\n\
         Classes: {classes}\n\
         Training photographs of a class: {train_per_class}\n\
         Validation photographs of a class: {val_per_class}\n"
    )
}

/// The second part: what `dir` contains, by the fingerprint of the set and a hash of all bytes.
pub(super) fn found(dir: &Path) -> Result<String, ImageFolderError> {
    let data = ImageNet::open(dir)?;
    let mut hasher = blake3::Hasher::new();
    for photographs in [&data.train, &data.val] {
        for index in 0..photographs.len() {
            let path = dir.join(photographs.name(index));
            hasher.update(&fs::read(&path).map_err(DataFileError::when("read", &path))?);
        }
    }
    let hash = hasher.finalize().to_hex();
    Ok(format!("{FINGERPRINT}{}\nBLAKE3 of all files in order: {hash}\n", data.fingerprint))
}
