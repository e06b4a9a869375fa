//! Where the host waits for a CUDA device, which is idle from then until the host has given it something else.
//!
//! libtorch notices every operation that waits, copies to the host among them, but for an event that is waited for.

use crate::{Result, ffi};

/// Makes every operation of the process fail that waits for a CUDA device, instead of waiting.
///
/// # Errors
///
/// Where CUDA is not compiled in.
pub fn waiting_is_an_error(on: bool) -> Result<()> {
    ffi::check(ffi::te_waiting_is_an_error(on))
}

/// Runs `work` and counts its operations in this thread that wait for a CUDA device: none where there is no device.
///
/// # Errors
///
/// Where CUDA is not compiled in, and while waits are counted already or are errors.
pub fn count_waits<T>(work: impl FnOnce() -> T) -> Result<(T, u64)> {
    ffi::check(ffi::te_count_waits())?;
    let counting = Counting;
    let result = work();
    drop(counting);
    Ok((result, ffi::te_waits()))
}

/// Ends the count, also when the work panics.
struct Counting;

impl Drop for Counting {
    fn drop(&mut self) {
        ffi::te_waits();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The switch is a variable in a header, of which this program and libtorch must have the same one. One test, since
    /// it is the whole process that is switched.
    #[test]
    fn libtorch_tells_of_waits() {
        let wait = || ffi::check(ffi::te_as_if_waiting());
        if !crate::cuda_compiled() {
            assert!(waiting_is_an_error(true).is_err() && count_waits(|| ()).is_err());
            return;
        }
        wait().unwrap();
        waiting_is_an_error(true).unwrap();
        let message = wait().unwrap_err().to_string();
        assert!(count_waits(|| ()).is_err());
        waiting_is_an_error(false).unwrap();
        assert!(message.contains("synchronizing"), "{message}");
        wait().unwrap();
        let counted = count_waits(|| {
            (0..3).for_each(|_| wait().unwrap());
            assert!(count_waits(|| ()).is_err());
            "done"
        });
        assert_eq!(counted.unwrap(), ("done", 3));
        crate::caught(|| count_waits(|| panic!("in the middle"))).unwrap_err();
        assert_eq!(count_waits(|| ()).unwrap(), ((), 0));
    }
}
