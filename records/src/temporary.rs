//! Temporary files of writes: made beside the file that is written, and left there only if the process is killed.
//!
//! A process holds a lock on each temporary file that it writes, which the system drops when the process ends, however it
//! ends. So one that can be locked is nobody's any more, and the next write of the same file removes it.

use std::ffi::OsStr;
use std::fs::{self, File, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::regular_file::open_existing_lock;

/// What stands between the name of the file and the end of a temporary file's name, as in
/// `.records.csv.harness-tmp-a1B2c3`: no editor and no copying program names its own files so.
const MARK: &str = ".harness-tmp-";
/// Letters and digits after it.
const SUFFIX: usize = 6;

/// A temporary file beside `path`, with the rights of the file that it is to replace. It is locked while it is open, and
/// removed unless it is given its name.
pub fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let (folder, name) = (folder_of(path), path.file_name().unwrap_or_default());
    let old = fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file);
    let mut prefix = std::ffi::OsString::from(".");
    prefix.push(name);
    prefix.push(MARK);
    loop {
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).rand_bytes(SUFFIX).permissions(Permissions::from_mode(0o666));
        let file = builder.tempfile_in(folder)?;
        // Between its creation and its lock, another process may have taken it for nobody's: it removes it now, or has
        // done so. A file system without locks has nobody that looks at them either.
        let is_taken = matches!(file.as_file().try_lock(), Err(TryLockError::WouldBlock));
        if is_taken || !is_at(file.as_file(), file.path())? {
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

/// Whether an open file is the one at `path`, which another process may have removed or replaced since.
///
/// # Errors
/// If the system cannot tell. Taken for a file that is gone, a disk that fails would have it made again and again.
pub fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let there = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        there => there?,
    };
    let own = file.metadata()?;
    Ok((own.dev(), own.ino()) == (there.dev(), there.ino()))
}

/// The folder that a file is in.
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."))
}

/// Removes the temporary files in `folder` that nobody writes any more: those of the file `name`, or of all files.
/// What cannot be removed stays.
pub fn remove_abandoned(folder: &Path, name: Option<&OsStr>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let file = entry.file_name();
        if target(&file).is_some_and(|target| name.is_none_or(|name| name == target)) {
            remove_unless_locked(&entry.path());
        }
    }
}

/// The name of the file that a temporary file of this name is for.
fn target(file: &OsStr) -> Option<&str> {
    let (target, suffix) = file.to_str()?.strip_prefix('.')?.rsplit_once(MARK)?;
    let random = suffix.len() == SUFFIX && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (random && !target.is_empty()).then_some(target)
}

/// Removes a file that no process has locked, under its lock, so that its writer sees that it is taken.
fn remove_unless_locked(path: &Path) {
    if let Ok(file) = open_existing_lock(path)
        && file.try_lock().is_ok()
        && is_at(&file, path).is_ok_and(|is_at| is_at)
    {
        let _ = fs::remove_file(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_cannot_tell_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("one"), folder.path().join("other"));
        let file = File::create_new(&path).unwrap();
        assert!(is_at(&file, &path).unwrap() && !is_at(&file, &other).unwrap());
        // Below a file there can be none.
        assert_eq!(is_at(&file, &path.join("x")).unwrap_err().kind(), io::ErrorKind::NotADirectory);
    }

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
        let killed = file(".records.csv.harness-tmp-abc123");
        let of_another = file(".fps.csv.harness-tmp-abc123");
        // Copies of a person, of rsync and of editors are not ours.
        let kept = [
            ".records.csv.backup",
            ".records.csv.Ab12Cd",
            ".record.json.edited",
            ".records.lock",
            ".records.csv.harness-tmp-abc12",
            "records.csv.harness-tmp-abc123",
            ".harness-tmp-abc123",
            ".a.harness-tmp-abc-12",
        ];
        let kept = kept.map(file);
        let link = folder.path().join(".records.csv.harness-tmp-link00");
        std::os::unix::fs::symlink(&kept[0], &link).unwrap();
        remove_abandoned(folder.path(), Some(OsStr::new("records.csv")));
        assert!(own.path().exists() && !killed.exists() && of_another.exists());
        remove_abandoned(folder.path(), None);
        assert!(own.path().exists() && !of_another.exists());
        assert!(kept.iter().all(|path| path.exists()));
        assert!(link.is_symlink());
        let path = own.path().to_path_buf();
        drop(own);
        assert!(!path.exists());
    }

    /// Others that clean up meanwhile take nothing from a writer: each of many writes is whole, and nothing is left.
    #[test]
    fn writers_and_those_that_clean_up_do_not_meet() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..25).for_each(|_| crate::write_atomically(&path, b"whole").unwrap()));
            }
            scope.spawn(|| (0..2000).for_each(|_| remove_abandoned(folder.path(), None)));
        });
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
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
