//! Batches of photographs with the objects in them, decoded and transformed by threads of their own.
//!
//! As for [`crate::photographs::Loader`], a place in a batch follows from the seed, the epoch and the number of
//! the photograph alone.

use super::augment::{Augmentation, Rectangle, Scratch};
use super::targets::{self, VALUES};
use super::{AnnotatedPhotograph, AnnotatedPhotographs, Object};
use crate::photographs::{
    BatchPlace, Buffers, GREY, LoadError, Opened, Resampler, Skipped, Unreadable, Workers,
};
use crate::synthetic::RandomStream;

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
    workers: Workers<Workspace>,
    skipped: Skipped,
}

/// Working memory of a thread.
#[derive(Default)]
struct Workspace {
    buffers: Buffers,
    resampler: Resampler,
    scratch: Scratch,
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
        let (workers, skipped) = (Workers::new(threads), Skipped::new(strict));
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
            let place = places[number];
            let load = |image: usize| {
                let photograph = &self.photographs.photographs[image];
                let learnt = |object: &&Object| self.reading.difficult || !object.difficult;
                let objects = photograph.objects.iter().filter(learnt);
                if self.reading.augment {
                    self.augmented(photograph, objects, place, workspace, out, targets)
                } else {
                    self.resized(photograph, objects, workspace, out, targets)
                }
            };
            let (first, count) = (place.image as usize, self.photographs.len());
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
            if let Err(cause) = self.resized(photograph, photograph.objects.iter(), workspace, out, targets) {
                self.skip(image, cause)?;
                let count = self.photographs.len();
                if self.skipped.within(0..count) == count {
                    return Err(LoadError::Nothing { count, check: CHECK });
                }
                out.fill(GREY);
                targets::fill_unreadable(targets);
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

    /// Makes all of a photograph an image.
    fn resized<'a>(
        &self,
        photograph: &AnnotatedPhotograph,
        objects: impl Iterator<Item = &'a Object>,
        workspace: &mut Workspace,
        out: &mut [u8],
        targets: &mut [f32],
    ) -> Result<(), Unreadable> {
        let Workspace { buffers, resampler, .. } = workspace;
        let (size, side) = (photograph.size, self.reading.side as u32);
        resampler.whole(open(photograph, buffers)?.rows(size.1)?.rows(), side, side, out);
        let (width, height) = (f64::from(size.0), f64::from(size.1));
        targets::fill(
            objects.filter_map(|object| {
                let Rectangle { left, top, right, bottom } = Rectangle::of(&object.bounds, size)?;
                Some((object, [left / width, top / height, right / width, bottom / height]))
            }),
            targets,
        );
        Ok(())
    }

    /// Augments a photograph as follows from the place in the batch.
    fn augmented<'a>(
        &self,
        photograph: &AnnotatedPhotograph,
        objects: impl Iterator<Item = &'a Object>,
        place: BatchPlace,
        workspace: &mut Workspace,
        out: &mut [u8],
        targets: &mut [f32],
    ) -> Result<(), Unreadable> {
        let Workspace { buffers, resampler, scratch } = workspace;
        let mut random = RandomStream::new(self.seed, place.epoch << 32 | u64::from(place.image));
        let objects: Vec<(&Object, Rectangle)> = objects
            .filter_map(|object| Some((object, Rectangle::of(&object.bounds, photograph.size)?)))
            .collect();
        let rectangles: Vec<Rectangle> = objects.iter().map(|(_, rectangle)| *rectangle).collect();
        let side = self.reading.side as u32;
        let augmentation = Augmentation::draw(photograph.size, &rectangles, side, &mut random);
        let opened = open(photograph, buffers)?;
        let decoded = opened.rows(augmentation.rows(photograph.size.1))?;
        augmentation.paint(decoded.rows(), resampler, scratch, out);
        let placed = objects
            .iter()
            .filter_map(|(object, rectangle)| augmentation.place(rectangle).map(|edges| (*object, edges)));
        targets::fill(placed, targets);
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

/// Opens a photograph's file, if it still has the size for which the objects were read: their places would be
/// wrong otherwise.
fn open<'a>(photograph: &AnnotatedPhotograph, buffers: &'a mut Buffers) -> Result<Opened<'a>, Unreadable> {
    let opened = buffers.open(&photograph.file)?;
    let ((width, height), (known_width, known_height)) = (opened.size(), photograph.size);
    if opened.size() == photograph.size {
        return Ok(opened);
    }
    Err(Unreadable::Damaged(format!(
        "it has {width} x {height} pixels, but had {known_width} x {known_height} when its objects were read"
    )))
}
