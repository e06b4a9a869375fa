//! What can be wrong with the files: each error says what, where and the remedy.

use std::path::PathBuf;

use super::publisher::{SUBFOLDER, TRAIN_FILE};
use crate::DataFileError;

/// What to do about a set that is damaged or incomplete.
const REMEDY: &str = "`harness data verify cifar100` says what else is wrong and how to mend it, \
                      `harness data fetch cifar100` downloads the published set";

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
    /// A file is a pointer that Git LFS leaves in the place of a file.
    #[error(
        "{} is a Git LFS pointer and not the file itself; get that with `git lfs pull`, \
         or download the published set with `harness data fetch cifar100`",
        file.display()
    )]
    Pointer {
        /// The file.
        file: PathBuf,
    },
    /// A file of the set is missing.
    #[error("{} is missing; {REMEDY}", file.display(), REMEDY = REMEDY)]
    Missing {
        /// The file that should be there.
        file: PathBuf,
    },
    /// A file is not whole records.
    #[error(
        "{} has {size} bytes, which is not a whole number of records of 3074 bytes: {remainder} are left over{}; \
         {REMEDY}",
        file.display(),
        if *size > 0 && size.is_multiple_of(3073) { " (it is one of records of 3073, as CIFAR-10 has them)" } else { "" },
        REMEDY = REMEDY
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
    #[error("{} is empty; {REMEDY}", file.display(), REMEDY = REMEDY)]
    Empty {
        /// The empty file.
        file: PathBuf,
    },
    /// A label is none of the classes or superclasses.
    #[error(
        "{}: record {record} (counted from 0) has the labels {coarse} and {fine}, but those of superclasses are 0 to 19 \
         and those of classes 0 to 99; {REMEDY}",
        file.display(), REMEDY = REMEDY
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
