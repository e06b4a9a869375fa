//! Threads that fill the places of a batch.

use std::sync::Mutex;

use super::LoadError;
use crate::threads::Threads;

/// Threads, each with working memory of its own, which is reused for every photograph.
pub(crate) struct Workers<Workspace> {
    threads: Threads,
    /// One for each of the threads.
    workspaces: Vec<Mutex<Workspace>>,
}

impl<Workspace: Default + Send> Workers<Workspace> {
    /// Starts `threads` threads; 0 means one for each core.
    pub fn new(threads: usize) -> Self {
        let threads = Threads::start(threads);
        let workspaces = (0..threads.count()).map(|_| Mutex::default()).collect();
        Workers { threads, workspaces }
    }

    /// Has the threads fill a batch in which each place has `size` bytes of pixels and `length` elements of
    /// targets; the function fills one place. Of several errors, the first in the batch counts.
    ///
    /// # Panics
    /// If pixels and targets do not have the same number of places.
    pub fn fill<Target: Send>(
        &self,
        (pixels, size): (&mut [u8], usize),
        (targets, length): (&mut [Target], usize),
        fill: impl Fn(&mut Workspace, usize, &mut [u8], &mut [Target]) -> Result<(), LoadError> + Sync,
    ) -> Result<(), LoadError> {
        assert!(targets.len().is_multiple_of(length), "whole places");
        assert_eq!(pixels.len(), size * (targets.len() / length), "three bytes for each pixel of each place");
        let places = pixels.chunks_exact_mut(size).zip(targets.chunks_exact_mut(length));
        let mut results: Vec<Result<(), LoadError>> = Vec::new();
        results.resize_with(places.len(), || Ok(()));
        let places: Vec<_> = places.zip(&mut results).enumerate().collect();
        self.threads.each(places, |(number, ((pixels, targets), result))| {
            let workspace = &self.workspaces[self.threads.current()];
            let mut workspace = workspace.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            *result = fill(&mut workspace, number, pixels, targets);
        });
        results.into_iter().collect()
    }
}
