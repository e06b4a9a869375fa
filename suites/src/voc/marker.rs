//! The marker of a generated set: a text that says what the set is, the seed and counts that it follows from,
//! and which files belong to it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::regular_file::has_line;
use crate::{DataFileError, SyntheticSet};

/// The file that marks a generated set, and says what it is.
pub const MARKER_FILE: &str = "GENERATED.txt";
/// What precedes the fingerprint.
const FINGERPRINT: &str = "Fingerprint: ";

/// Whether a marker in one of `folders` was written for a set with this fingerprint.
pub(super) fn is_marked(folders: &[PathBuf], fingerprint: &str) -> Result<bool, DataFileError> {
    let line = format!("{FINGERPRINT}{fingerprint}");
    for folder in folders {
        if has_line(&folder.join(MARKER_FILE), &line)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The first part of the marker: what was asked for.
pub(super) fn asked(set: &SyntheticSet) -> String {
    let SyntheticSet { classes, train, test, seed } = set;
    format!(
        "This is NOT PASCAL VOC. It is a set of drawn figures in the format of VOC2007, for trying out\n\
         the program. Results on it say nothing about PASCAL VOC.\n\
         \n\
         Written by: harness data generate voc\n\
         Drawing: version 1\n\
         Seed: {seed}\n\
         Classes: {classes}\n\
         Training images: {train}\n\
         Test images: {test}\n"
    )
}

/// The second part: the set's fingerprint, and a hash of the bytes of its images, which are in `files`.
pub(super) fn found<'a>(
    fingerprint: &str,
    files: impl Iterator<Item = &'a Path>,
) -> Result<String, DataFileError> {
    let mut hasher = blake3::Hasher::new();
    for file in files {
        hasher.update(&fs::read(file).map_err(DataFileError::when("read", file))?);
    }
    let hash = hasher.finalize().to_hex();
    Ok(format!("{FINGERPRINT}{fingerprint}\nBLAKE3 of all images in order: {hash}\n"))
}
