//! Writes a small set of synthetic images of a hundred classes in exactly the format of CIFAR-100.
//!
//! The upper half of an image has one of the ten figures of the synthetic CIFAR-10, the lower half another, each squeezed
//! to half its height; the class is ten times the number of the upper plus that of the lower.

use std::fs;
use std::path::Path;

use super::format::{CLASSES, to_records};
use super::publisher::{TEST_FILE, TRAIN_FILE};
use super::verify;
use crate::cifar10::{CHECKSUMS_FILE, PIXELS, SIDE, SYNTHETIC_CLASSES, draw};
use crate::fetch::md5_hex;
use crate::resident::ResidentImages;
use crate::staged_folder::{StagedFolder, tidy_beside};
use crate::synthetic::RandomStream;
use crate::threads::Threads;
use crate::{DataFileError, GenerateError, Generated};

/// The file that marks a generated set, and says what it is.
pub(super) const MARKER_FILE: &str = "GENERATED.txt";
/// The names of the classes, one a line.
const NAMES_FILE: &str = "fine_label_names.txt";
/// Images are drawn in memory, 3 KB each.
const MOST_IMAGES: usize = 1_000_000;
/// Classes of a superclass.
const OF_SUPERCLASS: u8 = 5;
/// Streams of random numbers: the order of the classes, and one for each image.
const TRAIN_STREAM: u64 = 3 << 60;
const TEST_STREAM: u64 = 4 << 60;

/// Writes `train` and `test` images of equally frequent classes into the folder `dir`, which appears whole
/// or not at all. Another generated set in its place is replaced; anything else is left alone.
///
/// # Errors
///
/// If there are to be none, or more than a million, if the folder holds something else, or if it cannot be written.
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
            && verify(&dir).iter().all(|report| report.is_ok())
    };
    if is_there() {
        tidy_beside(&dir);
        return Ok(Generated::AlreadyThere);
    }
    refuse_other_content(&dir)?;
    let stage = StagedFolder::beside(&dir)?;
    let mut sums = String::new();
    for (name, count, stream) in [(TRAIN_FILE, train, TRAIN_STREAM), (TEST_FILE, test, TEST_STREAM)] {
        let content = to_records(&images(count, seed, stream), |class| class / OF_SUPERCLASS);
        sums.push_str(&format!("{}  {name}\n", md5_hex(&content)));
        stage.write(name, &content)?;
    }
    stage.write(NAMES_FILE, names().as_bytes())?;
    stage.write(CHECKSUMS_FILE, sums.as_bytes())?;
    stage.write(MARKER_FILE, marker.as_bytes())?;
    match stage.into_place(&dir) {
        Ok(()) => Ok(Generated::Written),
        // Another process generated the same set meanwhile.
        Err(_) if is_there() => Ok(Generated::AlreadyThere),
        Err(error) => Err(error.into()),
    }
}

/// Images of classes in random order, as equally frequent as the count allows, each from its own stream.
fn images(count: usize, seed: u64, stream: u64) -> ResidentImages {
    let mut random = RandomStream::new(seed, stream);
    let mut labels: Vec<u8> = (0..count).map(|i| (i % CLASSES) as u8).collect();
    for i in (1..count).rev() {
        labels.swap(i, random.below(i + 1));
    }
    let image = |(): &mut (), i: usize| {
        let mut random = RandomStream::new(seed, stream + 1 + i as u64);
        let halves = [labels[i] / 10, labels[i] % 10].map(|figure| draw(figure, &mut random));
        squeezed(&halves)
    };
    let images: Vec<_> = Threads::for_each_core().map(0..count, || (), image);
    ResidentImages { side: SIDE, pixels: images.into_flattened(), labels }
}

/// Two images above each other, of pairs of rows the mean.
fn squeezed(halves: &[[u8; PIXELS]; 2]) -> [u8; PIXELS] {
    const ROW: usize = SIDE * 3;
    let mut image = [0; PIXELS];
    for (row, pixels) in image.chunks_exact_mut(ROW).enumerate() {
        let half = &halves[row / (SIDE / 2)];
        let upper = 2 * (row % (SIDE / 2)) * ROW;
        for (at, byte) in pixels.iter_mut().enumerate() {
            let [first, second] = [half[upper + at], half[upper + ROW + at]].map(u16::from);
            *byte = first.midpoint(second) as u8;
        }
    }
    image
}

fn names() -> String {
    let name = |class: usize| {
        let [upper, lower] = [class / 10, class % 10].map(|figure| SYNTHETIC_CLASSES[figure]);
        format!("{upper} over {lower}\n")
    };
    (0..CLASSES).map(name).collect()
}

fn marker(train: usize, test: usize, seed: u64) -> String {
    format!(
        "This is NOT CIFAR-100. It is a set of drawn shapes and textures in the format of CIFAR-100's\n\
         binary version, for trying out the program. Results on it say nothing about CIFAR-100.\n\
         \n\
         Written by: harness data generate cifar100\n\
         Drawing: version 1\n\
         Seed: {seed}\n\
         Training images: {train}\n\
         Test images: {test}\n\
         Check with: harness data verify cifar100, or md5sum -c {CHECKSUMS_FILE}\n"
    )
}

/// An existing folder may only hold what this writes, and then with the marker.
fn refuse_other_content(dir: &Path) -> Result<(), GenerateError> {
    if !dir.exists() {
        return Ok(());
    }
    let failed = || DataFileError::when("read the folder", dir);
    let marked = dir.join(MARKER_FILE).is_file();
    for entry in fs::read_dir(dir).map_err(failed())? {
        let name = entry.map_err(failed())?.file_name().to_string_lossy().into_owned();
        let ours = [MARKER_FILE, CHECKSUMS_FILE, NAMES_FILE, TRAIN_FILE, TEST_FILE].contains(&name.as_str());
        if !marked || !ours {
            return Err(GenerateError::Occupied { dir: dir.to_path_buf(), found: name });
        }
    }
    Ok(())
}
