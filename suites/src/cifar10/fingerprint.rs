//! Identifies a data set by its content: the same bytes give the same fingerprint everywhere.
//!
//! A result is only comparable with one on the same data. The fingerprint goes into the key of
//! every trial; the name says whether it was the publisher's data, generated data, or something
//! else in the same format.

use records::words;
use std::path::Path;

use super::Cifar10Error;
use super::folder::{self, Files};
use super::format::{self, CLASSES, RECORD};
use crate::threads::Threads;
use crate::{DataFileError, Identity, regular_file};

/// The fingerprint of the six files whose MD5s are those in [`super::Publisher::toronto`].
/// BLAKE3 is several times faster than MD5, and the planner asks at every start.
const PUBLISHED: &str = "6b387b501e1e6c8f";
/// CIFAR-10's training batches, and the images in each.
const BATCHES: usize = 5;
const BATCH: usize = 10_000;

/// Checks every file and identifies the set, without keeping the pixels: `cifar10` if the files are the
/// publisher's, `cifar10-generated` if the generator's marker is beside them, else `cifar10-format`. The
/// fingerprint is over the content of all batch files in order.
pub fn fingerprint(dir: &Path) -> Result<Identity, Cifar10Error> {
    let files = folder::list(dir)?;
    let batches = read(&files, |content| content.len() / RECORD)?;
    identify(&files, &batches, |&count| count)
}

/// One batch file: what was kept of it, and the hash of all of it.
pub(super) struct Batch<T> {
    pub kept: T,
    hash: blake3::Hash,
}

/// Reads, checks and hashes every file, training batches first. Of several errors the first file's counts.
pub(super) fn read<T: Send>(
    files: &Files,
    keep: impl Fn(Vec<u8>) -> T + Sync,
) -> Result<Vec<Batch<T>>, Cifar10Error> {
    let paths: Vec<_> = files.train.iter().chain([&files.test]).collect();
    let read = |(): &mut (), number: usize| {
        let path = paths[number];
        let content = regular_file::read_whole(path).map_err(DataFileError::when("read", path))?;
        format::check(path, &content)?;
        Ok(Batch { hash: blake3::hash(&content), kept: keep(content) })
    };
    let batches: Vec<_> = Threads::for_each_core().map(0..paths.len(), || (), read);
    batches.into_iter().collect()
}

/// Names the set from its hashes; `count` gives the number of images in a batch.
pub(super) fn identify<T>(
    files: &Files,
    batches: &[Batch<T>],
    count: impl Fn(&T) -> usize,
) -> Result<Identity, Cifar10Error> {
    let mut whole = blake3::Hasher::new();
    for batch in batches {
        whole.update(batch.hash.as_bytes());
    }
    let fingerprint = whole.finalize().to_hex()[..16].to_owned();
    let dataset = if fingerprint == PUBLISHED {
        "cifar10".to_owned()
    } else if folder::is_generated(&files.folder)? {
        words::synthetic("cifar10")
    } else {
        "cifar10-format".to_owned()
    };
    let (train, test) = batches.split_at(files.train.len());
    let total = |part: &[Batch<T>]| part.iter().map(|batch| count(&batch.kept)).sum();
    let counts: Vec<usize> = train.iter().map(|batch| count(&batch.kept)).collect();
    let notes = match dataset.as_str() {
        "cifar10-format" => incomplete(&counts).into_iter().collect(),
        _ => Vec::new(),
    };
    Ok(Identity {
        dataset,
        fingerprint,
        classes: CLASSES,
        train: total(train),
        test: total(test),
        notes,
        unusable: Vec::new(),
    })
}

/// A remark on training batches that are as long as CIFAR-10's, but fewer.
fn incomplete(counts: &[usize]) -> Option<String> {
    let missing = (counts.len() + 1..=BATCHES).map(|number| folder::train_file(number as u32));
    let missing: Vec<String> = missing.collect();
    (!missing.is_empty() && counts.iter().all(|&count| count == BATCH)).then(|| {
        format!(
            "{} of CIFAR-10's {BATCHES} training batches are there, and it is not CIFAR-10 without {}; \
             download all with `harness data fetch cifar10`",
            counts.len(),
            missing.join(", ")
        )
    })
}
