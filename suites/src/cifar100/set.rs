//! A whole set: where its files are, which set it is, its images in memory, and whether its files are right.

use records::words;
use std::path::{Path, PathBuf};

use super::publisher::{NAMES_FILE, SUBFOLDER, TEST_FILE, TRAIN_FILE, toronto};
use super::{CLASSES, Cifar100Error, RECORD, format};
use crate::cifar10::{self, FileReport, names_in, verify_located};
use crate::fetch::md5_hex;
use crate::resident::ResidentImages;
use crate::{DataFileError, Identity, regular_file};

/// Sets that are easily taken for CIFAR-100's binary version: what each is, and what to do.
const CIFAR10: (&str, &str) =
    ("CIFAR-10", "use the suite cifar10, or download CIFAR-100 with `harness data fetch cifar100`");
const PYTHON: (&str, &str) =
    ("CIFAR-100's Python version", "download the binary one with `harness data fetch cifar100`");
/// The files by which they are recognised.
const OTHERS: [(&str, (&str, &str)); 4] = [
    ("data_batch_1.bin", CIFAR10),
    ("cifar-10-batches-bin/data_batch_1.bin", CIFAR10),
    ("cifar-100-python/train", PYTHON),
    ("train", PYTHON),
];

/// CIFAR-100, or a set in its format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cifar100 {
    /// The training images.
    pub train: ResidentImages,
    /// The test images.
    pub test: ResidentImages,
    /// Which set it is.
    pub identity: Identity,
}

impl Cifar100 {
    /// Reads the set in `dir`, or in the folder `cifar-100-binary` in it.
    ///
    /// # Errors
    ///
    /// If a file is missing, cannot be read or is not in the format.
    pub fn load(dir: &Path) -> Result<Self, Cifar100Error> {
        let [train, test] = files(dir)?;
        let contents = [read(&train)?, read(&test)?];
        let identity = identify(dir, &contents)?;
        let [first, second] = contents;
        Ok(Self {
            train: format::to_images(&train, first)?,
            test: format::to_images(&test, second)?,
            identity,
        })
    }
}

/// Checks both files and identifies the set: `cifar100` if they are the publisher's, `cifar100-generated` if the
/// generator's marker is beside them, else `cifar100-format`. The fingerprint is over the content of both.
///
/// # Errors
///
/// If a file is missing, cannot be read or is not in the format.
pub fn fingerprint(dir: &Path) -> Result<Identity, Cifar100Error> {
    let [train, test] = files(dir)?;
    let contents = [read(&train)?, read(&test)?];
    identify(dir, &contents)
}

/// Checks the files of the set in `dir`: a generated one by its own list, any other by the publisher's.
pub fn verify(dir: &Path) -> Vec<FileReport> {
    verify_located(dir, locate(dir), &[TRAIN_FILE, TEST_FILE].map(str::to_owned), &toronto())
}

/// The names of the classes in the file beside the images, in the order of their labels.
pub(super) fn class_names(dir: &Path) -> Result<Vec<String>, Cifar100Error> {
    let file = locate(dir)?.join(NAMES_FILE);
    names_in(&file)?.ok_or(Cifar100Error::Missing { file })
}

/// Whether the set in `dir` is marked as generated.
pub(super) fn is_generated(dir: &Path) -> Result<bool, DataFileError> {
    cifar10::is_generated(&locate(dir)?)
}

/// The folder with the files: the publisher's in `dir`, or `dir` itself.
fn locate(dir: &Path) -> Result<PathBuf, DataFileError> {
    let inner = dir.join(SUBFOLDER);
    let has = |name: &str| regular_file::is_file(&inner.join(name));
    Ok(if has(TRAIN_FILE)? || has(TEST_FILE)? { inner } else { dir.to_path_buf() })
}

/// The files of training and test images.
fn files(dir: &Path) -> Result<[PathBuf; 2], Cifar100Error> {
    let folder = locate(dir)?;
    let files = [TRAIN_FILE, TEST_FILE].map(|name| folder.join(name));
    let is_there = |file: &Path| Ok::<_, DataFileError>(regular_file::look(file)?.is_some());
    let there = [is_there(&files[0])?, is_there(&files[1])?];
    if there == [false; 2] {
        let other = OTHERS.into_iter().find(|(file, _)| dir.join(file).is_file());
        return Err(match other {
            Some((_, (what, remedy))) => Cifar100Error::Other { folder: dir.to_path_buf(), what, remedy },
            None => Cifar100Error::NotThere { dir: dir.to_path_buf() },
        });
    }
    match files.iter().zip(there).find(|(_, there)| !there) {
        Some((file, _)) => Err(Cifar100Error::Missing { file: file.clone() }),
        None => Ok(files),
    }
}

fn read(file: &Path) -> Result<Vec<u8>, Cifar100Error> {
    let content = regular_file::read_whole(file).map_err(DataFileError::when("read", file))?;
    format::check(file, &content)?;
    Ok(content)
}

fn identify(dir: &Path, contents: &[Vec<u8>; 2]) -> Result<Identity, Cifar100Error> {
    let mut whole = blake3::Hasher::new();
    for content in contents {
        whole.update(blake3::hash(content).as_bytes());
    }
    let published = || {
        let sums = toronto().files;
        contents.iter().zip(&sums).all(|(content, (_, md5))| md5_hex(content) == *md5)
    };
    let dataset = match is_generated(dir)? {
        true => words::synthetic("cifar100"),
        false if published() => "cifar100".to_owned(),
        false => "cifar100-format".to_owned(),
    };
    let [train, test] = contents.each_ref().map(|content| content.len() / RECORD);
    Ok(Identity {
        dataset,
        fingerprint: whole.finalize().to_hex()[..16].to_owned(),
        classes: CLASSES,
        train,
        test,
        notes: Vec::new(),
        unusable: Vec::new(),
    })
}
