//! Writes a small set of synthetic images of ten classes in exactly the format of CIFAR-10.

use std::fs;
use std::path::Path;

use super::folder::{CHECKSUMS_FILE, MARKER_FILE, META_FILE, SUBFOLDER, TEST_FILE, is_generated, train_file};
use super::format::{CLASSES, SIDE, to_records};
use super::synthetic::{CLASS_NAMES, draw};
use super::verify;
use crate::fetch::md5_hex;
use crate::resident::ResidentImages;
use crate::staged_folder::{StagedFolder, tidy_beside};
use crate::synthetic::RandomStream;
use crate::threads::Threads;
use crate::{DataFileError, GenerateError, Generated, regular_file};

/// Images are drawn in memory, 3 KB each.
const MOST_IMAGES: usize = 1_000_000;
/// Number of files the training images are spread over, as in the published set.
const TRAIN_FILES: usize = 5;
/// Streams of random numbers: the order of the classes, and one for each image.
const TRAIN_STREAM: u64 = 1 << 60;
const TEST_STREAM: u64 = 2 << 60;

/// Writes `train` and `test` images of equally frequent classes into the folder `dir`, which appears whole
/// or not at all. Another generated set in its place is replaced; anything else is left alone.
pub fn generate(dir: &Path, train: usize, test: usize, seed: u64) -> Result<Generated, GenerateError> {
    if train == 0 || test == 0 || train.saturating_add(test) > MOST_IMAGES {
        return Err(GenerateError::Counts {
            asked: format!("{train} training and {test} test images"),
            allowed: format!("at least 1 of each and at most {MOST_IMAGES} together"),
        });
    }
    // A link to a folder remains a link.
    let dir = fs::canonicalize(dir).unwrap_or_else(|_| dir.to_path_buf());
    let marker = marker(train, test, seed);
    let is_there = || {
        fs::read_to_string(dir.join(MARKER_FILE)).is_ok_and(|text| text == marker)
            && !dir.join(SUBFOLDER).exists()
            && verify(&dir).iter().all(|report| report.is_ok())
    };
    if is_there() {
        tidy_beside(&dir);
        return Ok(Generated::AlreadyThere);
    }
    refuse_other_content(&dir)?;

    let stage = StagedFolder::beside(&dir)?;
    let mut sums = String::new();
    let mut write = |name: &str, content: &[u8]| {
        sums.push_str(&format!("{}  {name}\n", md5_hex(content)));
        stage.write(name, content)
    };
    let train_labels = labels(train, seed, TRAIN_STREAM);
    let files = TRAIN_FILES.min(train);
    for k in 0..files {
        let (from, to) = (train * k / files, train * (k + 1) / files);
        let images = images(&train_labels[from..to], seed, TRAIN_STREAM + 1 + from as u64);
        write(&train_file(k as u32 + 1), &to_records(&images))?;
    }
    let images = images(&labels(test, seed, TEST_STREAM), seed, TEST_STREAM + 1);
    write(TEST_FILE, &to_records(&images))?;
    write(META_FILE, format!("{}\n", CLASS_NAMES.join("\n")).as_bytes())?;
    stage.write(CHECKSUMS_FILE, sums.as_bytes())?;
    stage.write(MARKER_FILE, marker.as_bytes())?;
    match stage.into_place(&dir) {
        Ok(()) => Ok(Generated::Written),
        // Another process generated the same set meanwhile.
        Err(_) if is_there() => Ok(Generated::AlreadyThere),
        Err(error) => Err(error.into()),
    }
}

/// Classes in random order, as equally frequent as the count allows.
fn labels(count: usize, seed: u64, stream: u64) -> Vec<u8> {
    let mut random = RandomStream::new(seed, stream);
    let mut labels: Vec<u8> = (0..count).map(|i| (i % CLASSES) as u8).collect();
    for i in (1..count).rev() {
        labels.swap(i, random.below(i + 1));
    }
    labels
}

/// An image for each label, each from its own stream of random numbers.
fn images(labels: &[u8], seed: u64, first_stream: u64) -> ResidentImages {
    let draw = |(): &mut (), i: usize| draw(labels[i], &mut RandomStream::new(seed, first_stream + i as u64));
    let images: Vec<_> = Threads::for_each_core().map(0..labels.len(), || (), draw);
    ResidentImages { side: SIDE, pixels: images.into_flattened(), labels: labels.to_vec() }
}

fn marker(train: usize, test: usize, seed: u64) -> String {
    format!(
        "This is NOT CIFAR-10. It is a set of drawn shapes and textures in the format of CIFAR-10's\n\
         binary version, for trying out the program. Results on it say nothing about CIFAR-10.\n\
         \n\
         Written by: harness data generate cifar10\n\
         Drawing: version 1\n\
         Seed: {seed}\n\
         Training images: {train}\n\
         Test images: {test}\n\
         Check with: harness data verify cifar10, or md5sum -c {CHECKSUMS_FILE}\n"
    )
}

/// An existing folder may only hold what this function writes, and then with the marker.
fn refuse_other_content(dir: &Path) -> Result<(), GenerateError> {
    if regular_file::look(dir)?.is_none() {
        return Ok(());
    }
    let failed = || DataFileError::when("read the folder", dir);
    let marked = is_generated(dir)?;
    for entry in fs::read_dir(dir).map_err(failed())? {
        let name = entry.map_err(failed())?.file_name().to_string_lossy().into_owned();
        let ours = [MARKER_FILE, CHECKSUMS_FILE, META_FILE, TEST_FILE].contains(&name.as_str())
            || (1..=TRAIN_FILES as u32).any(|k| train_file(k) == name);
        if !marked || !ours {
            return Err(GenerateError::Occupied { dir: dir.to_path_buf(), found: name });
        }
    }
    Ok(())
}
