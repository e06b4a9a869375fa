//! CUDA graphs: a training step recorded once and launched as a whole.
//!
//! A small network leaves the GPU waiting for the host, which needs longer to
//! launch a kernel than the kernel to run. A graph launches them all at once.
//!
//! What a graph records are kernels and addresses, so for capture and replay
//! alike: inputs are copied into the same tensors every time, results are read
//! from the same tensors, shapes do not change, and nothing waits for the
//! device (no `double_value`, no copy to the host). Run the work a few times in
//! [`CudaGraph::on_side_stream`] first, so that cuDNN has chosen its algorithms
//! and the optimizer has made its buffers.
//!
//! All graphs of a process draw on one pool of memory, since each would hold a
//! whole step's of its own otherwise. So no two may run at once, and what a graph
//! leaves in tensors that were made while it was captured is gone when another
//! has run: copy it, as a last part of the work, into tensors made before.

use crate::{Error, Result, caught, ffi};
use std::ptr::{self, NonNull};

/// A graph of CUDA work, and the side stream on which it is captured.
///
/// It is not `Send`: a capture must end on the thread where it began.
#[derive(Debug)]
pub struct CudaGraph {
    raw: NonNull<ffi::Graph>,
}

impl CudaGraph {
    /// An empty graph for CUDA device number `device`.
    pub fn new(device: usize) -> Result<Self> {
        let mut raw = ptr::null_mut();
        // SAFETY: the pointer is to a live variable, which a call that succeeds fills.
        ffi::check(unsafe { ffi::te_graph_new(ffi::device_index(device), &mut raw) })?;
        Ok(Self { raw: NonNull::new(raw).expect("the shim made a graph") })
    }

    /// Runs `work` on the side stream, after what the current stream has been
    /// given before, and before what it is given later.
    pub fn on_side_stream<T, E: From<Error>>(&mut self, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let visit = Visit::begin(self, Purpose::WarmUp)?;
        let value = work()?;
        visit.end()?;
        Ok(value)
    }

    /// Records what `work` gives to the device, without running it.
    ///
    /// An earlier capture is dropped first. Tensors that `work` returns get
    /// their values at the next [`replay`](Self::replay), until another graph runs.
    ///
    /// # Errors
    ///
    /// If `work` fails or panics, as tch does where an operation cannot be captured. Then the capture has ended,
    /// nothing is recorded, the current stream is again what it was, and the device has computed nothing: the
    /// process can continue without the graph. What `work` changed on the host stays changed, be it the mode of
    /// gradients, so that `work` must change nothing there, or its caller put it right.
    pub fn capture<T, E: From<Error>>(&mut self, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let visit = Visit::begin(self, Purpose::Capture)?;
        let value = caught(work)??;
        visit.end()?;
        Ok(value)
    }

    /// Runs what was captured, on the device's current stream.
    pub fn replay(&mut self) -> Result<()> {
        // SAFETY: `raw` is a graph of the shim, alive until `self` is dropped.
        ffi::check(unsafe { ffi::te_graph_replay(self.raw.as_ptr()) })
    }
}

impl Drop for CudaGraph {
    fn drop(&mut self) {
        // SAFETY: `raw` came from te_graph_new and is deleted only here.
        unsafe { ffi::te_graph_delete(self.raw.as_ptr()) }
    }
}

/// What the side stream is entered for.
#[derive(Clone, Copy)]
enum Purpose {
    WarmUp,
    Capture,
}

/// A stay on the side stream; one that is dropped before its end was cut short
/// by an error or a panic, and is undone.
struct Visit<'a> {
    graph: &'a mut CudaGraph,
    purpose: Purpose,
}

impl<'a> Visit<'a> {
    fn begin(graph: &'a mut CudaGraph, purpose: Purpose) -> Result<Self> {
        let raw = graph.raw.as_ptr();
        // SAFETY: `raw` is alive and borrowed mutably; the shim restores the
        // stream itself when it fails here.
        ffi::check(unsafe {
            match purpose {
                Purpose::WarmUp => ffi::te_graph_enter(raw),
                Purpose::Capture => ffi::te_graph_capture_begin(raw),
            }
        })?;
        Ok(Self { graph, purpose })
    }

    fn end(self) -> Result<()> {
        let raw = self.graph.raw.as_ptr();
        let purpose = self.purpose;
        std::mem::forget(self);
        // SAFETY: `raw` outlives this call, and the visit that is ended was begun.
        ffi::check(unsafe {
            match purpose {
                Purpose::WarmUp => ffi::te_graph_leave(raw),
                Purpose::Capture => ffi::te_graph_capture_end(raw),
            }
        })
    }
}

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        let raw = self.graph.raw.as_ptr();
        match self.purpose {
            // SAFETY: as in `end`. A second error would hide the first, so it is left.
            Purpose::WarmUp => drop(ffi::check(unsafe { ffi::te_graph_leave(raw) })),
            // SAFETY: as in `end`; ending an invalid capture is what abort is for.
            Purpose::Capture => unsafe { ffi::te_graph_capture_abort(raw) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_device_is_an_error_that_says_what_is_missing() {
        let message = CudaGraph::new(1000).unwrap_err().to_string();
        let expected = if crate::cuda_compiled() { "no CUDA device" } else { "CUDA headers" };
        assert!(message.contains(expected), "{message}");
    }

    #[test]
    fn failed_capture_leaves_a_usable_graph_where_there_is_a_gpu() {
        let Ok(mut graph) = CudaGraph::new(0) else { return };
        let failed: Result<()> = graph.capture(|| Err(Error::new("on purpose")));
        assert_eq!(failed.unwrap_err().to_string(), "on purpose");
        assert!(graph.replay().is_err(), "nothing was captured");
        let panicked: Result<()> = graph.capture(|| panic!("in the middle"));
        assert_eq!(panicked.unwrap_err().to_string(), "in the middle");
        graph.on_side_stream(|| Ok::<_, Error>(())).unwrap();
        graph.capture(|| Ok::<_, Error>(())).unwrap();
        graph.replay().unwrap();
    }
}
