//! Threads that fill the places of a batch.

use std::sync::Mutex;

use rayon::ThreadPool;
use rayon::prelude::*;

use super::{LoadError, ThreadError, threads};

/// Threads, each with working memory of its own, which is reused for every photograph.
pub(crate) struct Workers<Workspace> {
    pool: ThreadPool,
    /// One for each thread of the pool.
    workspaces: Vec<Mutex<Workspace>>,
}

impl<Workspace: Default + Send> Workers<Workspace> {
    /// Starts `threads` threads; 0 means one for each core.
    pub fn new(threads: usize) -> Result<Self, ThreadError> {
        let pool = threads::pool(threads)?;
        let workspaces = (0..pool.current_num_threads()).map(|_| Mutex::default()).collect();
        Ok(Workers { pool, workspaces })
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
        let results: Vec<Result<(), LoadError>> = self.pool.install(|| {
            let places = pixels.par_chunks_exact_mut(size).zip(targets.par_chunks_exact_mut(length));
            places
                .enumerate()
                .with_max_len(1)
                .map(|(number, (pixels, targets))| {
                    let workspace = rayon::current_thread_index().expect("in the pool");
                    let mut workspace =
                        self.workspaces[workspace].lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                    fill(&mut workspace, number, pixels, targets)
                })
                .collect()
        });
        results.into_iter().collect()
    }
}
