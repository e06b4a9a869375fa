//! Batches of photographs, decoded and transformed by threads of their own.
//!
//! The content of a position in a batch follows from the seed, the epoch and the number of the
//! photograph alone: batches are the same whatever the number of threads, and a run resumed from a
//! checkpoint sees what it would have seen. (On another kind of processor, decoding and resizing may
//! round otherwise.)

use std::sync::{Mutex, MutexGuard};

use rayon::ThreadPool;
use rayon::prelude::*;

use super::crop::{Crop, centre};
use super::resample::Resampler;
use super::skipped::Skipped;
use super::storage::Buffers;
use super::{LoadError, Photographs, Unreadable, threads};
use crate::DataFileError;
use crate::recipe::ImageSides;
use crate::synthetic::RandomStream;

/// The value of all bytes of a photograph that could not be read.
const GREY: u8 = 128;

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
    strict: bool,
    pool: ThreadPool,
    /// One for each thread of the pool.
    workspaces: Vec<Mutex<Workspace>>,
    skipped: Mutex<Skipped>,
}

/// Working memory of a thread, reused for every photograph.
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
        let pool = threads::pool(threads)?;
        let workspaces = (0..pool.current_num_threads()).map(|_| Mutex::default()).collect();
        Ok(Loader { photographs, sides, seed, strict, pool, workspaces, skipped: Mutex::default() })
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
                resampler.window(opened.rows(crop.top + crop.height)?, crop, side, out);
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
                let part = centre(opened.size(), resize, side);
                let [_, top, _, height] = part;
                // The filter looks beyond the part by its own radius.
                let below = (height / f64::from(side)).max(1.0);
                let rows = opened.rows((top + height + below).ceil() as u32 + 1)?;
                resampler.part(rows, part, side, out);
                Ok(())
            };
            match load() {
                Ok(()) => Ok(i64::from(self.photographs.label(image))),
                Err(cause) => {
                    let skipped = self.skip(image, cause)?.0.len();
                    if skipped == self.photographs.len() {
                        return Err(self.nothing());
                    }
                    out.fill(GREY);
                    Ok(-1)
                }
            }
        })
    }

    /// The numbers of the photographs that could not be read so far, sorted.
    pub fn skipped(&self) -> Vec<u32> {
        self.lock().list()
    }

    /// Takes note of photographs that are known not to be readable, from an earlier part of the run.
    /// They are not tried again.
    pub fn note_skipped(&self, images: &[u32]) {
        let mut skipped = self.lock();
        for &image in images.iter().filter(|&&image| (image as usize) < self.photographs.len()) {
            skipped.note(image as usize);
        }
    }

    /// Has the threads fill a batch; the function fills one photograph and gives its label. Of several
    /// errors, the first in the batch counts.
    fn each(
        &self,
        pixels: &mut [u8],
        labels: &mut [i64],
        fill: impl Fn(&mut Workspace, usize, &mut [u8]) -> Result<i64, LoadError> + Sync,
    ) -> Result<(), LoadError> {
        let size = 3 * self.sides.crop.pow(2);
        assert_eq!(pixels.len(), size * labels.len(), "three bytes for each pixel of each photograph");
        let results: Vec<Result<(), LoadError>> = self.pool.install(|| {
            let parts = pixels.par_chunks_exact_mut(size).zip(labels.par_iter_mut()).enumerate();
            parts
                .with_max_len(1)
                .map(|(number, (out, label))| {
                    let workspace = rayon::current_thread_index().expect("in the pool");
                    let mut workspace =
                        self.workspaces[workspace].lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                    *label = fill(&mut workspace, number, out)?;
                    Ok(())
                })
                .collect()
        });
        results.into_iter().collect()
    }

    /// Loads the photograph or, in its place, the next one that can be read; gives the label of the one
    /// that was loaded.
    fn replaced(
        &self,
        image: u32,
        mut load: impl FnMut(usize) -> Result<(), Unreadable>,
    ) -> Result<i64, LoadError> {
        let count = self.photographs.len();
        let first = image as usize;
        for image in (first..count).chain(0..first) {
            if !self.strict && self.lock().contains(image) {
                continue;
            }
            match load(image) {
                Ok(()) => return Ok(i64::from(self.photographs.label(image))),
                Err(cause) => {
                    let (skipped, cause) = self.skip(image, cause)?;
                    if let Some(count) = skipped.whole_class(image, &self.photographs) {
                        let (name, check) = (self.photographs.name(image), self.photographs.check_command());
                        return Err(LoadError::Class { count, name, cause, check });
                    }
                }
            }
        }
        Err(self.nothing())
    }

    /// Takes note of a photograph that cannot be read, unless that is an error. Gives the list as it is
    /// then, and the cause back.
    fn skip(
        &self,
        image: usize,
        cause: Unreadable,
    ) -> Result<(MutexGuard<'_, Skipped>, Unreadable), LoadError> {
        // A failing disk is not the photograph's fault: continuing would lose more of them.
        let failing =
            matches!(&cause, Unreadable::File(error) if !matches!(error, DataFileError::Permission { .. }));
        if self.strict || failing {
            return Err(LoadError::Unreadable { name: self.photographs.name(image), cause });
        }
        let mut skipped = self.lock();
        skipped.note(image);
        Ok((skipped, cause))
    }

    fn nothing(&self) -> LoadError {
        LoadError::Nothing { count: self.photographs.len(), check: self.photographs.check_command() }
    }

    fn lock(&self) -> MutexGuard<'_, Skipped> {
        self.skipped.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
