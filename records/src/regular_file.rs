//! Files in folders that others may write to. Nothing but a regular file is opened: a link would lead to another
//! file, a pipe would wait for ever, and a device never end. Opening changes nothing in a file.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Take};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Most bytes of a file that holds one object: a spec, an environment, a record, a marker.
pub(crate) const MOST_OF_OBJECT: u64 = 4 << 20;
/// Most bytes of a file of rows, or of photographs.
pub(crate) const MOST_OF_ROWS: u64 = 256 << 20;

/// Why a file is not opened that the system would open. It is in an error of the system's type.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// A link.
    #[error("it is a link, which could lead to any other file")]
    Link,
    /// A folder.
    #[error("it is a directory")]
    Directory,
    /// What may never end, or wait for ever.
    #[error("it is a pipe, a socket or a device")]
    Endless,
    /// More than a file of its kind can hold.
    #[error("it has {} MB, where {} MB are the most there can be", length >> 20, most >> 20)]
    TooLarge {
        /// Bytes of the file.
        length: u64,
        /// Bytes that are the most.
        most: u64,
    },
}

impl Unusable {
    /// What is in `error`, if it is of [`open_read`], [`read`], [`open_lock`] or [`open_append`] and not the system's.
    pub fn of(error: &io::Error) -> Option<&Unusable> {
        error.get_ref()?.downcast_ref()
    }
}

impl From<Unusable> for io::Error {
    fn from(unusable: Unusable) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidInput, unusable)
    }
}

/// Opens the regular file at `path`, of at most `most` bytes, to read so many.
///
/// # Errors
/// Those of the system; also if it is a link, a folder, a pipe, a socket or a device, or larger.
pub fn open_read(path: &Path, most: u64) -> io::Result<Take<File>> {
    let file = open(path, OpenOptions::new().read(true))?;
    let length = file.metadata()?.len();
    if length > most {
        return Err(Unusable::TooLarge { length, most }.into());
    }
    // It may have grown since.
    Ok(file.take(most))
}

/// Reads the regular file at `path`, of at most `most` bytes.
///
/// # Errors
/// Those of [`open_read`].
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open_read(path, most)?.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads the regular file at `path`, whatever its size.
///
/// # Errors
/// Those of [`read`], but for the size.
pub fn read_regular(path: &Path) -> io::Result<Vec<u8>> {
    read(path, u64::MAX)
}

/// Opens the file at `path` for a lock on it; it is created if it is not there, and keeps what it holds. It is open for
/// writing, too, without which NFS locks nothing.
///
/// # Errors
/// Those of [`read`].
pub fn open_lock(path: &Path) -> io::Result<File> {
    open(path, OpenOptions::new().read(true).write(true).create(true))
}

/// The same for a file that must be there.
///
/// # Errors
/// Those of [`open_lock`]; also if it is not there.
pub fn open_existing_lock(path: &Path) -> io::Result<File> {
    open(path, OpenOptions::new().read(true).write(true))
}

/// Opens the file at `path` to write behind its end; it is created if it is not there.
///
/// # Errors
/// Those of [`read`].
pub fn open_append(path: &Path) -> io::Result<File> {
    open(path, OpenOptions::new().append(true).create(true))
}

fn open(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    let opened = options.custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK).open(path);
    let file = opened.map_err(|cause| match cause.raw_os_error() {
        Some(libc::ELOOP) => Unusable::Link.into(),
        // Nobody reads from a pipe that is opened for writing, and a socket cannot be opened.
        Some(libc::ENXIO) => Unusable::Endless.into(),
        Some(libc::EISDIR) => Unusable::Directory.into(),
        _ => cause,
    })?;
    let kind = file.metadata()?.file_type();
    match (kind.is_file(), kind.is_dir()) {
        (true, _) => Ok(file),
        (false, true) => Err(Unusable::Directory.into()),
        (false, false) => Err(Unusable::Endless.into()),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    use super::*;

    #[test]
    fn only_regular_files_are_opened_and_none_is_changed() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("file"), "text").unwrap();
        assert_eq!(read(&at("file"), 4).unwrap(), b"text");
        let large = read(&at("file"), 3).unwrap_err();
        assert!(matches!(Unusable::of(&large), Some(Unusable::TooLarge { length: 4, most: 3 })), "{large}");
        assert!(Unusable::of(&io::Error::from_raw_os_error(libc::EINVAL)).is_none());
        assert_eq!(read(&at("none"), 9).unwrap_err().kind(), io::ErrorKind::NotFound);
        for link in ["link", "dangling"] {
            symlink(at(if link == "link" { "file" } else { "absent" }), at(link)).unwrap();
        }
        symlink("/dev/zero", at("zero")).unwrap();
        let pipe = std::process::Command::new("mkfifo").arg(at("pipe")).status().unwrap();
        assert!(pipe.success());
        let _socket = UnixListener::bind(at("socket")).unwrap();
        let others = ["link", "dangling", "zero", "pipe", "socket", "."].map(at);
        for path in others.iter().map(AsRef::as_ref).chain([Path::new("/dev/zero")]) {
            for opened in
                [read(path, 9).map(|_| ()), open_lock(path).map(|_| ()), open_append(path).map(|_| ())]
            {
                let said = opened.unwrap_err().to_string();
                assert!(said.starts_with("it is a"), "{}: {said}", path.display());
            }
        }
        for opened in [open_lock(&at("file")), open_append(&at("file"))] {
            opened.unwrap();
            assert_eq!(fs::read(at("file")).unwrap(), b"text");
        }
        assert!(!at("absent").exists(), "nothing is made through a link");
        assert_eq!(open_lock(&at("new")).unwrap().metadata().unwrap().len(), 0);
    }
}
