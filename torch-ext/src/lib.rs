//! The little of libtorch that `tch` lacks, as one small C++ shim.
//!
//! CUDA graphs and events, switches of the global context, the allocators and the
//! library's version. The crate knows nothing of `tch`: it acts on
//! libtorch's current device, stream and allocator, which both share. On a
//! machine without a GPU the CUDA functions return an [`Error`] that says so.

mod device;
mod error;
pub mod event;
mod ffi;
pub mod flags;
pub mod graph;
pub mod host_allocator;
mod memory;
mod processor;
mod version;

pub use device::{CudaVersions, cuda_versions, device_uuid};
pub use error::{Error, Result};
pub use event::CudaEvent;
pub use graph::CudaGraph;
pub use memory::{device_memory, peak_memory};
pub use processor::instruction_set;
pub use version::{cuda_compiled, version};
