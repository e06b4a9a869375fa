//! What can be wrong with the batch files: each error says what, where and the remedy.

use std::path::PathBuf;

use super::folder::SUBFOLDER;
use crate::DataFileError;

/// The folder does not hold CIFAR-10 in its binary version.
#[derive(Debug, thiserror::Error)]
pub enum Cifar10Error {
    /// There are no batch files.
    #[error(
        "no CIFAR-10 in {}: neither it nor a folder {SUBFOLDER} in it contains data_batch_1.bin; \
         download the published set with `harness data fetch cifar10` \
         or generate a small synthetic one with `harness data generate cifar10`",
        dir.display(), SUBFOLDER = SUBFOLDER
    )]
    NotThere {
        /// The folder that was looked in.
        dir: PathBuf,
    },
    /// It is a set that is published beside the one that is read.
    #[error(
        "{} holds {what}, but what is read is CIFAR-10's binary version (data_batch_1.bin to data_batch_5.bin); \
         download it with `harness data fetch cifar10`",
        folder.display()
    )]
    Other {
        /// The folder with its files.
        folder: PathBuf,
        /// What it is.
        what: &'static str,
    },
    /// A file is a pointer that Git LFS leaves in the place of a file.
    #[error(
        "{} is a Git LFS pointer and not the file itself; get that with `git lfs pull`, \
         or download the published set with `harness data fetch cifar10`",
        file.display()
    )]
    Pointer {
        /// The file.
        file: PathBuf,
    },
    /// A file of the set is missing.
    #[error(
        "{} is missing; download the published set with `harness data fetch cifar10`, \
         see what else is missing with `harness data verify cifar10`",
        file.display()
    )]
    Missing {
        /// The file that should be there.
        file: PathBuf,
    },
    /// A file is empty.
    #[error(
        "{} is empty; download it again with `harness data fetch cifar10`, \
         check the others with `harness data verify cifar10`",
        file.display()
    )]
    Empty {
        /// The empty file.
        file: PathBuf,
    },
    /// A file ends in the middle of a record.
    #[error(
        "{} has {size} bytes, which is not a whole number of records of 3073 bytes: {remainder} are left over; \
         download it again with `harness data fetch cifar10`, check the others with `harness data verify cifar10`",
        file.display()
    )]
    Partial {
        /// The file.
        file: PathBuf,
        /// Its size in bytes.
        size: usize,
        /// The bytes after its last whole record.
        remainder: usize,
    },
    /// A label is none of the ten classes.
    #[error(
        "{}: record {record} (counted from 0) has label {label}, but labels are 0 to 9; \
         download the file again with `harness data fetch cifar10`, \
         check the others with `harness data verify cifar10`",
        file.display()
    )]
    Label {
        /// The file.
        file: PathBuf,
        /// The first record with such a label, counted from 0.
        record: usize,
        /// The label.
        label: u8,
    },
    /// A file or folder cannot be read.
    #[error(transparent)]
    File(#[from] DataFileError),
}
