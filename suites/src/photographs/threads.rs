//! The threads that decode photographs.

use rayon::{ThreadPool, ThreadPoolBuilder};

/// The threads could not be started.
#[derive(Debug, thiserror::Error)]
#[error("cannot start {threads} decoding threads: {cause}; ask for fewer")]
pub struct ThreadError {
    threads: usize,
    cause: String,
}

/// Starts `threads` threads; 0 means one for each core.
pub(crate) fn pool(threads: usize) -> Result<ThreadPool, ThreadError> {
    ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|number| format!("decoder {number}"))
        .build()
        .map_err(|cause| ThreadError { threads, cause: cause.to_string() })
}
