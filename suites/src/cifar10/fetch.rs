//! Downloads a set such as CIFAR-10 from its publisher, checks it and puts it in place.
//!
//! Nothing appears under the folder's name before every file has the publisher's checksum. Every
//! step can be interrupted and repeated: intact files are kept, damaged ones are set aside or
//! downloaded again.

use std::fs;
use std::path::{Path, PathBuf};

use super::unpack::unpack;
use super::{Publisher, verify_against};
use crate::fetch::{Archive, FetchError, FetchProgress, Patience, lock, set_aside};
use crate::staged_folder::StagedFolder;
use crate::{DataFileError, Fetched, Progress};

/// Puts the publisher's data into the folder of that name in `dir`, `cifar-10-batches-bin` for CIFAR-10, unless they
/// are already there. The archive is kept beside it.
pub fn fetch(
    dir: &Path,
    publisher: &Publisher,
    patience: &Patience,
    progress: &mut dyn FnMut(FetchProgress),
) -> Result<Fetched, FetchError> {
    if let Some(folder) = verified(dir, publisher) {
        return Ok(Fetched::AlreadyThere { folder });
    }
    fs::create_dir_all(dir).map_err(DataFileError::when("create the folder", dir))?;
    let _lock = lock(dir)?;
    // Another process may have fetched it while this one waited for the lock.
    if let Some(folder) = verified(dir, publisher) {
        return Ok(Fetched::AlreadyThere { folder });
    }
    let archive = Archive { name: publisher.archive, url: &publisher.url, md5: &publisher.archive_md5 };
    let archive = archive.get(dir, patience, progress)?;
    progress(FetchProgress::Unpacking);
    let folder = dir.join(publisher.folder);
    let stage = StagedFolder::beside(&folder)?;
    unpack(&archive, publisher.folder, &stage.folder)?;
    if let Some(wrong) = verify_against(&stage.folder, &publisher.files).iter().find(|file| !file.is_ok()) {
        return Err(FetchError::Content { archive, report: wrong.to_string() });
    }
    if folder.exists() {
        set_aside(&folder, progress)?;
    }
    stage.into_place(&folder)?;
    Ok(Fetched::Installed { folder })
}

/// [`fetch`] as `harness data fetch` does it: with the usual patience, and a note of where the data come from.
pub(crate) fn fetch_with_note(
    dir: &Path,
    publisher: &Publisher,
    progress: &mut dyn FnMut(Progress),
) -> Result<Fetched, FetchError> {
    progress(Progress::Note(format!("fetching {} into {}", publisher.url, dir.display())));
    fetch(dir, publisher, &Patience::default(), &mut |step| progress(step.into()))
}

/// The folder with the files, if every one is right: the publisher's in `dir`, or `dir` itself.
fn verified(dir: &Path, publisher: &Publisher) -> Option<PathBuf> {
    let right = |folder: &PathBuf| verify_against(folder, &publisher.files).iter().all(|file| file.is_ok());
    [dir.join(publisher.folder), dir.to_path_buf()].into_iter().find(right)
}
