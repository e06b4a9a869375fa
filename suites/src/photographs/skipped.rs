//! The photographs that turned out to be unreadable.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::{Mutex, MutexGuard};

use super::{LoadError, Unreadable};
use crate::DataFileError;

/// A list of unreadable photographs of one split, by number, or the rule that there must be none.
pub(crate) struct Skipped {
    strict: bool,
    images: Mutex<BTreeSet<u32>>,
}

impl Skipped {
    /// An empty list. With `strict`, nothing may come into it by [`Skipped::skip`].
    pub fn new(strict: bool) -> Skipped {
        Skipped { strict, images: Mutex::default() }
    }

    /// Takes note of a photograph.
    pub fn note(&self, image: usize) {
        self.lock().insert(image as u32);
    }

    /// Takes note of a photograph that cannot be read, unless that is an error.
    pub fn skip(
        &self,
        image: usize,
        cause: Unreadable,
        name: impl FnOnce() -> String,
    ) -> Result<Unreadable, LoadError> {
        // A failing disk is not the photograph's fault: continuing would lose more of them.
        let failing =
            matches!(&cause, Unreadable::File(error) if !matches!(error, DataFileError::Permission { .. }));
        if self.strict {
            return Err(LoadError::Unreadable { name: name(), cause });
        }
        if failing {
            return Err(LoadError::Gone { cause });
        }
        self.note(image);
        Ok(cause)
    }

    /// Loads the photograph `first` of `count` or, in its place, the next one that can be read, and gives the
    /// number of the one that was loaded; nothing if none can be. `skip` is told of those that cannot.
    pub fn first_readable(
        &self,
        first: usize,
        count: usize,
        mut load: impl FnMut(usize) -> Result<(), Unreadable>,
        skip: impl Fn(usize, Unreadable) -> Result<(), LoadError>,
    ) -> Result<Option<usize>, LoadError> {
        for image in (first..count).chain(0..first) {
            if !self.strict && self.lock().contains(&(image as u32)) {
                continue;
            }
            match load(image) {
                Ok(()) => return Ok(Some(image)),
                Err(cause) => skip(image, cause)?,
            }
        }
        Ok(None)
    }

    /// How many there are in a range of photographs.
    pub fn within(&self, images: Range<usize>) -> usize {
        self.lock().range(images.start as u32..images.end as u32).count()
    }

    /// Their numbers, sorted.
    pub fn list(&self) -> Vec<u32> {
        self.lock().iter().copied().collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<u32>> {
        self.images.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
