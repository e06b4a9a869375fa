//! The little of libtorch that `tch` lacks, as one small C++ shim.
//!
//! CUDA graphs, CUDA events, switches of the global context, memory statistics
//! and the library's version. The crate knows nothing of `tch`: it acts on
//! libtorch's current device, stream and allocator, which both share. On a
//! machine without a GPU the CUDA functions return an [`Error`] that says so.

mod error;
pub mod events;
mod ffi;
pub mod flags;
pub mod graph;
pub mod host_allocator;
pub mod memory;
mod version;

pub use error::{Error, Result};
pub use events::CudaEvent;
pub use graph::CudaGraph;
pub use version::{cuda_compiled, version};
