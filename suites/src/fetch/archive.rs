//! A publisher's archive in the data folder: the one that is there, or a fresh one.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use super::checksum::md5_of;
use super::download::download;
use super::{FetchError, FetchProgress, Patience};
use crate::DataFileError;

/// An archive on the web.
pub(crate) struct Archive<'a> {
    /// Its name in the data folder. One that is already there is used.
    pub name: &'a str,
    /// Its address.
    pub url: &'a str,
    /// Its MD5, in hexadecimal.
    pub md5: &'a str,
}

impl Archive<'_> {
    /// The archive in `dir`: the one that is there, if its MD5 is right, or a fresh one.
    pub fn get(
        &self,
        dir: &Path,
        patience: &Patience,
        progress: &mut dyn FnMut(FetchProgress),
    ) -> Result<PathBuf, FetchError> {
        let archive = dir.join(self.name);
        if archive.exists() {
            if md5_of(&archive).map_err(DataFileError::when("read", &archive))? == self.md5 {
                return Ok(archive);
            }
            set_aside(&archive, progress)?;
        }
        let part = dir.join(format!("{}.part", self.name));
        if let Err(error) = download(self.url, &part, patience, progress) {
            if fs::metadata(&part).is_ok_and(|part| part.len() == 0) {
                // Nothing came, so there is nothing to keep; should this fail, an empty file does no harm.
                let _ = fs::remove_file(&part);
            }
            return Err(error);
        }
        let actual = md5_of(&part).map_err(DataFileError::when("read", &part))?;
        if actual != self.md5 {
            fs::remove_file(&part).map_err(DataFileError::when("delete", &part))?;
            let (url, expected) = (self.url.to_owned(), self.md5.to_owned());
            return Err(FetchError::Checksum { url, expected, actual });
        }
        fs::rename(&part, &archive).map_err(DataFileError::when("rename", &part))?;
        Ok(archive)
    }
}

/// Holds the folder for this process until dropped. Where the file system has no locks, there is none.
pub(crate) fn lock(dir: &Path) -> Result<File, FetchError> {
    let folder = File::open(dir).map_err(DataFileError::when("open", dir))?;
    match folder.try_lock() {
        Err(TryLockError::WouldBlock) => Err(FetchError::Busy { dir: dir.to_path_buf() }),
        Ok(()) | Err(TryLockError::Error(_)) => Ok(folder),
    }
}

/// Gives a file or folder the first free name of the kind `NAME.damaged-1`.
pub(crate) fn set_aside(path: &Path, progress: &mut dyn FnMut(FetchProgress)) -> Result<(), DataFileError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut number = 1;
    let aside = loop {
        let aside = path.with_file_name(format!("{name}.damaged-{number}"));
        if !aside.exists() {
            break aside;
        }
        number += 1;
    };
    fs::rename(path, &aside).map_err(DataFileError::when("rename", path))?;
    progress(FetchProgress::SetAside { path: &aside });
    Ok(())
}
