//! What can be wrong with the files: each error says what, where and the remedy.

use std::path::PathBuf;

use super::publisher::{SUBFOLDER, TRAIN_FILE};
use crate::DataFileError;

/// The folder does not hold CIFAR-100 in its binary version.
#[derive(Debug, thiserror::Error)]
pub enum Cifar100Error {
    /// There are no files.
    #[error(
        "no CIFAR-100 in {}: neither it nor a folder {SUBFOLDER} in it contains {TRAIN_FILE}; \
         download the published set with `harness data fetch cifar100` \
         or generate a small synthetic one with `harness data generate cifar100`",
        dir.display(), SUBFOLDER = SUBFOLDER, TRAIN_FILE = TRAIN_FILE
    )]
    NotThere {
        /// The folder that was looked in.
        dir: PathBuf,
    },
    /// It is another set of the same publisher.
    #[error(
        "{} holds {what}, but what is read is CIFAR-100's binary version ({TRAIN_FILE} and test.bin); {remedy}",
        folder.display(), TRAIN_FILE = TRAIN_FILE
    )]
    Other {
        /// The folder with its files.
        folder: PathBuf,
        /// What it is.
        what: &'static str,
        /// What to do.
        remedy: &'static str,
    },
    /// A file of the set is missing.
    #[error(
        "{} is missing; download the published set with `harness data fetch cifar100`, \
         see what else is missing with `harness data verify cifar100`",
        file.display()
    )]
    Missing {
        /// The file that should be there.
        file: PathBuf,
    },
    /// A file is not whole records.
    #[error(
        "{} has {size} bytes, which is not a whole number of records of 3074 bytes: {remainder} are left over{}; \
         download it again with `harness data fetch cifar100`, check the others with `harness data verify cifar100`",
        file.display(),
        if *size > 0 && size.is_multiple_of(3073) { " (it is one of records of 3073, as CIFAR-10 has them)" } else { "" }
    )]
    Partial {
        /// The file.
        file: PathBuf,
        /// Its size in bytes.
        size: usize,
        /// The bytes after its last whole record.
        remainder: usize,
    },
    /// A file has no record.
    #[error(
        "{} is empty; download it again with `harness data fetch cifar100`, \
         check the others with `harness data verify cifar100`",
        file.display()
    )]
    Empty {
        /// The empty file.
        file: PathBuf,
    },
    /// A label is none of the classes or superclasses.
    #[error(
        "{}: record {record} (counted from 0) has the labels {coarse} and {fine}, but those of superclasses are 0 to 19 \
         and those of classes 0 to 99; download the file again with `harness data fetch cifar100`, \
         check the others with `harness data verify cifar100`",
        file.display()
    )]
    Label {
        /// The file.
        file: PathBuf,
        /// The first record with such a label, counted from 0.
        record: usize,
        /// Its label of a superclass.
        coarse: u8,
        /// Its label of a class.
        fine: u8,
    },
    /// A file or folder cannot be read.
    #[error(transparent)]
    File(#[from] DataFileError),
}
