//! What can be wrong with data files: each error says what, where and the remedy.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::folder::SUBFOLDER;

/// The folder does not hold CIFAR-10 in its binary version.
#[derive(Debug, thiserror::Error)]
pub enum DataError {
    /// There is no batch file at all.
    #[error(
        "no CIFAR-10 in {}: neither it nor a folder {SUBFOLDER} in it holds data_batch_1.bin; \
         get the real set with `harness data fetch cifar10` \
         or draw a small one with `harness data generate cifar10`",
        dir.display(), SUBFOLDER = SUBFOLDER
    )]
    NotThere {
        /// The folder that was looked in.
        dir: PathBuf,
    },
    /// One file of the set is not there.
    #[error(
        "{} is missing; get the real set with `harness data fetch cifar10`, \
         see what else is missing with `harness data verify cifar10`",
        file.display()
    )]
    Missing {
        /// The file that should be there.
        file: PathBuf,
    },
    /// A file holds nothing.
    #[error(
        "{} is empty; get it again with `harness data fetch cifar10`, \
         check the others with `harness data verify cifar10`",
        file.display()
    )]
    Empty {
        /// The empty file.
        file: PathBuf,
    },
    /// A file ends in the middle of a record.
    #[error(
        "{} has {size} bytes, which is not a whole number of records of 3073: {remainder} are left over; \
         get it again with `harness data fetch cifar10`, check the others with `harness data verify cifar10`",
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
        "{}: record {record} (counted from 0) has label {label}, and labels go from 0 to 9; \
         get the file again with `harness data fetch cifar10`, \
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
    File(#[from] FileError),
}

/// The file system refused something.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// No space is left.
    #[error("cannot {action} {}: the disk is full; free some space or choose another folder", path.display())]
    DiskFull {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
    },
    /// The user has no right to do this.
    #[error(
        "cannot {action} {}: permission denied; change its permissions or choose another folder",
        path.display()
    )]
    Permission {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
    },
    /// Anything else, in the words of the operating system.
    #[error("cannot {action} {}: {cause}", path.display())]
    Other {
        /// What was tried.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What came back.
        cause: io::Error,
    },
}

impl FileError {
    /// Makes a translator of I/O errors, for `map_err`: `action` reads after "cannot".
    pub(super) fn when(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FileError {
        let path = path.to_path_buf();
        move |cause| match cause.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => FileError::DiskFull { action, path },
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                FileError::Permission { action, path }
            }
            _ => FileError::Other { action, path, cause },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_and_a_missing_right_have_errors_of_their_own() {
        let said = |kind: ErrorKind| FileError::when("write", Path::new("x.bin"))(kind.into()).to_string();
        assert_eq!(
            said(ErrorKind::StorageFull),
            "cannot write x.bin: the disk is full; free some space or choose another folder"
        );
        assert!(said(ErrorKind::ReadOnlyFilesystem).contains("permission"));
        assert!(said(ErrorKind::NotADirectory).contains("not a directory"));
    }
}
