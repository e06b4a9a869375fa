//! Compares the files of a set with their checksums: the publisher's, or the list that the
//! generator wrote beside its own.

use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::Publisher;
use super::folder::{self, CHECKSUMS_FILE, TEST_FILE, train_file};
use crate::fetch::md5_of;
use crate::threads::Threads;
use crate::{DataFileError, regular_file};

/// One file and its state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileReport {
    /// The file.
    pub file: PathBuf,
    /// Its state.
    pub state: FileState,
}

/// The state of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileState {
    /// Its checksum matches.
    Ok,
    /// It does not exist.
    Missing,
    /// Its checksum does not match.
    Damaged {
        /// The MD5 it should have.
        expected: String,
        /// The MD5 it has.
        actual: String,
    },
    /// It is not part of the set, but the loader would read it.
    Unexpected,
    /// It cannot be read or understood.
    Unreadable {
        /// Why.
        cause: String,
    },
}

impl FileReport {
    /// Whether the file's checksum matches.
    pub fn is_ok(&self) -> bool {
        self.state == FileState::Ok
    }
}

impl fmt::Display for FileReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.file.display())?;
        match &self.state {
            FileState::Ok => write!(f, "ok"),
            FileState::Missing => write!(f, "missing"),
            FileState::Damaged { expected, actual } => {
                write!(f, "damaged: checksum mismatch, MD5 {actual} instead of {expected}")
            }
            FileState::Unexpected => write!(f, "not part of this set; move it away"),
            FileState::Unreadable { cause } => write!(f, "unreadable: {cause}"),
        }
    }
}

/// Checks every file of the set in `dir`: a generated one against its own list, any other against
/// the publisher's.
pub fn verify(dir: &Path) -> Vec<FileReport> {
    let needed = [train_file(1), TEST_FILE.to_owned()];
    verify_located(dir, folder::locate(dir), &needed, &Publisher::toronto())
}

/// Checks every file of the set in `dir` whose files were found in `located`: a generated one against its own list, in
/// which those that are `needed` must be, any other against the publisher's.
pub(crate) fn verify_located(
    dir: &Path,
    located: Result<PathBuf, DataFileError>,
    needed: &[String],
    publisher: &Publisher,
) -> Vec<FileReport> {
    let folder = match located {
        Ok(folder) => folder,
        Err(error) => return vec![unreadable(dir.to_path_buf(), error)],
    };
    match folder::is_generated(&folder) {
        Ok(true) => {}
        Ok(false) => return verify_against(&folder, &publisher.files),
        Err(error) => return vec![unreadable(folder, error)],
    }
    let list = folder.join(CHECKSUMS_FILE);
    match regular_file::read_to_string(&list) {
        Ok(text) => match parse(&text, needed) {
            Ok(files) => verify_against(&folder, &files),
            Err(cause) => vec![FileReport { file: list, state: FileState::Unreadable { cause } }],
        },
        Err(error) if error.kind() == ErrorKind::NotFound => {
            vec![FileReport { file: list, state: FileState::Missing }]
        }
        Err(error) => vec![unreadable(list, error)],
    }
}

/// Checks the files that lie directly in `folder` against a list of names and MD5s, and names batch
/// files that are not in the list.
pub fn verify_against(folder: &Path, files: &[(String, String)]) -> Vec<FileReport> {
    let mut reports: Vec<FileReport> = Threads::for_each_core().map(
        0..files.len(),
        || (),
        |(), number| {
            let (name, md5) = &files[number];
            compare(folder.join(name), md5)
        },
    );
    let extra = folder::batches(folder).unwrap_or_default();
    let extra = extra.into_iter().filter(|name| !files.iter().any(|(listed, _)| listed == name));
    reports.extend(extra.map(|name| FileReport { file: folder.join(name), state: FileState::Unexpected }));
    reports
}

fn compare(file: PathBuf, expected: &str) -> FileReport {
    let state = match md5_of(&file) {
        Ok(actual) if actual == expected => FileState::Ok,
        Ok(actual) => FileState::Damaged { expected: expected.to_owned(), actual },
        Err(error) if error.kind() == ErrorKind::NotFound => FileState::Missing,
        Err(error) => return unreadable(file.clone(), DataFileError::when("read", &file)(error)),
    };
    FileReport { file, state }
}

fn unreadable(file: PathBuf, cause: impl fmt::Display) -> FileReport {
    FileReport { file, state: FileState::Unreadable { cause: cause.to_string() } }
}

/// Reads the list that `md5sum` also reads: a line is an MD5, two spaces and a plain file name.
fn parse(text: &str, needed: &[String]) -> Result<Vec<(String, String)>, String> {
    let mut files = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        match line.split_once("  ") {
            Some((md5, name)) if md5.len() == 32 && !name.contains(['/', '\\']) => {
                files.push((name.to_owned(), md5.to_owned()));
            }
            _ => return Err(format!("line {number} is not an MD5, two spaces and a file name")),
        }
    }
    for name in needed {
        if !files.iter().any(|(listed, _)| listed == name) {
            return Err(format!("it does not list {name}"));
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_list_proves_nothing() {
        let parse = |text: &str| parse(text, &[train_file(1), TEST_FILE.to_owned()]);
        assert!(parse("").is_err());
        assert!(parse("no list").is_err());
        let md5 = "c32a1d4ab5d03f1284b67883e8d87530";
        assert!(parse(&format!("{md5}  ../test_batch.bin\n")).is_err());
        assert!(parse(&format!("{md5}  data_batch_1.bin\n{md5}  test_batch.bin\n")).is_ok());
    }
}
