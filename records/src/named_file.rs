//! Files that a person names. Links are followed; a device, which never ends, and a pipe, which may wait for ever, are refused
//! before they are opened.

use std::fs::{self, File, FileType};
use std::io::{self, Read};
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

use crate::regular_file::Unusable;

/// Where a system shows a process the files that it was started with.
const HANDED_OVER: [&str; 3] = ["/dev/stdin", "/dev/fd", "/proc/self/fd"];

/// Reads the regular file at `path`, of at most `most` bytes.
///
/// # Errors
/// Those of the system; also if it is a folder, a pipe, a socket or a device, or larger.
pub fn read_named(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    check_named(path)?;
    read(path, most)
}

/// The same of a file that is read once, which may also be a pipe that was handed to this program: its standard input, or
/// what a shell writes as `<(...)`.
///
/// # Errors
/// Those of [`read_named`].
pub fn read_named_or_piped(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let is_handed_over = HANDED_OVER.iter().any(|place| path.starts_with(place));
    refuse(fs::metadata(path)?.file_type(), is_handed_over)?;
    read(path, most)
}

/// Looks whether there is a regular file at `path`.
///
/// # Errors
/// Those of the system; also if it is a folder, a pipe, a socket or a device.
pub fn check_named(path: &Path) -> io::Result<()> {
    refuse(fs::metadata(path)?.file_type(), false)
}

fn refuse(kind: FileType, pipes: bool) -> io::Result<()> {
    match () {
        () if kind.is_file() || pipes && kind.is_fifo() => Ok(()),
        () if kind.is_dir() => Err(Unusable::Directory.into()),
        () => Err(Unusable::Endless.into()),
    }
}

fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut bytes = Vec::new();
    if length <= most {
        file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    }
    // A pipe says its length by what comes out of it.
    let length = length.max(bytes.len() as u64);
    if length > most { Err(Unusable::TooLarge { length, most }.into()) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::fd::AsRawFd;
    use std::os::unix::fs::symlink;
    use std::process::Command;

    use super::*;

    #[test]
    fn files_are_read_behind_links_and_what_never_ends_is_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("file"), "text").unwrap();
        symlink(at("file"), at("link")).unwrap();
        symlink("/dev/zero", at("zero")).unwrap();
        assert!(Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
        for read in [read_named, read_named_or_piped] {
            assert_eq!(
                (read(&at("file"), 4).unwrap(), read(&at("link"), 4).unwrap()),
                (b"text".into(), b"text".into())
            );
            assert!(read(&at("file"), 3).unwrap_err().to_string().starts_with("it has"));
            assert_eq!(read(&at("none"), 9).unwrap_err().kind(), io::ErrorKind::NotFound);
            for other in [at("zero"), at("pipe"), "/dev/zero".into(), folder.path().into()] {
                let said = read(&other, 9).unwrap_err().to_string();
                assert!(said.starts_with("it is a"), "{}: {said}", other.display());
            }
        }
    }

    #[test]
    fn a_pipe_that_was_handed_over_is_read_once() {
        let (reader, mut writer) = io::pipe().unwrap();
        writer.write_all(b"text").unwrap();
        drop(writer);
        let path = format!("/proc/self/fd/{}", reader.as_raw_fd());
        assert!(read_named(Path::new(&path), 9).is_err());
        assert_eq!(read_named_or_piped(Path::new(&path), 9).unwrap(), b"text");
    }
}
