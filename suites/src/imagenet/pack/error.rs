//! What can go wrong with a pack.

use std::path::PathBuf;

use super::super::ImageFolderError;
use crate::DataFileError;

/// A set could not be packed.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// The side is 0 pixels.
    #[error("the shorter side of a packed image must be at least 1 pixel; 256 suits crops of 224")]
    Side,
    /// The source is a pack itself.
    #[error("{} is already a pack; pack the class folders that it was made from", dir.display())]
    Repacked {
        /// The pack.
        dir: PathBuf,
    },
    /// The folder holds something else.
    #[error("{} contains {found}; choose another folder or move it away", into.display())]
    Occupied {
        /// The folder.
        into: PathBuf,
        /// What it holds.
        found: String,
    },
    /// Another process is doing the same.
    #[error("another process is writing the pack {}; wait until it has finished", into.display())]
    Busy {
        /// The folder of the pack.
        into: PathBuf,
    },
    /// The source holds no data set.
    #[error(transparent)]
    Data(#[from] ImageFolderError),
    /// A file could not be read or written.
    #[error(transparent)]
    File(#[from] DataFileError),
}

/// A pack cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PackFault {
    /// It is still being written, or writing was interrupted.
    #[error(
        "the pack {} is not finished; run the same `harness data pack imagenet` command again to resume",
        dir.display()
    )]
    Unfinished {
        /// The folder of the pack.
        dir: PathBuf,
    },
    /// It was written by a later version of the program.
    #[error(
        "{} is of version {version}, and this program reads version {}; \
         use the version of the program that wrote it, or pack the set again",
        file.display(), super::header::VERSION
    )]
    Version {
        /// The header.
        file: PathBuf,
        /// Its version.
        version: u32,
    },
    /// A file was changed after it was written.
    #[error("{} is damaged ({cause}); delete the folder and pack the set again", file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        cause: String,
    },
    /// A file cannot be read.
    #[error(transparent)]
    File(#[from] DataFileError),
}
