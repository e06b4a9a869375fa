//! A whole set: where its files are, which set it is, its images in memory, and whether its files are right.

use records::words;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::generate::MARKER_FILE;
use super::publisher::{SUBFOLDER, TEST_FILE, TRAIN_FILE, toronto};
use super::{CLASSES, Cifar100Error, RECORD, format};
use crate::cifar10::{CHECKSUMS_FILE, FileReport, verify_against};
use crate::fetch::md5_hex;
use crate::resident::ResidentImages;
use crate::{DataFileError, Identity, regular_file};

/// What is easily taken for CIFAR-100: a file of it, what it is, and what to do.
const OTHERS: [(&str, &str, &str); 4] = [
    (
        "data_batch_1.bin",
        "CIFAR-10",
        "use the suite cifar10, or download CIFAR-100 with `harness data fetch cifar100`",
    ),
    (
        "cifar-10-batches-bin/data_batch_1.bin",
        "CIFAR-10",
        "use the suite cifar10, or download CIFAR-100 with `harness data fetch cifar100`",
    ),
    (
        "cifar-100-python/train",
        "CIFAR-100's Python version",
        "download the binary one with `harness data fetch cifar100`",
    ),
    ("train", "CIFAR-100's Python version", "download the binary one with `harness data fetch cifar100`"),
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
        let identity = identify(&train, &contents);
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
    Ok(identify(&train, &contents))
}

/// Checks the files of the set in `dir`: a generated one by its own list, any other by the publisher's.
pub fn verify(dir: &Path) -> Vec<FileReport> {
    let folder = locate(dir);
    let listed = || {
        let text = regular_file::read_to_string(&folder.join(CHECKSUMS_FILE)).unwrap_or_default();
        let of = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_suffix(name)?.strip_suffix("  "));
            // Where the list lacks a file, no checksum is right.
            (name.to_owned(), line.unwrap_or("none: not in the list").to_owned())
        };
        vec![of(TRAIN_FILE), of(TEST_FILE)]
    };
    let files = if folder.join(MARKER_FILE).is_file() { listed() } else { toronto().files };
    verify_against(&folder, &files)
}

/// The folder with the files: the publisher's in `dir`, or `dir` itself.
fn locate(dir: &Path) -> PathBuf {
    let inner = dir.join(SUBFOLDER);
    if inner.join(TRAIN_FILE).is_file() || inner.join(TEST_FILE).is_file() {
        inner
    } else {
        dir.to_path_buf()
    }
}

/// The files of training and test images.
fn files(dir: &Path) -> Result<[PathBuf; 2], Cifar100Error> {
    let folder = locate(dir);
    let files = [TRAIN_FILE, TEST_FILE].map(|name| folder.join(name));
    let there = files.each_ref().map(|file| file.exists());
    if there == [false; 2] {
        let other = OTHERS.into_iter().find(|(file, ..)| dir.join(file).is_file());
        return Err(match other {
            Some((_, what, remedy)) => Cifar100Error::Other { folder: dir.to_path_buf(), what, remedy },
            None => Cifar100Error::NotThere { dir: dir.to_path_buf() },
        });
    }
    match files.iter().zip(there).find(|(_, there)| !there) {
        Some((file, _)) => Err(Cifar100Error::Missing { file: file.clone() }),
        None => Ok(files),
    }
}

fn read(file: &Path) -> Result<Vec<u8>, Cifar100Error> {
    let mut content = Vec::new();
    regular_file::open(file)
        .and_then(|mut file| file.read_to_end(&mut content))
        .map_err(DataFileError::when("read", file))?;
    format::check(file, &content)?;
    Ok(content)
}

fn identify(train: &Path, contents: &[Vec<u8>; 2]) -> Identity {
    let mut whole = blake3::Hasher::new();
    for content in contents {
        whole.update(blake3::hash(content).as_bytes());
    }
    let generated = train.with_file_name(MARKER_FILE).is_file();
    let published = || {
        let sums = toronto().files;
        contents.iter().zip(&sums).all(|(content, (_, md5))| md5_hex(content) == *md5)
    };
    let dataset = match generated {
        true => words::synthetic("cifar100"),
        false if published() => "cifar100".to_owned(),
        false => "cifar100-format".to_owned(),
    };
    let [train, test] = contents.each_ref().map(|content| content.len() / RECORD);
    Identity {
        dataset,
        fingerprint: whole.finalize().to_hex()[..16].to_owned(),
        classes: CLASSES,
        train,
        test,
        notes: Vec::new(),
        unusable: Vec::new(),
    }
}
