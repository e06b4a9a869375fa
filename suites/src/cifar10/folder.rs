//! Where the files of a set are: in the folder itself or in its `cifar-10-batches-bin`,
//! which is how the publisher's archive unpacks.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::Cifar10Error;
use crate::{DataFileError, regular_file};

/// The folder in the publisher's archive.
pub const SUBFOLDER: &str = "cifar-10-batches-bin";
/// The test images.
pub const TEST_FILE: &str = "test_batch.bin";
/// The names of the classes, one a line.
pub const META_FILE: &str = "batches.meta.txt";
/// The file that marks a generated set, and says what it is.
pub const MARKER_FILE: &str = "GENERATED.txt";
/// The checksums of a generated set's files, as `md5sum -c` reads them.
pub const CHECKSUMS_FILE: &str = "MD5SUMS";

/// The name of the `number`th file of training images, counted from 1.
pub fn train_file(number: u32) -> String {
    format!("data_batch_{number}.bin")
}

/// The batch files of a set.
pub(super) struct Files {
    pub folder: PathBuf,
    /// In order: batch 1, 2, 3 and so on.
    pub train: Vec<PathBuf>,
    pub test: PathBuf,
}

/// The folder that holds the batches: the subfolder if it has any, else the folder itself.
pub(super) fn locate(dir: &Path) -> Result<PathBuf, DataFileError> {
    let inner = dir.join(SUBFOLDER);
    Ok(if batches(&inner)?.is_empty() { dir.to_path_buf() } else { inner })
}

/// The names of the classes in the file beside the batches, in the order of their labels.
pub(super) fn class_names(dir: &Path) -> Result<Vec<String>, Cifar10Error> {
    let file = locate(dir)?.join(META_FILE);
    names_in(&file)?.ok_or(Cifar10Error::Missing { file })
}

/// The names of the classes in a file, one a line; none if there is no file.
pub(crate) fn names_in(file: &Path) -> Result<Option<Vec<String>>, DataFileError> {
    let text = match regular_file::read_to_string(file) {
        Ok(text) => text,
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(DataFileError::when("read", file)(cause)),
    };
    // The publisher's file ends with an empty line.
    Ok(Some(text.lines().map(str::trim).filter(|name| !name.is_empty()).map(Into::into).collect()))
}

/// Finds the files of a set, or names the one that is missing.
pub(super) fn list(dir: &Path) -> Result<Files, Cifar10Error> {
    let folder = locate(dir)?;
    let names = batches(&folder)?;
    if names.is_empty() {
        return Err(other(dir).unwrap_or(Cifar10Error::NotThere { dir: dir.to_path_buf() }));
    }
    let count = (1..).take_while(|&k| names.contains(&train_file(k))).count();
    let has_test = names.iter().any(|name| name == TEST_FILE);
    let train: Vec<PathBuf> = (1..).take(count).map(|k| folder.join(train_file(k))).collect();
    let test = folder.join(TEST_FILE);
    if count == 0 || names.len() > count + usize::from(has_test) {
        return Err(Cifar10Error::Missing { file: folder.join(train_file(count as u32 + 1)) });
    }
    if !has_test {
        return Err(Cifar10Error::Missing { file: test });
    }
    Ok(Files { folder, train, test })
}

/// Whether the set whose files are in `folder` is marked as generated.
pub(crate) fn is_generated(folder: &Path) -> Result<bool, DataFileError> {
    regular_file::is_file(&folder.join(MARKER_FILE))
}

/// The sets that are published beside CIFAR-10's binary version: the folder that their archive unpacks to, a file of
/// each, and what it is.
const OTHERS: [(&str, &str, &str); 3] = [
    ("cifar-10-batches-py", "data_batch_1", "CIFAR-10's Python version"),
    ("cifar-100-binary", "fine_label_names.txt", "CIFAR-100"),
    ("cifar-100-python", "meta", "CIFAR-100's Python version"),
];

/// Another set in the folder, or in that of its archive in it.
fn other(dir: &Path) -> Option<Cifar10Error> {
    OTHERS.into_iter().find_map(|(folder, file, what)| {
        let holds_it = |folder: &PathBuf| {
            // `meta` alone could be anybody's.
            folder.join(file).is_file() && (file != "meta" || folder.join("train").is_file())
        };
        let folder = [dir.join(folder), dir.to_path_buf()].into_iter().find(holds_it)?;
        Some(Cifar10Error::Other { folder, what })
    })
}

/// The names of the batch files in a folder, sorted; none if the folder does not exist.
pub(super) fn batches(folder: &Path) -> Result<Vec<String>, DataFileError> {
    let failed = || DataFileError::when("read the folder", folder);
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        Err(error) => return Err(failed()(error)),
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(failed())?.file_name().to_string_lossy().into_owned();
        if is_batch(&name) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

fn is_batch(name: &str) -> bool {
    let number = name.strip_prefix("data_batch_").and_then(|rest| rest.strip_suffix(".bin"));
    name == TEST_FILE || number.and_then(|n| n.parse().ok()).is_some_and(|k| train_file(k) == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_names_of_the_format_are_batches() {
        for name in ["test_batch.bin", "data_batch_1.bin", "data_batch_12.bin"] {
            assert!(is_batch(name), "{name}");
        }
        for name in ["data_batch_01.bin", "data_batch_.bin", "data_batch_1.bin.part", "batches.meta.txt"] {
            assert!(!is_batch(name), "{name}");
        }
    }
}
