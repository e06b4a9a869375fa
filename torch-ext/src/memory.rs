//! What libtorch's allocators hold.

use crate::{Result, ffi};

/// Bytes that libtorch held of CUDA device `device` when they were most, since the process began:
/// those of tensors, and those it keeps for tensors and recorded graphs to come.
pub fn peak_memory(device: usize) -> Result<u64> {
    let mut bytes = 0;
    // SAFETY: the pointer is to a live variable, which the call fills or leaves alone.
    ffi::check(unsafe { ffi::te_peak_memory(ffi::device_index(device), &mut bytes) })?;
    Ok(bytes)
}

/// Bytes of CUDA device `device` that are free, and all that it has.
pub fn device_memory(device: usize) -> Result<(u64, u64)> {
    let (mut free, mut total) = (0, 0);
    // SAFETY: the pointers are to live variables, which the call fills or leaves alone.
    ffi::check(unsafe { ffi::te_device_memory(ffi::device_index(device), &mut free, &mut total) })?;
    Ok((free, total))
}

/// Gives back what libtorch keeps of CUDA devices' memory for tensors to come; nothing without CUDA.
pub fn release_memory() -> Result<()> {
    ffi::check(ffi::te_release_memory())
}

/// What libtorch says where memory ran out: on CUDA "CUDA out of memory. Tried to allocate ...", or "CUDA error: out
/// of memory" where a library allocates; on the processor "DefaultCPUAllocator: can't allocate memory"; cuDNN and
/// cuBLAS by the names of their codes.
const MEMORY_RAN_OUT: [&str; 4] =
    ["out of memory", "not enough memory", "can't allocate memory", "STATUS_ALLOC_FAILED"];

/// Whether an error of libtorch that says `said` is that memory ran out, of a device or of the host.
pub fn memory_ran_out(said: &str) -> bool {
    MEMORY_RAN_OUT.iter().any(|words| said.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_is_not_there_is_an_error() {
        assert!(peak_memory(4_000).unwrap_err().to_string().contains("CUDA device"));
        assert!(device_memory(4_000).unwrap_err().to_string().contains("CUDA device"));
    }
}
