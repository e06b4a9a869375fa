//! A failed operation on a file or folder, with the path, the cause and the remedy.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// An operation on a file or folder failed.
#[derive(Debug, thiserror::Error)]
pub enum DataFileError {
    /// The disk is full.
    #[error("cannot {action} {}: the disk is full; free some space or choose another folder", path.display())]
    DiskFull {
        /// The operation, as it reads after "cannot".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
    },
    /// The user lacks the permission.
    #[error(
        "cannot {action} {}: permission denied; change its permissions or choose another folder",
        path.display()
    )]
    Permission {
        /// The operation, as it reads after "cannot".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
    },
    /// A limit of the system is in the way.
    #[error("cannot {action} {}: {cause}; {remedy}", path.display())]
    Limit {
        /// The operation, as it reads after "cannot".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        cause: io::Error,
        /// How to raise it.
        remedy: &'static str,
    },
    /// Anything else, in the words of the operating system.
    #[error("cannot {action} {}: {cause}", path.display())]
    Other {
        /// The operation, as it reads after "cannot".
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        cause: io::Error,
    },
}

impl DataFileError {
    /// Makes a translator of I/O errors, for `map_err`: `action` reads after "cannot".
    pub(crate) fn when(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> DataFileError {
        let path = path.to_path_buf();
        move |cause| match cause.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => DataFileError::DiskFull { action, path },
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
                DataFileError::Permission { action, path }
            }
            ErrorKind::FileTooLarge => {
                let remedy = "raise the limit of file sizes (`ulimit -f`)";
                DataFileError::Limit { action, path, cause, remedy }
            }
            ErrorKind::OutOfMemory => {
                let remedy = "free some memory or raise its limit (`ulimit -v`)";
                DataFileError::Limit { action, path, cause, remedy }
            }
            _ if matches!(cause.raw_os_error(), Some(libc::EMFILE | libc::ENFILE)) => {
                let remedy = "raise the limit of open files (`ulimit -n`)";
                DataFileError::Limit { action, path, cause, remedy }
            }
            _ if matches!(cause.raw_os_error(), Some(libc::ENOLCK | libc::EOPNOTSUPP)) => {
                let remedy = "this file system cannot lock files: choose a folder on another one";
                DataFileError::Limit { action, path, cause, remedy }
            }
            _ => DataFileError::Other { action, path, cause },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_and_a_missing_right_have_errors_of_their_own() {
        let said =
            |kind: ErrorKind| DataFileError::when("write", Path::new("x.bin"))(kind.into()).to_string();
        assert_eq!(
            said(ErrorKind::StorageFull),
            "cannot write x.bin: the disk is full; free some space or choose another folder"
        );
        assert!(said(ErrorKind::ReadOnlyFilesystem).contains("permission"));
        assert!(said(ErrorKind::NotADirectory).contains("not a directory"));
        let no_locks =
            DataFileError::when("lock", Path::new("x"))(io::Error::from_raw_os_error(libc::ENOLCK));
        assert!(no_locks.to_string().ends_with("cannot lock files: choose a folder on another one"));
    }
}
