//! Downloads PASCAL VOC from its publisher, checks it and puts it in place.
//!
//! Nothing appears under the name `VOCdevkit` before every archive has its checksum and the set has been looked
//! through. Every step can be interrupted and repeated: archives that are there are not downloaded again.

use std::fs;
use std::path::Path;

use super::Publisher;
use super::SUITE;
use super::data_set::VocSet;
use super::devkit::DEVKIT;
use super::unpack::unpack;
use crate::fetch::{Archive, FetchError, FetchProgress, Patience, lock, set_aside};
use crate::staged_folder::StagedFolder;
use crate::{DataFileError, Fetched};

/// Puts the publisher's data into the folder `VOCdevkit` in `dir`, unless they are already there. The archives are
/// kept beside it.
pub fn fetch(
    dir: &Path,
    publisher: &Publisher,
    patience: &Patience,
    progress: &mut dyn FnMut(FetchProgress),
) -> Result<Fetched, FetchError> {
    let folder = dir.join(DEVKIT);
    if fault(dir, publisher).is_none() {
        return Ok(Fetched::AlreadyThere { folder });
    }
    fs::create_dir_all(dir).map_err(DataFileError::when("create the folder", dir))?;
    let _lock = lock(dir)?;
    // Another process may have fetched it while this one waited for the lock.
    if fault(dir, publisher).is_none() {
        return Ok(Fetched::AlreadyThere { folder });
    }
    let mut archives = Vec::new();
    for archive in &publisher.archives {
        let url = format!("{}/{}", publisher.address, archive.path);
        archives.push(
            Archive { name: archive.name(), url: &url, md5: &archive.md5 }.get(dir, patience, progress)?,
        );
    }
    progress(FetchProgress::Unpacking);
    let stage = StagedFolder::beside(&folder)?;
    for archive in &archives {
        unpack(archive, &stage.folder)?;
    }
    if let (Some(report), Some(archive)) = (fault(&stage.folder, publisher), archives.pop()) {
        return Err(FetchError::Content { archive, report });
    }
    if folder.exists() {
        set_aside(&folder, progress)?;
    }
    stage.into_place(&folder)?;
    match fault(dir, publisher) {
        None => Ok(Fetched::Installed { folder }),
        // The archives are right, so it is what stands beside them.
        Some(report) => Err(FetchError::Beside { dir: dir.to_path_buf(), report }),
    }
}

/// What keeps `dir` from holding the published set; nothing if it does.
fn fault(dir: &Path, publisher: &Publisher) -> Option<String> {
    match VocSet::open(dir, &SUITE.default_settings()) {
        Err(error) => Some(error.to_string()),
        Ok(set) => {
            let found = [set.train.looked.len(), set.test.looked.len()];
            let expected = publisher.images;
            (found != expected).then(|| {
                format!(
                    "it has {} training and {} test images instead of {} and {}",
                    found[0], found[1], expected[0], expected[1]
                )
            })
        }
    }
}
