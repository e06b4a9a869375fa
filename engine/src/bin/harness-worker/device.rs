//! The devices of a job as libtorch knows them.

use crate::failure::JobFailure;
use tch::{Cuda, Device};
use trial::protocol;

/// `device` for libtorch, if it is there.
pub fn find(device: protocol::Device) -> Result<Device, JobFailure> {
    let count = || if Cuda::is_available() { Cuda::device_count() as usize } else { 0 };
    match device {
        protocol::Device::Cpu => Ok(Device::Cpu),
        protocol::Device::Cuda(index) => {
            device.among(count()).map(|_| Device::Cuda(index)).map_err(JobFailure::usage)
        }
    }
}
