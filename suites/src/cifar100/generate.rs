//! Writes a small set of synthetic images of a hundred classes in exactly the format of CIFAR-100.
//!
//! The upper half of an image has one of the ten figures of the synthetic CIFAR-10, the lower half another, each squeezed
//! to half its height; the class is ten times the number of the upper plus that of the lower.

use std::path::Path;

use super::format::{CLASSES, to_records};
use super::publisher::{NAMES_FILE, SUBFOLDER, TEST_FILE, TRAIN_FILE};
use super::verify;
use crate::cifar10::{GeneratedSet, PIXELS, SIDE, SYNTHETIC_CLASSES, draw, labels};
use crate::resident::ResidentImages;
use crate::synthetic::RandomStream;
use crate::threads::Threads;
use crate::{GenerateError, Generated};

/// The generated set.
pub(super) const SET: GeneratedSet = GeneratedSet {
    suite: "cifar100",
    published: "CIFAR-100",
    subfolder: SUBFOLDER,
    files: &[TRAIN_FILE, TEST_FILE, NAMES_FILE],
    verify,
};
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
    SET.write(dir, [train, test], seed, |write| {
        for (name, count, stream) in [(TRAIN_FILE, train, TRAIN_STREAM), (TEST_FILE, test, TEST_STREAM)] {
            write(name, &to_records(&images(count, seed, stream), |class| class / OF_SUPERCLASS))?;
        }
        write(NAMES_FILE, names().as_bytes())
    })
}

/// Images of classes in random order, as equally frequent as the count allows, each from its own stream.
fn images(count: usize, seed: u64, stream: u64) -> ResidentImages {
    let labels = labels(CLASSES, count, seed, stream);
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
