//! Downloads CIFAR-10 from its publisher, checks it and puts it in place.
//!
//! Nothing appears under the folder's name before every file has the publisher's checksum. Every
//! step can be interrupted and repeated: intact files are kept, damaged ones are set aside or
//! downloaded again.

use std::fs;
use std::path::{Path, PathBuf};

use super::folder::{self, SUBFOLDER};
use super::unpack::unpack;
use super::{Publisher, verify_against};
use crate::fetch::{Archive, FetchError, FetchProgress, Patience, lock, set_aside};
use crate::staged_folder::StagedFolder;
use crate::{DataFileError, Fetched};

/// The name of the archive in the data folder. One that is already there is used.
const ARCHIVE: &str = "cifar-10-binary.tar.gz";

/// Puts the publisher's data into the folder `cifar-10-batches-bin` in `dir`, unless they are already there. The
/// archive is kept beside it.
pub fn fetch(
    dir: &Path,
    publisher: &Publisher,
    patience: &Patience,
    progress: &mut dyn FnMut(FetchProgress),
) -> Result<Fetched, FetchError> {
    if let Some(folder) = verified(dir, publisher)? {
        return Ok(Fetched::AlreadyThere { folder });
    }
    fs::create_dir_all(dir).map_err(DataFileError::when("create the folder", dir))?;
    let _lock = lock(dir)?;
    // Another process may have fetched it while this one waited for the lock.
    if let Some(folder) = verified(dir, publisher)? {
        return Ok(Fetched::AlreadyThere { folder });
    }
    let archive = Archive { name: ARCHIVE, url: &publisher.url, md5: &publisher.archive_md5 };
    let archive = archive.get(dir, patience, progress)?;
    progress(FetchProgress::Unpacking);
    let folder = dir.join(SUBFOLDER);
    let stage = StagedFolder::beside(&folder)?;
    unpack(&archive, &stage.folder)?;
    if let Some(wrong) = verify_against(&stage.folder, &publisher.files).iter().find(|file| !file.is_ok()) {
        return Err(FetchError::Content { archive, report: wrong.to_string() });
    }
    if folder.exists() {
        set_aside(&folder, progress)?;
    }
    stage.into_place(&folder)?;
    Ok(Fetched::Installed { folder })
}

/// The folder with the batches, if every file is right.
fn verified(dir: &Path, publisher: &Publisher) -> Result<Option<PathBuf>, DataFileError> {
    let folder = folder::locate(dir)?;
    let right = verify_against(&folder, &publisher.files).iter().all(|file| file.is_ok());
    Ok(right.then_some(folder))
}
