//! Writes a small set of synthetic images of ten classes in exactly the format of CIFAR-10.

use std::path::Path;

use super::folder::{META_FILE, SUBFOLDER, TEST_FILE, train_file};
use super::format::{CLASSES, SIDE, to_records};
use super::generated_set::{GeneratedSet, labels};
use super::synthetic::{CLASS_NAMES, draw};
use super::verify;
use crate::resident::ResidentImages;
use crate::synthetic::RandomStream;
use crate::threads::Threads;
use crate::{GenerateError, Generated};

/// The generated set. Its training images are spread over as many files as those of the published one.
pub(super) const SET: GeneratedSet = GeneratedSet {
    suite: "cifar10",
    published: "CIFAR-10",
    subfolder: SUBFOLDER,
    files: &[
        "data_batch_1.bin",
        "data_batch_2.bin",
        "data_batch_3.bin",
        "data_batch_4.bin",
        "data_batch_5.bin",
        TEST_FILE,
        META_FILE,
    ],
    verify,
};
/// Number of files of training images.
const TRAIN_FILES: usize = 5;
/// Streams of random numbers: the order of the classes, and one for each image.
const TRAIN_STREAM: u64 = 1 << 60;
const TEST_STREAM: u64 = 2 << 60;

/// Writes `train` and `test` images of equally frequent classes into the folder `dir`, which appears whole
/// or not at all. Another generated set in its place is replaced; anything else is left alone.
pub fn generate(dir: &Path, train: usize, test: usize, seed: u64) -> Result<Generated, GenerateError> {
    SET.write(dir, [train, test], seed, |write| {
        let train_labels = labels(CLASSES, train, seed, TRAIN_STREAM);
        let files = TRAIN_FILES.min(train);
        for k in 0..files {
            let (from, to) = (train * k / files, train * (k + 1) / files);
            let images = images(&train_labels[from..to], seed, TRAIN_STREAM + 1 + from as u64);
            write(&train_file(k as u32 + 1), &to_records(&images))?;
        }
        let images = images(&labels(CLASSES, test, seed, TEST_STREAM), seed, TEST_STREAM + 1);
        write(TEST_FILE, &to_records(&images))?;
        write(META_FILE, format!("{}\n", CLASS_NAMES.join("\n")).as_bytes())
    })
}

/// An image for each label, each from its own stream of random numbers.
fn images(labels: &[u8], seed: u64, first_stream: u64) -> ResidentImages {
    let draw = |(): &mut (), i: usize| draw(labels[i], &mut RandomStream::new(seed, first_stream + i as u64));
    let images: Vec<_> = Threads::for_each_core().map(0..labels.len(), || (), draw);
    ResidentImages { side: SIDE, pixels: images.into_flattened(), labels: labels.to_vec() }
}
