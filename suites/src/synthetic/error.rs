//! Why a synthetic set cannot be generated.

use std::path::PathBuf;

use crate::{DataFailure, DataFileError};

/// A synthetic set could not be generated.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// There is no set of such a size.
    #[error("cannot generate {asked}; ask for {allowed}")]
    Counts {
        /// What was asked for.
        asked: String,
        /// What can be asked for.
        allowed: String,
    },
    /// The folder holds something else.
    #[error(
        "{} exists and contains {found}, which this program did not generate; \
         choose another folder or move it away",
        dir.display()
    )]
    Occupied {
        /// The folder.
        dir: PathBuf,
        /// Something in it that is not of a generated set.
        found: String,
    },
    /// What was written cannot be read again.
    #[error(transparent)]
    Unusable(DataFailure),
    /// An image could not be encoded.
    #[error("cannot encode a synthetic image: {0}")]
    Encode(String),
    /// A file or folder could not be read or written.
    #[error(transparent)]
    File(#[from] DataFileError),
}
