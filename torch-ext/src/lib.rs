//! The little of libtorch that `tch` lacks, as one small C++ shim.
//!
//! CUDA graphs and events, groups of processes, a fused optimizer, switches of the global context, the allocators, counts of
//! operations and of waits, and the library's version. It acts on libtorch's current device, stream and allocator, which `tch`
//! shares. On a machine without a GPU the CUDA functions return an [`Error`] that says so.

mod buckets;
mod caught;
mod device;
mod error;
pub mod event;
mod ffi;
pub mod flags;
pub mod graph;
mod group;
pub mod host_allocator;
mod meeting;
mod memory;
mod operations;
mod processor;
mod sgd;
mod signs_of_life;
mod version;
mod waits;

pub use buckets::Buckets;
pub use caught::{caught, panic_message};
pub use device::{CudaVersions, cuda_versions, device_uuid};
pub use error::{Error, Result};
pub use event::CudaEvent;
pub use graph::CudaGraph;
pub use group::Group;
pub use meeting::Meeting;
pub use memory::{device_memory, memory_ran_out, peak_memory, release_memory};
pub use operations::count_operations;
pub use processor::instruction_set;
pub use sgd::{SgdRule, fused_sgd};
pub use signs_of_life::SignsOfLife;
pub use version::{cuda_compiled, nccl_compiled, ranks_compiled, version};
pub use waits::{count_waits, waiting_is_an_error};
