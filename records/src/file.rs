//! Files that are complete whenever they are read.

use std::io::{self, Write};
use std::path::Path;

use atomic_write_file::AtomicWriteFile;

/// A file that could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {path}: {cause}; {}", remedy(cause))]
pub struct FileError {
    action: &'static str,
    path: String,
    cause: io::Error,
}

impl FileError {
    /// That `action`, a verb such as `read`, failed on the file or folder at `path`.
    pub(crate) fn new(action: &'static str, path: &Path, cause: io::Error) -> FileError {
        FileError { action, path: path.display().to_string(), cause }
    }

    /// What the system says.
    pub fn into_cause(self) -> io::Error {
        self.cause
    }
}

fn remedy(cause: &io::Error) -> &'static str {
    use io::ErrorKind::*;
    match cause.kind() {
        StorageFull | QuotaExceeded => {
            "free some space or choose another folder with --out; what was written before is kept"
        }
        PermissionDenied | ReadOnlyFilesystem => "make it writable or choose another folder with --out",
        NotFound => {
            "its folder does not exist (any more): create it or name another; nothing else was touched"
        }
        _ => "what was written before is kept",
    }
}

/// Writes `bytes` to `path` such that a reader always sees either the old file or the new one, complete. The
/// folder must exist.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    replace(path, bytes).map_err(|cause| FileError::new("write", path, cause))
}

/// The same with the system's own error: temporary file, sync, rename.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = AtomicWriteFile::open(path)?;
    file.write_all(bytes)?;
    file.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unwritable_place_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("absent").join("file");
        let message = write_atomically(&path, b"x").unwrap_err().to_string();
        assert!(message.contains("absent"), "{message}");
    }
}
