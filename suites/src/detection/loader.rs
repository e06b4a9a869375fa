//! Batches of photographs with the objects in them, decoded and transformed by threads of their own.
//!
//! As for [`crate::photographs::Loader`], a place in a batch follows from the seed, the epoch and the number of
//! the photograph alone.

use super::targets::{self, VALUES};
use super::{AnnotatedPhotograph, AnnotatedPhotographs};
use crate::photographs::{BatchPlace, GREY, LoadError, Opened, Skipped, Unreadable, Workers, Workspace};

/// The command that checks a data set.
const CHECK: &str = "harness data verify SUITE";

/// How photographs are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Side of the images in pixels, at least 1. Photographs are resized without keeping their shape.
    pub side: usize,
    /// Whether a training augments them as in SSD; otherwise they are only resized.
    pub augment: bool,
    /// Whether a training learns difficult objects, too. An evaluation has all of them, marked.
    pub difficult: bool,
}

/// Loads annotated photographs of one split.
///
/// Targets are six numbers for each object: class, left, top, right and bottom edge as fractions of the image,
/// and 1 if it is difficult or else 0. Each photograph has [`DetectionLoader::rows`] of them; those that are not
/// needed have class -1.
pub struct DetectionLoader {
    photographs: AnnotatedPhotographs,
    reading: Reading,
    seed: u64,
    workers: Workers,
    skipped: Skipped,
}

impl DetectionLoader {
    /// Starts `threads` threads (0: one for each core). With `strict`, a photograph that cannot be read is an
    /// error; otherwise it is replaced in training and left out in evaluation.
    ///
    /// # Panics
    /// If the side is 0.
    pub fn new(
        photographs: AnnotatedPhotographs,
        reading: Reading,
        seed: u64,
        threads: usize,
        strict: bool,
    ) -> Result<DetectionLoader, LoadError> {
        assert!(reading.side > 0, "images have pixels");
        if photographs.is_empty() {
            return Err(LoadError::Empty);
        }
        let (workers, skipped) = (Workers::new(threads)?, Skipped::new(strict));
        Ok(DetectionLoader { photographs, reading, seed, workers, skipped })
    }

    /// How many rows the targets of a photograph have: the most objects in one of them, and at least 1.
    pub fn rows(&self) -> usize {
        self.photographs.most_objects().max(1)
    }

    /// The photographs.
    pub fn photographs(&self) -> &AnnotatedPhotographs {
        &self.photographs
    }

    /// Fills `pixels` and `targets` with a training batch: rows of RGB bytes, and rows of targets, one
    /// photograph after the other. In place of a photograph that cannot be read comes the next one that can,
    /// with its own objects.
    ///
    /// # Panics
    /// If `pixels` does not have three bytes for each pixel of each place, `targets` not six numbers for each
    /// row of each place, or there is no such photograph.
    pub fn training(
        &self,
        places: &[BatchPlace],
        pixels: &mut [u8],
        targets: &mut [f32],
    ) -> Result<(), LoadError> {
        assert_eq!(targets.len(), places.len() * self.rows() * VALUES, "targets of each place");
        self.each(pixels, targets, |workspace, number, out, targets| {
            let load = |image: usize| {
                let photograph = &self.photographs.photographs[image];
                self.resized(photograph, workspace, out)?;
                let objects = photograph.objects.iter();
                let objects = objects.filter(|object| self.reading.difficult || !object.difficult);
                targets::fill(objects.map(|object| targets::row(object, photograph.size)), targets);
                Ok(())
            };
            let (first, count) = (places[number].image as usize, self.photographs.len());
            let skip = |image, cause| self.skip(image, cause);
            match self.skipped.first_readable(first, count, load, skip)? {
                Some(_) => Ok(()),
                None => Err(LoadError::Nothing { count, check: CHECK }),
            }
        })
    }

    /// Fills `pixels` and `targets` with as many photographs as there are targets for, from number `start` on,
    /// whole and not augmented, with all of their objects. One that cannot be read is grey, and the class in its
    /// first row is -2.
    ///
    /// # Panics
    /// If `pixels` does not have three bytes for each pixel of each photograph, or there are fewer photographs.
    pub fn evaluation(&self, start: usize, pixels: &mut [u8], targets: &mut [f32]) -> Result<(), LoadError> {
        self.each(pixels, targets, |workspace, number, out, targets| {
            let image = start + number;
            let photograph = &self.photographs.photographs[image];
            match self.resized(photograph, workspace, out) {
                Ok(()) => {
                    let objects = photograph.objects.iter();
                    targets::fill(objects.map(|object| targets::row(object, photograph.size)), targets);
                }
                Err(cause) => {
                    self.skip(image, cause)?;
                    let count = self.photographs.len();
                    if self.skipped.within(0..count) == count {
                        return Err(LoadError::Nothing { count, check: CHECK });
                    }
                    out.fill(GREY);
                    targets::fill_unreadable(targets);
                }
            }
            Ok(())
        })
    }

    /// The numbers of the photographs that could not be read so far, sorted.
    pub fn skipped(&self) -> Vec<u32> {
        self.skipped.list()
    }

    /// Takes note of photographs that are known not to be readable, from an earlier part of the run.
    /// They are not tried again in training.
    pub fn note_skipped(&self, images: &[u32]) {
        for &image in images.iter().filter(|&&image| (image as usize) < self.photographs.len()) {
            self.skipped.note(image as usize);
        }
    }

    /// Decodes all of a photograph and makes it as large as the images are.
    fn resized(
        &self,
        photograph: &AnnotatedPhotograph,
        workspace: &mut Workspace,
        out: &mut [u8],
    ) -> Result<(), Unreadable> {
        let Workspace { buffers, resampler } = workspace;
        let opened = buffers.open(&photograph.file)?;
        as_annotated(&opened, photograph)?;
        let side = self.reading.side as u32;
        resampler.whole(opened.rows(photograph.size.1)?, side, side, out);
        Ok(())
    }

    fn each(
        &self,
        pixels: &mut [u8],
        targets: &mut [f32],
        fill: impl Fn(&mut Workspace, usize, &mut [u8], &mut [f32]) -> Result<(), LoadError> + Sync,
    ) -> Result<(), LoadError> {
        let size = 3 * self.reading.side.pow(2);
        self.workers.fill((pixels, size), (targets, VALUES * self.rows()), fill)
    }

    fn skip(&self, image: usize, cause: Unreadable) -> Result<(), LoadError> {
        let name = || self.photographs.photographs[image].file.display().to_string();
        self.skipped.skip(image, cause, name).map(|_| ())
    }
}

/// Whether the file still has the size for which its objects were read: their places would be wrong otherwise.
fn as_annotated(opened: &Opened, photograph: &AnnotatedPhotograph) -> Result<(), Unreadable> {
    let ((width, height), (known_width, known_height)) = (opened.size(), photograph.size);
    if (width, height) == photograph.size {
        return Ok(());
    }
    Err(Unreadable::Damaged(format!(
        "it has {width} x {height} pixels, but had {known_width} x {known_height} when its objects were read"
    )))
}
