//! A folder that appears whole or not at all: it is written under a temporary name beside its place
//! and renamed at the end. The remains of an interrupted attempt are never taken for data.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::DataFileError;

/// A folder being written. Dropped before [`StagedFolder::into_place`], it leaves nothing behind.
pub(crate) struct StagedFolder {
    temporary: TempDir,
    /// The folder to fill.
    pub folder: PathBuf,
}

impl StagedFolder {
    /// Makes an empty folder beside `target`, on the same disk.
    pub fn beside(target: &Path) -> Result<StagedFolder, DataFileError> {
        let parent = match target.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        fs::create_dir_all(parent).map_err(DataFileError::when("create the folder", parent))?;
        let temporary = tempfile::Builder::new()
            .prefix(".unfinished-")
            .tempdir_in(parent)
            .map_err(DataFileError::when("create a folder in", parent))?;
        // The temporary folder is private to the user; the one inside has ordinary permissions.
        let folder = temporary.path().join("new");
        fs::create_dir(&folder).map_err(DataFileError::when("create the folder", &folder))?;
        Ok(StagedFolder { temporary, folder })
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
        let old = self.temporary.path().join("old");
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
