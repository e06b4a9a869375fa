//! CUDA events: marks in a stream's work that know when the device reached them.
//!
//! The host only queues work, so its clock says nothing of how long the device
//! needs. Two events around the work do: their difference is taken on the
//! device, in steps of about half a microsecond. On the CPU there are none.

use crate::{Result, ffi};
use std::ptr::{self, NonNull};

/// A mark in the work of one CUDA device.
#[derive(Debug)]
pub struct CudaEvent {
    raw: NonNull<ffi::EventHandle>,
}

impl CudaEvent {
    /// An event of CUDA device number `device`, not yet recorded.
    pub fn new(device: usize) -> Result<Self> {
        let mut raw = ptr::null_mut();
        // SAFETY: the pointer is to a live variable, which a call that succeeds fills.
        ffi::check(unsafe { ffi::te_event_new(ffi::device_index(device), &mut raw) })?;
        Ok(Self { raw: NonNull::new(raw).expect("the shim made an event") })
    }

    /// Puts the mark after what the device's current stream has been given so far; an earlier one is dropped.
    pub fn record(&mut self) -> Result<()> {
        // SAFETY: `raw` is an event of the shim, alive until `self` is dropped.
        ffi::check(unsafe { ffi::te_event_record(self.raw.as_ptr()) })
    }

    /// Waits until the device has reached the mark; at once if it was never recorded.
    pub fn synchronize(&self) -> Result<()> {
        // SAFETY: as in `record`.
        ffi::check(unsafe { ffi::te_event_synchronize(self.raw.as_ptr()) })
    }
}

/// Milliseconds between two recorded events of one device, once it has reached both.
pub fn elapsed_ms(earlier: &CudaEvent, later: &CudaEvent) -> Result<f64> {
    let mut milliseconds = 0.0;
    // SAFETY: both events are alive, and the pointer is to a live variable, which the call fills
    // or leaves alone.
    ffi::check(unsafe {
        ffi::te_event_elapsed(earlier.raw.as_ptr(), later.raw.as_ptr(), &mut milliseconds)
    })?;
    Ok(milliseconds)
}

impl Drop for CudaEvent {
    fn drop(&mut self) {
        // SAFETY: `raw` came from te_event_new and is deleted only here.
        unsafe { ffi::te_event_delete(self.raw.as_ptr()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_device_is_an_error_that_says_what_is_missing() {
        let message = CudaEvent::new(1000).unwrap_err().to_string();
        assert!(message.contains("no CUDA device"), "{message}");
    }

    #[test]
    fn time_goes_forward_where_there_is_a_gpu() {
        let (Ok(mut earlier), Ok(mut later)) = (CudaEvent::new(0), CudaEvent::new(0)) else { return };
        assert!(elapsed_ms(&earlier, &later).is_err(), "nothing was recorded");
        earlier.record().unwrap();
        later.record().unwrap();
        assert!(elapsed_ms(&earlier, &later).unwrap() >= 0.0);
    }
}
