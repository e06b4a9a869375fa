//! Downloads CIFAR-10 from its publisher, checks it and puts it in place.
//!
//! Nothing appears under the folder's name before every file has the publisher's checksum. Every
//! step can be interrupted and the whole repeated: what is right is kept, what is wrong is set
//! aside or downloaded again.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::checksum::md5_of;
use super::download::download;
use super::folder::{self, SUBFOLDER};
use super::unpack::unpack;
use super::{Patience, Publisher, verify_against};
use crate::FileError;
use crate::stage::Stage;

/// The name of the archive in the data folder. One that is already there is used.
const ARCHIVE: &str = "cifar-10-binary.tar.gz";

/// What a fetch is doing, for the one who waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress<'a> {
    /// Bytes have come.
    Downloading {
        /// How many are there, those of earlier runs included.
        have: u64,
        /// How many there will be, if the server says.
        total: Option<u64>,
    },
    /// The download was cut and goes on after a pause.
    Retrying {
        /// How many bytes are there.
        have: u64,
        /// How long it waits.
        pause: Duration,
        /// What happened.
        cause: &'a str,
    },
    /// The archive is unpacked and its files are checked.
    Unpacking,
    /// Something wrong was in the way and got another name.
    SetAside {
        /// Its name from now on.
        path: &'a Path,
    },
}

/// What came of [`fetch`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// The data were downloaded, or unpacked from an archive that was there, and checked.
    Installed {
        /// The folder with the batch files.
        folder: PathBuf,
    },
    /// They were there, and every file is right.
    AlreadyThere {
        /// The folder with the batch files.
        folder: PathBuf,
    },
}

/// The data could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The server cannot be reached.
    #[error(
        "cannot reach {url}: {cause}; check the network and the proxy settings, or download it elsewhere, \
         put it into the data folder as {ARCHIVE} and run the command again", ARCHIVE = ARCHIVE
    )]
    NoNetwork {
        /// The address.
        url: String,
        /// What happened.
        cause: String,
    },
    /// The server answers, but not with the file.
    #[error("{url}: the server answered {status}; check the address, or try again later")]
    Status {
        /// The address.
        url: String,
        /// Code and meaning.
        status: String,
    },
    /// The connection broke too often without bringing anything new.
    #[error(
        "{url}: the download stopped at {have} bytes ({cause}); they are kept in {}, \
         run the command again to go on from there",
        part.display()
    )]
    Cut {
        /// The address.
        url: String,
        /// How many bytes are there.
        have: u64,
        /// Where they are.
        part: PathBuf,
        /// What happened last.
        cause: String,
    },
    /// The archive is not the publisher's.
    #[error(
        "what {url} sent has the MD5 {actual} and should have {expected}; it was deleted, \
         run the command again to start afresh"
    )]
    Checksum {
        /// The address.
        url: String,
        /// The publisher's MD5.
        expected: String,
        /// The MD5 of what came.
        actual: String,
    },
    /// The archive cannot be unpacked.
    #[error("{}: {cause}; delete it and run the command again", archive.display())]
    Archive {
        /// The archive.
        archive: PathBuf,
        /// What is wrong.
        cause: String,
    },
    /// The archive was right but a file in it is not.
    #[error("{}: {report}; delete the archive and run the command again", archive.display())]
    Content {
        /// The archive.
        archive: PathBuf,
        /// The first wrong file.
        report: String,
    },
    /// Another process is doing the same.
    #[error("another process is fetching into {}; wait until it is done", dir.display())]
    Busy {
        /// The data folder.
        dir: PathBuf,
    },
    /// The file system refused something.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Puts the publisher's data into the folder `cifar-10-batches-bin` in `dir`, unless they are there. The
/// archive is kept beside it.
pub fn fetch(
    dir: &Path,
    publisher: &Publisher,
    patience: &Patience,
    progress: &mut dyn FnMut(Progress),
) -> Result<Fetched, FetchError> {
    if let Some(folder) = verified(dir, publisher)? {
        return Ok(Fetched::AlreadyThere { folder });
    }
    fs::create_dir_all(dir).map_err(FileError::when("create the folder", dir))?;
    let _lock = lock(dir)?;
    // Another process may have been at it until now.
    if let Some(folder) = verified(dir, publisher)? {
        return Ok(Fetched::AlreadyThere { folder });
    }
    let archive = archive(dir, publisher, patience, progress)?;
    progress(Progress::Unpacking);
    let folder = dir.join(SUBFOLDER);
    let stage = Stage::beside(&folder)?;
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
fn verified(dir: &Path, publisher: &Publisher) -> Result<Option<PathBuf>, FileError> {
    let folder = folder::locate(dir)?;
    let right = verify_against(&folder, &publisher.files).iter().all(|file| file.is_ok());
    Ok(right.then_some(folder))
}

/// Holds the folder for this process until dropped. Where the file system knows no locks, it goes without.
fn lock(dir: &Path) -> Result<File, FetchError> {
    let folder = File::open(dir).map_err(FileError::when("open", dir))?;
    match folder.try_lock() {
        Err(TryLockError::WouldBlock) => Err(FetchError::Busy { dir: dir.to_path_buf() }),
        Ok(()) | Err(TryLockError::Error(_)) => Ok(folder),
    }
}

/// The publisher's archive: the one that is there, if it is right, or a fresh one.
fn archive(
    dir: &Path,
    publisher: &Publisher,
    patience: &Patience,
    progress: &mut dyn FnMut(Progress),
) -> Result<PathBuf, FetchError> {
    let archive = dir.join(ARCHIVE);
    if archive.exists() {
        if md5_of(&archive).map_err(FileError::when("read", &archive))? == publisher.archive_md5 {
            return Ok(archive);
        }
        set_aside(&archive, progress)?;
    }
    let part = dir.join(format!("{ARCHIVE}.part"));
    if let Err(error) = download(&publisher.url, &part, patience, progress) {
        if fs::metadata(&part).is_ok_and(|part| part.len() == 0) {
            // Nothing came, so there is nothing to keep; should this fail, an empty file does no harm.
            let _ = fs::remove_file(&part);
        }
        return Err(error);
    }
    let actual = md5_of(&part).map_err(FileError::when("read", &part))?;
    if actual != publisher.archive_md5 {
        fs::remove_file(&part).map_err(FileError::when("delete", &part))?;
        let (url, expected) = (publisher.url.clone(), publisher.archive_md5.clone());
        return Err(FetchError::Checksum { url, expected, actual });
    }
    fs::rename(&part, &archive).map_err(FileError::when("rename", &part))?;
    Ok(archive)
}

/// Gives a file or folder the first free name of the kind `NAME.damaged-1`.
fn set_aside(path: &Path, progress: &mut dyn FnMut(Progress)) -> Result<(), FileError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut number = 1;
    let aside = loop {
        let aside = path.with_file_name(format!("{name}.damaged-{number}"));
        if !aside.exists() {
            break aside;
        }
        number += 1;
    };
    fs::rename(path, &aside).map_err(FileError::when("rename", path))?;
    progress(Progress::SetAside { path: &aside });
    Ok(())
}
