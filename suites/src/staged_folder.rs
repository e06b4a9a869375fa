//! A folder that appears whole or not at all: it is written under a temporary name beside its place
//! and renamed at the end. The remains of an interrupted attempt are never taken for data, and the next attempt beside
//! them removes them: a process holds a lock in the folder that it writes, which the system drops when it ends.
//! What it removes is certain to be such a folder, since the one around it may be anybody's.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Component, Path, PathBuf};

use records::{folder_of, is_at, open_existing_lock};
use tempfile::TempDir;

use crate::DataFileError;
use crate::regular_file::look;

/// What the names of temporary folders begin with.
const PREFIX: &str = ".harness-unfinished-";
/// The file in such a folder that its process has locked: a line that no other file begins with, and the name of the
/// folder that is to be.
const LOCK: &str = "harness.lock";
/// That line.
const HEAD: &str = "A folder that the harness is writing, for the name in the next line.\n";
/// The most bytes of such a file, names of folders being short.
const MOST: u64 = 4096;
/// What such a folder calls the one that is written.
const NEW: &str = "new";
/// What it calls the one that is replaced.
const OLD: &str = "old";

/// Removes the temporary folders in `parent` whose process has ended. What cannot be removed stays. Of those without the
/// file to lock, empty ones are removed: a process that is about to make the file there makes another folder. A folder
/// that was to be replaced, and was not, gets its name back.
fn remove_abandoned(parent: &Path) {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX)) {
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        // Fails unless it is an empty folder.
        let _ = fs::remove_dir(entry.path());
        if let Ok(mut lock) = open_existing_lock(&entry.path().join(LOCK))
            && is_folder
            && lock.try_lock().is_ok()
            && let Some(name) = written_for(&mut lock)
            && holds_only_ours(&entry.path())
        {
            let old = entry.path().join(OLD);
            // What cannot be looked at may be the one that was to be replaced.
            match look(&old) {
                Ok(None) => {}
                Ok(Some(_)) if give_back(&old, &name, parent) => {}
                Ok(Some(_)) | Err(_) => continue,
            }
            // The lock goes last, so that what a kill leaves of this is removed by the next one.
            for inside in [NEW, OLD] {
                let _ = fs::remove_dir_all(entry.path().join(inside));
            }
            let is_gone = |inside: &str| look(&entry.path().join(inside)).is_ok_and(|found| found.is_none());
            if is_gone(NEW) && is_gone(OLD) {
                let _ = fs::remove_file(entry.path().join(LOCK));
                let _ = fs::remove_dir(entry.path());
            }
        }
    }
}

/// The name of the folder that is to be, which is cut where the process was killed while it wrote it; none if the file
/// is another one.
fn written_for(lock: &mut File) -> Option<String> {
    let mut text = String::new();
    lock.take(MOST).read_to_string(&mut text).ok()?;
    match text.strip_prefix(HEAD) {
        Some(name) => Some(name.into()),
        None => HEAD.starts_with(&text).then(String::new),
    }
}

/// Whether there is nothing in a temporary folder that somebody else has put there.
fn holds_only_ours(folder: &Path) -> bool {
    let ours = |entry: io::Result<fs::DirEntry>| {
        entry.is_ok_and(|entry| [LOCK, NEW, OLD].iter().any(|name| entry.file_name() == *name))
    };
    fs::read_dir(folder).is_ok_and(|mut entries| entries.all(ours))
}

/// Removes what killed attempts left beside `target`, which is there itself.
pub(crate) fn tidy_beside(target: &Path) {
    remove_abandoned(folder_of(target));
}

/// Renames `old` to the folder `name` in `parent`, unless a new one is there; whether either is so.
fn give_back(old: &Path, name: &str, parent: &Path) -> bool {
    let mut parts = Path::new(name).components();
    let is_name = matches!((parts.next(), parts.next()), (Some(Component::Normal(_)), None));
    let target = parent.join(name);
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
        let parent = folder_of(target);
        fs::create_dir_all(parent).map_err(DataFileError::when("create the folder", parent))?;
        remove_abandoned(parent);
        let (temporary, mut lock) = loop {
            let temporary = tempfile::Builder::new()
                .prefix(PREFIX)
                .tempdir_in(parent)
                .map_err(DataFileError::when("create a folder in", parent))?;
            let path = temporary.path().join(LOCK);
            let lock = match File::create_new(&path) {
                // Another process has removed the empty folder.
                Err(cause) if cause.kind() == io::ErrorKind::NotFound => continue,
                lock => lock.map_err(DataFileError::when("create", &path))?,
            };
            // Between the two, another process may have taken the folder for nobody's: it removes it now, or has done
            // so. Where a file system has no locks, nobody removes what cannot be locked.
            let is_taken = matches!(lock.try_lock(), Err(TryLockError::WouldBlock));
            if !is_taken && is_at(&lock, &path).map_err(DataFileError::when("look at", &path))? {
                break (temporary, lock);
            }
        };
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        let written = lock.write_all(format!("{HEAD}{name}").as_bytes());
        written.map_err(DataFileError::when("write", &temporary.path().join(LOCK)))?;
        // The temporary folder is private to the user; the one inside has ordinary permissions.
        let folder = temporary.path().join(NEW);
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

    /// Gives the folder its name. What was there before is deleted. That it lists its files, and that it has its name,
    /// is on the disk then; the files themselves are if they were written by [`StagedFolder::write`].
    pub fn into_place(self, target: &Path) -> Result<(), DataFileError> {
        let failed = || DataFileError::when("put in place", target);
        let sync = |folder: &Path| File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed());
        sync(&self.folder)?;
        let old = self.temporary.path().join(OLD);
        let replaces = look(target)?.is_some();
        if replaces {
            fs::rename(target, &old).map_err(failed())?;
        }
        fs::rename(&self.folder, target).map_err(|error| {
            if replaces {
                // Best effort: the error below is the one to report.
                let _ = fs::rename(&old, target);
            }
            failed()(error)
        })?;
        sync(folder_of(target))
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
        let temporary = |name: &str| parent.path().join(format!("{PREFIX}{name}"));
        let killed = temporary("killed");
        fs::create_dir_all(killed.join(NEW)).unwrap();
        fs::write(killed.join("new/data.bin"), "half").unwrap();
        fs::write(killed.join(LOCK), format!("{HEAD}data")).unwrap();
        // Killed in the middle of writing the file to lock.
        let early = temporary("early");
        fs::create_dir(&early).unwrap();
        fs::write(early.join(LOCK), &HEAD[..HEAD.len() / 2]).unwrap();
        // Killed between the two renames, and right after them.
        for (name, target) in [("between", "given-back"), ("after", "data")] {
            fs::create_dir_all(temporary(name).join(OLD)).unwrap();
            fs::write(temporary(name).join(LOCK), format!("{HEAD}{target}")).unwrap();
        }
        fs::create_dir(parent.path().join("data")).unwrap();
        // Killed before there was a file to lock.
        let starting = temporary("starting");
        fs::create_dir(&starting).unwrap();
        let target = parent.path().join("data");
        let other = StagedFolder::beside(&parent.path().join("other")).unwrap();
        let own = StagedFolder::beside(&target).unwrap();
        assert!(!killed.exists() && !early.exists() && !starting.exists());
        assert!(other.folder.exists() && own.folder.exists());
        own.write("data.bin", b"whole").unwrap();
        own.into_place(&target).unwrap();
        drop(other);
        assert_eq!(names(), ["data", "given-back"]);
        let inside: Vec<_> = fs::read_dir(&target).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(inside, ["data.bin"]);
    }

    /// The folder around a data set may be a home, where others name their folders as they like.
    #[test]
    fn what_somebody_else_made_is_kept_whatever_its_name() {
        let parent = tempfile::tempdir().unwrap();
        let put = |folder: &str, files: &[(&str, &str)]| {
            let folder = parent.path().join(folder);
            fs::create_dir_all(folder.join(NEW)).unwrap();
            files.iter().for_each(|(name, text)| fs::write(folder.join(name), text).unwrap());
            folder
        };
        let head = format!("{HEAD}data");
        let head = head.as_str();
        let kept = [
            put(".unfinished-novel", &[("lock", ""), (LOCK, head)]),
            put(".harness-unfinished-lock", &[("lock", "")]),
            put(".harness-unfinished-text", &[(LOCK, "mine\n")]),
            put(".harness-unfinished-more", &[(LOCK, head), ("notes.txt", "mine")]),
            put(".harness-unfinished-link", &[("notes.txt", head)]),
        ];
        std::os::unix::fs::symlink("notes.txt", kept[4].join(LOCK)).unwrap();
        fs::remove_dir(kept[4].join(NEW)).unwrap();
        let pipe = put(".harness-unfinished-pipe", &[]);
        assert!(std::process::Command::new("mkfifo").arg(pipe.join(LOCK)).status().unwrap().success());
        let ours = put(".harness-unfinished-ours", &[(LOCK, head)]);
        tidy_beside(&parent.path().join("data"));
        assert!(!ours.exists() && pipe.exists());
        for folder in &kept {
            assert!(folder.exists(), "{}", folder.display());
        }
    }

    /// Several processes that begin beside each other, each of which removes what it takes for abandoned.
    #[test]
    fn those_that_begin_at_once_take_nothing_from_each_other() {
        let parent = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for number in 0..4 {
                let target = parent.path().join(number.to_string());
                scope.spawn(move || {
                    for _ in 0..25 {
                        let stage = StagedFolder::beside(&target).unwrap();
                        stage.write("data.bin", b"whole").unwrap();
                        stage.into_place(&target).unwrap();
                        assert_eq!(fs::read(target.join("data.bin")).unwrap(), b"whole");
                    }
                });
            }
        });
        assert_eq!(fs::read_dir(parent.path()).unwrap().count(), 4);
    }
}
