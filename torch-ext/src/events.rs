//! Time between two points of a CUDA stream, as the device measures it.

use crate::{Result, ffi};
use std::ptr::{self, NonNull};

/// A point in the work of a device's current stream.
///
/// Record one before the work and one after it; the time between them leaves
/// out what the host does meanwhile.
#[derive(Debug)]
pub struct CudaEvent {
    raw: NonNull<ffi::Event>,
}

// SAFETY: an event may be recorded and read from any thread; the shim keeps no
// state of the thread that made it. Recording takes `&mut self`.
unsafe impl Send for CudaEvent {}

impl CudaEvent {
    /// An event for CUDA device number `device`, not yet recorded.
    pub fn new(device: usize) -> Result<Self> {
        let mut raw = ptr::null_mut();
        // SAFETY: the pointer is to a live variable, which a call that succeeds fills.
        ffi::check(unsafe { ffi::te_event_new(ffi::device_index(device), &mut raw) })?;
        Ok(Self { raw: NonNull::new(raw).expect("the shim made an event") })
    }

    /// Marks the end of what the device's current stream has been given so far.
    pub fn record(&mut self) -> Result<()> {
        // SAFETY: `raw` is an event of the shim, alive until `self` is dropped.
        ffi::check(unsafe { ffi::te_event_record(self.raw.as_ptr()) })
    }

    /// Milliseconds from this event to `end`; waits until the device has reached `end`.
    pub fn elapsed_ms(&self, end: &CudaEvent) -> Result<f64> {
        let mut milliseconds = 0.0;
        // SAFETY: both events live as long as their owners, which are borrowed here.
        ffi::check(unsafe {
            ffi::te_event_elapsed_ms(self.raw.as_ptr(), end.raw.as_ptr(), &mut milliseconds)
        })?;
        Ok(milliseconds)
    }
}

impl Drop for CudaEvent {
    fn drop(&mut self) {
        // SAFETY: `raw` came from te_event_new and is deleted only here.
        unsafe { ffi::te_event_delete(self.raw.as_ptr()) }
    }
}

/// Waits until CUDA device number `device` has done all that it was given.
pub fn synchronize(device: usize) -> Result<()> {
    ffi::check(ffi::te_synchronize(ffi::device_index(device)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_device_is_an_error() {
        for message in
            [CudaEvent::new(1000).unwrap_err().to_string(), synchronize(1000).unwrap_err().to_string()]
        {
            assert!(message.contains("no CUDA device"), "{message}");
        }
    }

    #[test]
    fn time_passes_between_events_where_there_is_a_gpu() {
        let (Ok(mut start), Ok(mut end)) = (CudaEvent::new(0), CudaEvent::new(0)) else { return };
        assert!(start.elapsed_ms(&end).is_err(), "neither was recorded");
        start.record().unwrap();
        end.record().unwrap();
        assert!(start.elapsed_ms(&end).unwrap() >= 0.0);
        synchronize(0).unwrap();
    }
}
