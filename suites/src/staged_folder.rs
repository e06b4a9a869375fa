//! A folder that appears whole or not at all: it is written under a temporary name beside its place
//! and renamed at the end. The remains of an interrupted attempt are never taken for data, and the next attempt beside
//! them removes them: a process holds a lock in the folder that it writes, which the system drops when it ends.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Component, Path, PathBuf};

use tempfile::TempDir;

use crate::DataFileError;

/// What the names of temporary folders begin with.
const PREFIX: &str = ".unfinished-";
/// The file in such a folder that its process has locked, with the name of the folder that is to be.
const LOCK: &str = "lock";
/// What such a folder calls the one that it replaces.
const OLD: &str = "old";

/// Removes the temporary folders in `parent` whose process has ended. What cannot be removed stays, as does a folder
/// without the file to lock, in which a process may be about to make it. A folder that was to be replaced, and was not, gets
/// its name back.
fn remove_abandoned(parent: &Path) {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX)) {
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        let lock = File::open(entry.path().join(LOCK));
        if let Ok(lock) = lock
            && is_folder
            && lock.try_lock().is_ok()
        {
            let old = entry.path().join(OLD);
            if old.exists() && !give_back(&old, &entry.path().join(LOCK), parent) {
                continue;
            }
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Removes what killed attempts left beside `target`, which is there itself.
pub(crate) fn tidy_beside(target: &Path) {
    remove_abandoned(parent_of(target));
}

fn parent_of(target: &Path) -> &Path {
    match target.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

/// Renames `old` to the folder in `parent` that `lock` names, unless a new one is there; whether either is so.
fn give_back(old: &Path, lock: &Path, parent: &Path) -> bool {
    let Ok(name) = fs::read_to_string(lock) else { return false };
    let mut parts = Path::new(&name).components();
    let is_name = matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None));
    let target = parent.join(&name);
    is_name && (target.exists() || fs::rename(old, target).is_ok())
}

/// A folder being written. Dropped before [`StagedFolder::into_place`], it leaves nothing behind.
pub(crate) struct StagedFolder {
    temporary: TempDir,
    /// Says that the folder is being written, for as long as this process lives.
    _lock: File,
    /// The folder to fill.
    pub folder: PathBuf,
}

impl StagedFolder {
    /// Makes an empty folder beside `target`, on the same disk.
    pub fn beside(target: &Path) -> Result<StagedFolder, DataFileError> {
        let parent = parent_of(target);
        fs::create_dir_all(parent).map_err(DataFileError::when("create the folder", parent))?;
        remove_abandoned(parent);
        let temporary = tempfile::Builder::new()
            .prefix(PREFIX)
            .tempdir_in(parent)
            .map_err(DataFileError::when("create a folder in", parent))?;
        let path = temporary.path().join(LOCK);
        let mut lock = File::create_new(&path).map_err(DataFileError::when("create", &path))?;
        // Where a file system has no locks, nobody removes what cannot be locked.
        let _ = lock.try_lock();
        let name = target.file_name().unwrap_or_default().to_string_lossy().into_owned();
        lock.write_all(name.as_bytes()).map_err(DataFileError::when("write", &path))?;
        // The temporary folder is private to the user; the one inside has ordinary permissions.
        let folder = temporary.path().join("new");
        fs::create_dir(&folder).map_err(DataFileError::when("create the folder", &folder))?;
        Ok(StagedFolder { temporary, _lock: lock, folder })
    }

    /// Writes a file of the folder through to the disk.
    pub fn write(&self, name: &str, content: &[u8]) -> Result<(), DataFileError> {
        let path = self.folder.join(name);
        let write = || {
            let mut file = File::create(&path)?;
            file.write_all(content)?;
            file.sync_all()
        };
        write().map_err(DataFileError::when("write", &path))
    }

    /// Gives the folder its name. What was there before is deleted.
    pub fn into_place(self, target: &Path) -> Result<(), DataFileError> {
        let failed = || DataFileError::when("put in place", target);
        let old = self.temporary.path().join(OLD);
        let replaces = target.exists();
        if replaces {
            fs::rename(target, &old).map_err(failed())?;
        }
        fs::rename(&self.folder, target).map_err(|error| {
            if replaces {
                // Best effort: the error below is the one to report.
                let _ = fs::rename(&old, target);
            }
            failed()(error)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_process_left_goes_and_what_another_writes_stays() {
        let parent = tempfile::tempdir().unwrap();
        let names = || {
            let names = fs::read_dir(parent.path()).unwrap().map(|entry| entry.unwrap().file_name());
            let mut names: Vec<_> = names.map(|name| name.to_string_lossy().into_owned()).collect();
            names.sort();
            names
        };
        let killed = parent.path().join(".unfinished-killed");
        fs::create_dir_all(killed.join("new")).unwrap();
        fs::write(killed.join("new/data.bin"), "half").unwrap();
        fs::write(killed.join(LOCK), "").unwrap();
        // Killed between the two renames, and right after them.
        for (name, target) in [("between", "given-back"), ("after", "data")] {
            let folder = parent.path().join(format!(".unfinished-{name}"));
            fs::create_dir_all(folder.join(OLD)).unwrap();
            fs::write(folder.join(LOCK), target).unwrap();
        }
        fs::create_dir(parent.path().join("data")).unwrap();
        let starting = parent.path().join(".unfinished-starting");
        fs::create_dir(&starting).unwrap();
        let target = parent.path().join("data");
        let other = StagedFolder::beside(&parent.path().join("other")).unwrap();
        let own = StagedFolder::beside(&target).unwrap();
        assert!(!killed.exists() && starting.exists() && other.folder.exists() && own.folder.exists());
        own.write("data.bin", b"whole").unwrap();
        own.into_place(&target).unwrap();
        drop(other);
        assert_eq!(names(), [".unfinished-starting", "data", "given-back"]);
        let inside: Vec<_> = fs::read_dir(&target).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(inside, ["data.bin"]);
    }
}
