//! The most memory a training used, and what is left for one.

use tch::Device;
use trial::host_memory;

/// Megabytes at the peak: what libtorch held of a CUDA device, what this process held of the host.
pub(crate) fn peak_megabytes(device: Device) -> Option<f64> {
    let bytes = match device {
        Device::Cuda(index) => torch_ext::peak_memory(index).ok().map(|bytes| bytes as f64),
        _ => host_memory::peak().map(|bytes| bytes as f64),
    };
    bytes.map(|bytes| bytes / 1e6)
}

/// Bytes that a training on `device` can still take: of a CUDA device what nothing holds, of the host what the system
/// can give without swapping and the control groups of this process allow.
pub(crate) fn free_bytes(device: Device) -> Option<u64> {
    match device {
        Device::Cuda(index) => torch_ext::device_memory(index).ok().map(|(free, _)| free),
        _ => host_memory::free(),
    }
}
