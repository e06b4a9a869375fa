//! What is in a folder that a synthetic set is to take the place of.

use std::fs::{self, DirEntry};
use std::io::{self, ErrorKind};
use std::path::Path;

use crate::DataFileError;

/// The names in a folder; none if the folder does not exist.
pub(crate) fn names(folder: &Path) -> Result<Vec<String>, DataFileError> {
    let failed = || DataFileError::when("read the folder", folder);
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed()(error)),
    };
    let name = |entry: io::Result<DirEntry>| Ok(entry?.file_name().to_string_lossy().into_owned());
    entries.map(name).collect::<io::Result<_>>().map_err(failed())
}
