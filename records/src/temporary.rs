//! Temporary files of writes: made beside the file that is written, and left there only if the process is killed.
//!
//! A process holds a lock on each temporary file that it writes, which the system drops when the process ends, however it
//! ends. So one that can be locked is nobody's any more, and the next write of the same file removes it.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, fchown};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Letters and digits at the end of a temporary file's name, as in `.records.csv.a1B2c3`.
const SUFFIX: usize = 6;

/// A temporary file beside `path`, with the rights of the file that it is to replace. It is locked while it is open, and
/// removed unless it is given its name.
pub fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let (folder, name) = (folder_of(path), path.file_name().unwrap_or_default());
    let old = fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file);
    let mut prefix = std::ffi::OsString::from(".");
    prefix.push(name);
    prefix.push(".");
    loop {
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).rand_bytes(SUFFIX).permissions(Permissions::from_mode(0o666));
        let file = builder.tempfile_in(folder)?;
        // A file system without locks has nobody that looks at them either.
        let _ = file.as_file().try_lock();
        // Between its creation and its lock, another process may have taken it for nobody's.
        let there = fs::symlink_metadata(file.path()).is_ok_and(|there| {
            file.as_file().metadata().is_ok_and(|own| (own.dev(), own.ino()) == (there.dev(), there.ino()))
        });
        if !there {
            continue;
        }
        if let Some(old) = &old {
            file.as_file().set_permissions(old.permissions())?;
            // Only the owner of both may keep the owner, which is then no other.
            let _ = fchown(file.as_file(), Some(old.uid()), Some(old.gid()));
        }
        return Ok(file);
    }
}

/// The folder that a file is in.
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."))
}

/// Removes the temporary files in `folder` that nobody writes any more: those of the file `name`, or of all files.
/// What cannot be removed stays.
pub fn remove_abandoned(folder: &Path, name: Option<&OsStr>) {
    for path in abandoned(folder, name) {
        let _ = fs::remove_file(path);
    }
}

/// Those files.
fn abandoned(folder: &Path, name: Option<&OsStr>) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let of_a_write = entries.filter(|entry| {
        let file = entry.file_name();
        target(&file).is_some_and(|target| name.is_none_or(|name| name == target))
    });
    of_a_write.map(|entry| entry.path()).filter(|path| is_nobodys(path)).collect()
}

/// The name of the file that a temporary file of this name is for.
fn target(file: &OsStr) -> Option<&str> {
    let (target, suffix) = file.to_str()?.strip_prefix('.')?.rsplit_once('.')?;
    let random = suffix.len() == SUFFIX && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (random && !target.is_empty()).then_some(target)
}

/// Whether a file is one that no process has locked.
fn is_nobodys(path: &Path) -> bool {
    let open = || -> io::Result<File> {
        OpenOptions::new().read(true).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK).open(path)
    };
    open().is_ok_and(|file| file.metadata().is_ok_and(|found| found.is_file()) && file.try_lock().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_nobody_writes_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records.csv");
        let own = beside(&path).unwrap();
        assert_eq!(target(own.path().file_name().unwrap()), Some("records.csv"));
        let file = |name: &str| {
            fs::write(folder.path().join(name), "x").unwrap();
            folder.path().join(name)
        };
        let killed = file(".records.csv.abc123");
        let of_another = file(".fps.csv.abc123");
        let kept =
            [".records.lock", ".records.csv.abc12", "records.csv.abc123", ".abc123", ".a.abc-12"].map(file);
        std::os::unix::fs::symlink(&kept[0], folder.path().join(".records.csv.link00")).unwrap();
        remove_abandoned(folder.path(), Some(OsStr::new("records.csv")));
        assert!(own.path().exists() && !killed.exists() && of_another.exists());
        remove_abandoned(folder.path(), None);
        assert!(own.path().exists() && !of_another.exists());
        assert!(kept.iter().all(|path| path.exists()));
        assert!(folder.path().join(".records.csv.link00").is_symlink());
        let path = own.path().to_path_buf();
        drop(own);
        assert!(!path.exists());
    }

    #[test]
    fn a_file_keeps_its_rights() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        crate::write_atomically(&path, b"1").unwrap();
        fs::write(folder.path().join("plain"), "").unwrap();
        let plain = fs::metadata(folder.path().join("plain")).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(), plain);
        fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        crate::write_atomically(&path, b"2").unwrap();
        assert_eq!((mode(), fs::read(&path).unwrap()), (0o640, b"2".to_vec()));
    }
}
