//! Files that may be read. A pipe or a device that lies where a file is expected would never end, or wait for ever, and
//! a list or an annotation of gigabytes would fill the memory.

use std::fs::{self, File};
use std::io::{self, Error, ErrorKind, Read};
use std::path::Path;

/// Opens a file, or what a link to one leads to.
///
/// # Errors
/// Those of the operating system; also if it is a folder, a pipe, a socket or a device.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    // Asked first: opening a pipe waits until somebody writes to it.
    if !fs::metadata(path)?.is_file() {
        return Err(Error::other(NotAFile));
    }
    File::open(path)
}

/// What [`open`] says of anything but a file.
#[derive(Debug, thiserror::Error)]
#[error("it is not a regular file but a folder, a pipe, a socket or a device")]
struct NotAFile;

/// Whether an error of [`open`] says that there is something else than a file.
pub(crate) fn is_something_else(error: &Error) -> bool {
    error.get_ref().is_some_and(|cause| cause.is::<NotAFile>())
}

/// The most bytes of a list or an annotation: a list of ten million names.
const MOST: u64 = 1 << 28;

/// The bytes of a list or an annotation; see [`open`].
///
/// # Errors
/// Also if it is longer than either can be.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.take(MOST + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 {
        ..=MOST => Ok(bytes),
        _ => Err(Error::other(format!("it has more than {MOST} bytes; is it another file?"))),
    }
}

/// The text of a list or an annotation; see [`read`].
pub(crate) fn read_to_string(path: &Path) -> io::Result<String> {
    String::from_utf8(read(path)?).map_err(|_| Error::new(ErrorKind::InvalidData, "it is not text in UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_and_devices_are_refused_and_links_are_followed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "text").unwrap();
        assert_eq!(read_to_string(&file).unwrap(), "text");
        let refused = |path: &Path| read(path).unwrap_err().to_string();
        assert!(refused(folder.path()).contains("not a regular file"));
        assert_eq!(read(&folder.path().join("none")).unwrap_err().kind(), io::ErrorKind::NotFound);
        let long = folder.path().join("long");
        File::create(&long).unwrap().set_len(MOST + 1).unwrap();
        assert!(refused(&long).contains("more than 268435456 bytes"));
        #[cfg(unix)]
        {
            assert!(refused(Path::new("/dev/zero")).contains("not a regular file"));
            let link = folder.path().join("link");
            std::os::unix::fs::symlink(&file, &link).unwrap();
            assert_eq!(read(&link).unwrap(), b"text");
        }
    }
}
