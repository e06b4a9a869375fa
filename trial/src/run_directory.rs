//! The directory of one trial, and when it counts as done.
//!
//! A run is done when `COMMITTED` is there and every checksum in it is right.
//! The marker is written last; without a valid one there is no result.

use crate::TrialSpec;
use atomic_write_file::AtomicWriteFile;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The directory of one trial.
#[derive(Clone, Debug)]
pub struct RunDirectory {
    path: PathBuf,
}

/// A file that could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("cannot {action} {path}: {cause}; {remedy}")]
pub struct FileError {
    action: &'static str,
    path: String,
    cause: std::io::Error,
    remedy: &'static str,
}

impl FileError {
    /// What the system says.
    pub fn cause(&self) -> &std::io::Error {
        &self.cause
    }
}

/// Why a marker does not make a run done.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// A file is missing or its checksum is wrong.
    #[error("{file} is not as it was committed; the run is not used (delete {directory} to train it anew)")]
    Damaged {
        /// The file.
        file: String,
        /// The run directory.
        directory: String,
    },
}

/// Writes `bytes` to `path` so that a reader sees the old file or the new one,
/// whole, whatever happens meanwhile.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let write = || {
        let mut file = AtomicWriteFile::open(path)?;
        file.write_all(bytes)?;
        file.commit()
    };
    write().map_err(|cause| FileError {
        action: "write",
        path: path.display().to_string(),
        remedy: remedy(&cause),
        cause,
    })
}

fn remedy(cause: &std::io::Error) -> &'static str {
    use std::io::ErrorKind::*;
    match cause.kind() {
        StorageFull | QuotaExceeded => {
            "make room or choose another folder with --out; what was written before is kept"
        }
        PermissionDenied | ReadOnlyFilesystem => "make it writable or choose another folder with --out",
        NotFound => "its folder is not there (any more): make it or name another; nothing else was touched",
        _ => "what was written before is kept",
    }
}

impl RunDirectory {
    /// The directory of the trial with `key` under the out directory.
    pub fn of(out: &Path, key: &str) -> Self {
        Self { path: out.join("runs").join(key) }
    }

    /// The directory at `path`.
    pub fn at(path: &Path) -> Self {
        Self { path: path.into() }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file `name` in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Makes the directory with the spec in it, unless it is there.
    pub fn prepare(&self, spec: &TrialSpec) -> Result<(), FileError> {
        std::fs::create_dir_all(&self.path).map_err(|cause| FileError {
            action: "make",
            path: self.path.display().to_string(),
            remedy: remedy(&cause),
            cause,
        })?;
        if !self.file("spec.json").exists() {
            write_atomically(&self.file("spec.json"), spec.to_json().as_bytes())?;
        }
        Ok(())
    }

    /// Writes the marker over `files`, which must all be written by now.
    pub fn commit(&self, files: &[&str]) -> Result<(), FileError> {
        let mut marker = String::new();
        for name in files {
            let bytes = std::fs::read(self.file(name)).map_err(|cause| FileError {
                action: "read",
                path: self.file(name).display().to_string(),
                remedy: remedy(&cause),
                cause,
            })?;
            marker += &format!("{}  {name}\n", blake3::hash(&bytes).to_hex());
        }
        write_atomically(&self.file("COMMITTED"), marker.as_bytes())
    }

    /// Whether the run is done: `false` without a marker, an error if the marker does not fit the files.
    pub fn is_committed(&self) -> Result<bool, CommitError> {
        let damaged = |file: &str| CommitError::Damaged {
            file: self.file(file).display().to_string(),
            directory: self.path.display().to_string(),
        };
        let marker = match std::fs::read_to_string(self.file("COMMITTED")) {
            Ok(marker) => marker,
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(false),
            Err(_) => return Err(damaged("COMMITTED")),
        };
        let mut files = 0;
        for line in marker.lines() {
            let (sum, name) = line.split_once("  ").ok_or_else(|| damaged("COMMITTED"))?;
            let bytes = std::fs::read(self.file(name)).map_err(|_| damaged(name))?;
            if blake3::hash(&bytes).to_hex().as_str() != sum {
                return Err(damaged(name));
            }
            files += 1;
        }
        if files == 0 { Err(damaged("COMMITTED")) } else { Ok(true) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_intact_marker_makes_a_run_done() {
        let folder = tempfile::tempdir().unwrap();
        let run = RunDirectory::at(folder.path());
        assert!(!run.is_committed().unwrap());
        write_atomically(&run.file("record.json"), b"{}").unwrap();
        write_atomically(&run.file("metrics.csv"), b"step\n").unwrap();
        run.commit(&["record.json", "metrics.csv"]).unwrap();
        assert!(run.is_committed().unwrap());

        std::fs::write(run.file("metrics.csv"), b"stop\n").unwrap();
        assert!(run.is_committed().unwrap_err().to_string().contains("metrics.csv"));
        std::fs::remove_file(run.file("metrics.csv")).unwrap();
        assert!(run.is_committed().is_err());
        std::fs::write(run.file("COMMITTED"), b"").unwrap();
        assert!(run.is_committed().is_err());
        for nonsense in [&b"nonsense\n"[..], b"\xff\xfe"] {
            std::fs::write(run.file("COMMITTED"), nonsense).unwrap();
            assert!(run.is_committed().is_err());
        }
    }

    #[test]
    fn an_unwritable_place_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("absent").join("file");
        let message = write_atomically(&path, b"x").unwrap_err().to_string();
        assert!(message.contains("absent"), "{message}");
    }
}
