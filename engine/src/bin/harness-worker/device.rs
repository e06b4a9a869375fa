//! The devices of a job as libtorch knows them.

use crate::failure::Failure;
use tch::{Cuda, Device};
use trial::protocol;

/// `device` for libtorch, if it is there.
pub fn find(device: protocol::Device) -> Result<Device, Failure> {
    let protocol::Device::Cuda(index) = device else { return Ok(Device::Cpu) };
    let count = if Cuda::is_available() { Cuda::device_count() as usize } else { 0 };
    if index < count {
        return Ok(Device::Cuda(index));
    }
    Err(Failure::usage(format!(
        "device {device} is not there: libtorch sees {count} CUDA devices; use --device cpu, or see `harness doctor`"
    )))
}
