//! Files that may be read. A pipe or a device that lies where a file is expected would never end, or wait for ever, and
//! a list or an annotation of gigabytes would fill the memory.

use std::fs::{self, File, Metadata};
use std::io::{self, Error, ErrorKind, Read};
use std::path::Path;

use crate::DataFileError;

/// Opens a file, or what a link to one leads to.
///
/// # Errors
/// Those of the operating system; also if it is a folder, a pipe, a socket, a device or a link that leads nowhere.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    // Asked first: opening a pipe waits until somebody writes to it.
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => File::open(path),
        Ok(_) => Err(Error::other(NotAFile)),
        Err(error) if leads_nowhere(&error) && path.is_symlink() => Err(Error::other(NotAFile)),
        Err(error) => Err(error),
    }
}

/// Whether the error may be that of a link whose target does not exist or is the link itself.
pub(crate) fn leads_nowhere(error: &Error) -> bool {
    error.kind() == ErrorKind::NotFound || error.raw_os_error() == Some(libc::ELOOP)
}

/// What [`open`] says of anything but a file.
#[derive(Debug, thiserror::Error)]
#[error("it is not a regular file but a folder, a pipe, a socket, a device or a link that leads nowhere")]
struct NotAFile;

/// Whether an error of [`open`] says that there is something other than a file.
pub(crate) fn is_something_else(error: &Error) -> bool {
    error.get_ref().is_some_and(|cause| cause.is::<NotAFile>())
}

/// What is at `path`, behind links; none if there is nothing. A disk that fails, or a folder that may not be read, is an
/// error: taken for an empty place, it would make another data set of the one that is there.
pub(crate) fn look(path: &Path) -> Result<Option<Metadata>, DataFileError> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(DataFileError::when("look at", path)(error)),
    }
}

/// Whether there is a folder at `path`; see [`look`].
pub(crate) fn is_folder(path: &Path) -> Result<bool, DataFileError> {
    Ok(look(path)?.is_some_and(|metadata| metadata.is_dir()))
}

/// Whether there is a file at `path`; see [`look`].
pub(crate) fn is_file(path: &Path) -> Result<bool, DataFileError> {
    Ok(look(path)?.is_some_and(|metadata| metadata.is_file()))
}

/// Whether one of the lines of the text at `path`, if there is one, is `line`; see [`look`].
pub(crate) fn has_line(path: &Path, line: &str) -> Result<bool, DataFileError> {
    if !is_file(path)? {
        return Ok(false);
    }
    let bytes = read(path).map_err(DataFileError::when("read", path))?;
    let mut lines = bytes.split(|byte| *byte == b'\n');
    Ok(lines.any(|have| have.strip_suffix(b"\r").unwrap_or(have) == line.as_bytes()))
}

/// All bytes of a file, however many; see [`open`].
pub(crate) fn read_whole(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
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
        let has = |line| has_line(&file, line).unwrap();
        assert!(has("text") && !has("tex") && !has_line(&folder.path().join("none"), "text").unwrap());
        assert!(is_folder(folder.path()).unwrap() && !is_folder(&file).unwrap() && is_file(&file).unwrap());
        assert!(!is_folder(&file.join("below a file")).unwrap());
        #[cfg(unix)]
        {
            let circle = folder.path().join("circle");
            std::os::unix::fs::symlink(&circle, &circle).unwrap();
            assert!(is_file(&circle).unwrap_err().to_string().starts_with("cannot look at"));
            assert!(refused(Path::new("/dev/zero")).contains("not a regular file"));
            let link = folder.path().join("link");
            std::os::unix::fs::symlink(&file, &link).unwrap();
            assert_eq!(read(&link).unwrap(), b"text");
        }
    }
}
