//! Files that may be read. A pipe or a device that lies where a file is expected would never end, or wait for ever.

use std::fs::{self, File};
use std::io::{self, Error, Read};
use std::path::Path;

/// Opens a file, or what a link to one leads to.
///
/// # Errors
/// Those of the operating system; also if it is a folder, a pipe, a socket or a device.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    // Asked first: opening a pipe waits until somebody writes to it.
    if !fs::metadata(path)?.is_file() {
        return Err(Error::other("it is not a regular file but a folder, a pipe, a socket or a device"));
    }
    File::open(path)
}

/// The bytes of a file; see [`open`].
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text of a file; see [`open`].
pub(crate) fn read_to_string(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    open(path)?.read_to_string(&mut text)?;
    Ok(text)
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
        #[cfg(unix)]
        {
            assert!(refused(Path::new("/dev/zero")).contains("not a regular file"));
            let link = folder.path().join("link");
            std::os::unix::fs::symlink(&file, &link).unwrap();
            assert_eq!(read(&link).unwrap(), b"text");
        }
    }
}
