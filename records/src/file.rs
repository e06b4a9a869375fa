//! Files that are complete whenever they are read.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use crate::regular_file::Unusable;
use crate::remedy::remedy;
use crate::temporary::{beside, folder_of, remove_abandoned};

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
    pub fn new(action: &'static str, path: &Path, cause: io::Error) -> FileError {
        FileError { action, path: path.display().to_string(), cause }
    }

    /// What the system says.
    pub fn into_cause(self) -> io::Error {
        self.cause
    }
}

/// Writes `bytes` to `path` such that a reader always sees either the old file or the new one, complete. The
/// folder must exist. What is there and no file, such as a device, or a link to one, is not replaced.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    replace(path, bytes).map_err(|cause| FileError::new("write", path, cause))
}

/// The same with the system's own error: temporary file, sync, rename. What fails leaves nothing, and what a killed
/// process left of a write of the same file is removed.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match std::fs::metadata(path) {
        Ok(there) if there.is_dir() => return Err(Unusable::Directory.into()),
        Ok(there) if !there.is_file() => return Err(Unusable::Endless.into()),
        _ => {}
    }
    remove_abandoned(folder_of(path), path.file_name());
    let mut file = beside(path)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    // Its lock is held until it has its name.
    let _held = file.persist(path).map_err(|failed| failed.error)?;
    File::open(folder_of(path))?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder cannot be replaced by a file; what was written for it goes.
    #[test]
    fn a_write_leaves_nothing_but_its_file() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("taken/by")).unwrap();
        assert!(write_atomically(&folder.path().join("taken"), b"x").is_err());
        std::fs::write(folder.path().join(".file.harness-tmp-a1B2c3"), "left by a killed process").unwrap();
        write_atomically(&folder.path().join("file"), b"1").unwrap();
        write_atomically(&folder.path().join("file"), b"2").unwrap();
        let names = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<_> = names.collect();
        names.sort();
        assert_eq!(names, ["file", "taken"]);
    }

    #[test]
    fn what_is_no_file_stays() {
        use std::os::unix::fs::FileTypeExt;
        let folder = tempfile::tempdir().unwrap();
        let (socket, link) = (folder.path().join("socket"), folder.path().join("link"));
        let _listening = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        std::os::unix::fs::symlink(&socket, &link).unwrap();
        for place in [&socket, &link] {
            let message = write_atomically(place, b"x").unwrap_err().to_string();
            assert!(message.contains("it is a pipe, a socket or a device"), "{message}");
        }
        assert!(socket.metadata().unwrap().file_type().is_socket() && link.is_symlink());
        assert_eq!(folder.path().read_dir().unwrap().count(), 2);
    }

    #[test]
    fn an_unwritable_place_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("absent").join("file");
        let message = write_atomically(&path, b"x").unwrap_err().to_string();
        assert!(message.contains("absent"), "{message}");
    }
}
