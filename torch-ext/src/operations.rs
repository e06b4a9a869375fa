//! How many operations a piece of work launches.

use crate::{Result, ffi};

/// Runs `work` and counts the operations that it has libtorch compute, in this thread and in those that run its
/// backward passes: those that call no other one, without views and allocations. On CUDA each is a kernel, or a
/// few. One count at a time.
///
/// # Errors
///
/// If another count is under way.
pub fn count_operations<T>(work: impl FnOnce() -> T) -> Result<(T, u64)> {
    ffi::check(ffi::te_count_operations())?;
    let counting = Counting;
    let result = work();
    Ok((result, counting.end()))
}

/// Ends the count, also when the work panics.
struct Counting;

impl Counting {
    fn end(self) -> u64 {
        std::mem::forget(self);
        ffi::te_operations()
    }
}

impl Drop for Counting {
    fn drop(&mut self) {
        ffi::te_operations();
    }
}
