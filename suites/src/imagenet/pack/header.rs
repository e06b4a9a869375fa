//! The header of a pack: what was packed, and how.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::PackFault;
use crate::DataFileError;

/// The header's name in a finished pack, and in one that is being written.
const FINISHED: &str = "pack.toml";
const UNFINISHED: &str = "unfinished.toml";
/// The extension of a header that is not whole yet, and the names of both of them then.
const TEMPORARY: &str = "tmp";
const REMAINS: [&str; 2] = ["pack.tmp", "unfinished.tmp"];
/// What the header begins with, and the version of the format that this program writes and reads.
const FORMAT: &str = "harness photograph pack";
pub(super) const VERSION: u32 = 1;

/// What was packed, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct PackHeader {
    format: String,
    version: u32,
    /// The name of the set that was packed, and its fingerprint.
    pub dataset: String,
    pub fingerprint: String,
    /// The shorter side of an image in pixels, unless that of the photograph is shorter.
    pub side: u32,
    pub classes: Vec<String>,
    /// What is wrong with the photographs that were left out.
    pub unreadable: Vec<String>,
    /// None while the pack is being written.
    pub train: Option<SplitFiles>,
    pub val: Option<SplitFiles>,
}

/// One split's two files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) struct SplitFiles {
    pub images: u64,
    pub bytes: u64,
    /// The BLAKE3 of the index.
    pub index: String,
}

impl PackHeader {
    /// The header of a pack that is about to be written.
    pub fn new(dataset: String, fingerprint: String, side: u32, classes: Vec<String>) -> PackHeader {
        PackHeader {
            format: FORMAT.to_owned(),
            version: VERSION,
            dataset,
            fingerprint,
            side,
            classes,
            unreadable: Vec::new(),
            train: None,
            val: None,
        }
    }

    /// The header of the finished pack in `dir`.
    pub fn finished(dir: &Path) -> Result<PackHeader, PackFault> {
        match read(&dir.join(FINISHED))? {
            Some(header) => Ok(header),
            None => Err(PackFault::Unfinished { dir: dir.to_path_buf() }),
        }
    }

    /// The header of the pack that is being written in `dir`, if one is.
    pub fn unfinished(dir: &Path) -> Result<Option<PackHeader>, PackFault> {
        read(&dir.join(UNFINISHED))
    }

    /// Whether a pack with this header may be continued or left alone when one with that is asked for.
    pub fn is_of(&self, other: &PackHeader) -> bool {
        (&self.fingerprint, self.side, &self.classes) == (&other.fingerprint, other.side, &other.classes)
    }

    /// Marks `dir` as a pack that is being written.
    pub fn begin(&self, dir: &Path) -> Result<(), DataFileError> {
        self.write(&dir.join(UNFINISHED))
    }

    /// Marks `dir` as a finished pack.
    pub fn finish(&self, dir: &Path) -> Result<(), DataFileError> {
        self.write(&dir.join(FINISHED))?;
        self.clear(dir)
    }

    /// Removes from a finished pack what writing it has left.
    pub fn clear(&self, dir: &Path) -> Result<(), DataFileError> {
        for name in REMAINS.iter().chain(&[UNFINISHED]) {
            let path = dir.join(name);
            match fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(DataFileError::when("remove", &path)(error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Writes the header, which appears whole or not at all, and lasts before anything is done that relies on it.
    fn write(&self, path: &Path) -> Result<(), DataFileError> {
        let write = || {
            let text = toml::to_string(self).map_err(io::Error::other)?;
            let temporary = path.with_extension(TEMPORARY);
            fs::write(&temporary, text)?;
            File::open(&temporary)?.sync_all()?;
            fs::rename(&temporary, path)?;
            File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
        };
        write().map_err(DataFileError::when("write", path))
    }
}

/// Whether a file of this name is what an interrupted attempt to write a header leaves. It is written over.
pub(super) fn is_remains(name: &OsStr) -> bool {
    REMAINS.iter().any(|remains| name == *remains)
}

/// Whether there is a finished pack in `dir`.
pub(super) fn is_finished(dir: &Path) -> bool {
    dir.join(FINISHED).is_file()
}

/// Whether there is a pack in `dir`, finished or not.
pub(in super::super) fn is_pack(dir: &Path) -> bool {
    [FINISHED, UNFINISHED].iter().any(|name| dir.join(name).is_file())
}

fn read(path: &Path) -> Result<Option<PackHeader>, PackFault> {
    let damaged = |cause: String| PackFault::Damaged { file: path.to_path_buf(), cause };
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == ErrorKind::InvalidData => return Err(damaged(error.to_string())),
        Err(error) => return Err(DataFileError::when("read", path)(error).into()),
    };
    let table: toml::Table = text.parse().map_err(|_| damaged("it is not TOML".to_owned()))?;
    let version = table.get("version").and_then(toml::Value::as_integer);
    if table.get("format").and_then(toml::Value::as_str) != Some(FORMAT) {
        return Err(damaged("it is not the header of a pack".to_owned()));
    }
    match version.and_then(|version| u32::try_from(version).ok()) {
        Some(VERSION) => {}
        Some(version) => return Err(PackFault::Version { file: path.to_path_buf(), version }),
        None => return Err(damaged("it has no version".to_owned())),
    }
    table.try_into().map(Some).map_err(|error: toml::de::Error| damaged(error.message().to_owned()))
}
