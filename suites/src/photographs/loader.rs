//! Batches of photographs, decoded and transformed by threads of their own.
//!
//! The content of a position in a batch follows from the seed, the epoch and the number of the
//! photograph alone: batches are the same whatever the number of threads and the kind of processor, and a run
//! resumed from a checkpoint sees what it would have seen.

use std::ops::Range;

use super::crop::{Centre, Crop};
use super::resample::{Middle, Resampler};
use super::skipped::Skipped;
use super::storage::Buffers;
use super::workers::Workers;
use super::{LoadError, Photographs, Unreadable};
use crate::recipe::ImageSides;
use crate::synthetic::RandomStream;

/// The value of all bytes of a photograph that could not be read.
pub(crate) const GREY: u8 = 128;

/// One place in a training batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchPlace {
    /// The epoch, from which the augmentation follows. Augmentations repeat after 2^32 epochs.
    pub epoch: u64,
    /// The number of the photograph.
    pub image: u32,
}

/// Loads photographs of one split.
pub struct Loader {
    photographs: Photographs,
    sides: ImageSides,
    seed: u64,
    workers: Workers<Workspace>,
    skipped: Skipped,
}

/// Working memory of a thread.
#[derive(Default)]
struct Workspace {
    buffers: Buffers,
    resampler: Resampler,
}

impl Loader {
    /// Starts `threads` threads (0: one for each core). With `strict`, a photograph that cannot be read
    /// is an error; otherwise it is replaced in training and left out in evaluation.
    pub fn new(
        photographs: Photographs,
        sides: ImageSides,
        seed: u64,
        threads: usize,
        strict: bool,
    ) -> Result<Loader, LoadError> {
        if sides.crop == 0 || sides.crop > sides.resize {
            return Err(LoadError::Sides { crop: sides.crop, resize: sides.resize });
        }
        if photographs.is_empty() {
            return Err(LoadError::Empty);
        }
        let (workers, skipped) = (Workers::new(threads), Skipped::new(strict));
        Ok(Loader { photographs, sides, seed, workers, skipped })
    }

    /// Fills `pixels` and `labels` with a training batch: of each photograph a random window, made
    /// `crop` pixels wide and high and in half of the cases mirrored, as rows of RGB bytes one
    /// photograph after the other. In place of a photograph that cannot be read comes the next one
    /// that can, with its own label.
    ///
    /// # Panics
    /// If `pixels` does not have three bytes for each pixel of each place, `labels` not one element for
    /// each place, or there is no such photograph.
    pub fn training(
        &self,
        places: &[BatchPlace],
        pixels: &mut [u8],
        labels: &mut [i64],
    ) -> Result<(), LoadError> {
        assert_eq!(labels.len(), places.len(), "one label for each place");
        let side = self.sides.crop as u32;
        self.each(pixels, labels, |workspace, number, out| {
            let place = places[number];
            let stream = place.epoch << 32 | u64::from(place.image);
            self.replaced(place.image, |image| {
                let mut random = RandomStream::new(self.seed, stream);
                let Workspace { buffers, resampler } = workspace;
                let opened = self.photographs.open(image, buffers)?;
                let crop = Crop::draw(opened.size(), &mut random);
                let decoded = opened.window([crop.left, crop.top, crop.width, crop.height])?;
                let (left, top) = decoded.origin();
                let crop = Crop { left: crop.left - left, top: crop.top - top, ..crop };
                resampler.window(decoded.rows(), crop, side, out);
                Ok(())
            })
        })
    }

    /// Fills `pixels` and `labels` with as many photographs as there are labels, from number `start` on:
    /// of each, the middle. One that cannot be read has label -1 and is grey.
    ///
    /// # Panics
    /// If `pixels` does not have three bytes for each pixel of each photograph, or there are fewer photographs.
    pub fn evaluation(&self, start: usize, pixels: &mut [u8], labels: &mut [i64]) -> Result<(), LoadError> {
        let (resize, side) = (self.sides.resize as u32, self.sides.crop as u32);
        self.each(pixels, labels, |workspace, number, out| {
            let image = start + number;
            let Workspace { buffers, resampler } = workspace;
            let mut load = || {
                let opened = self.photographs.open(image, buffers)?;
                let middle = Middle::new(opened.size(), &Centre::of(opened.size(), resize, side));
                let decoded = opened.window(middle.window())?;
                resampler.middle(decoded.rows(), decoded.origin(), middle, out);
                Ok(())
            };
            match load() {
                Ok(()) => Ok(i64::from(self.photographs.label(image))),
                Err(cause) => {
                    let cause = self.skip(image, cause)?;
                    if self.skipped.within(0..self.photographs.len()) == self.photographs.len() {
                        return Err(self.nothing());
                    }
                    self.some_of_class(image, cause)?;
                    out.fill(GREY);
                    Ok(-1)
                }
            }
        })
    }

    /// The photographs.
    pub fn photographs(&self) -> &Photographs {
        &self.photographs
    }

    /// The numbers of the photographs that could not be read so far, sorted.
    pub fn skipped(&self) -> Vec<u32> {
        self.skipped.list()
    }

    /// Takes note of photographs that are known not to be readable, from an earlier part of the run.
    /// They are not tried again.
    pub fn note_skipped(&self, images: &[u32]) {
        for &image in images.iter().filter(|&&image| (image as usize) < self.photographs.len()) {
            self.skipped.note(image as usize);
        }
    }

    /// Has the threads fill a batch; the function fills one photograph and gives its label.
    fn each(
        &self,
        pixels: &mut [u8],
        labels: &mut [i64],
        fill: impl Fn(&mut Workspace, usize, &mut [u8]) -> Result<i64, LoadError> + Sync,
    ) -> Result<(), LoadError> {
        let size = 3 * self.sides.crop.pow(2);
        self.workers.fill((pixels, size), (labels, 1), |workspace, number, out, labels| {
            labels[0] = fill(workspace, number, out)?;
            Ok(())
        })
    }

    /// Loads the photograph or, in its place, the next one that can be read; gives the label of the one
    /// that was loaded.
    fn replaced(
        &self,
        image: u32,
        load: impl FnMut(usize) -> Result<(), Unreadable>,
    ) -> Result<i64, LoadError> {
        let skip = |image: usize, cause: Unreadable| {
            let cause = self.skip(image, cause)?;
            self.some_of_class(image, cause)
        };
        let loaded = self.skipped.first_readable(image as usize, self.photographs.len(), load, skip)?;
        loaded.map(|image| i64::from(self.photographs.label(image))).ok_or_else(|| self.nothing())
    }

    /// An error if no photograph is left of the class of one that could not be read.
    fn some_of_class(&self, image: usize, cause: Unreadable) -> Result<(), LoadError> {
        let class = class(image, &self.photographs);
        if self.skipped.within(class.clone()) < class.len() {
            return Ok(());
        }
        let (name, check) = (self.photographs.name(image), self.photographs.check_command());
        Err(LoadError::Class { count: class.len(), name, cause, check })
    }

    /// Takes note of a photograph that cannot be read, unless that is an error.
    fn skip(&self, image: usize, cause: Unreadable) -> Result<Unreadable, LoadError> {
        self.skipped.skip(image, cause, || self.photographs.name(image))
    }

    fn nothing(&self) -> LoadError {
        LoadError::Nothing { count: self.photographs.len(), check: self.photographs.check_command() }
    }
}

/// The photographs of the same class, which are adjacent.
fn class(image: usize, photographs: &Photographs) -> Range<usize> {
    let label = photographs.label(image);
    let start = partition(0..image, |at| photographs.label(at) < label);
    let end = partition(image..photographs.len(), |at| photographs.label(at) == label);
    start..end
}

/// The first number of the range for which `before` does not hold, if it holds for none after one for
/// which it does not.
fn partition(mut range: Range<usize>, before: impl Fn(usize) -> bool) -> usize {
    while !range.is_empty() {
        let middle = range.start + range.len() / 2;
        if before(middle) {
            range.start = middle + 1;
        } else {
            range.end = middle;
        }
    }
    range.start
}
