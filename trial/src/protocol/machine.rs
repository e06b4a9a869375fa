//! The devices that a worker can use.

use super::Device;
use serde::{Deserialize, Serialize};

/// The answer to [`Job::Probe`](super::Job::Probe): libtorch, and the devices that it sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// Version of libtorch.
    pub libtorch: String,
    /// Name of the processor.
    pub processor: String,
    /// Vector instructions that libtorch uses, with the limits that the environment sets.
    pub instruction_set: String,
    /// Names of the CUDA devices, by number; empty where libtorch finds none or was built without CUDA.
    pub devices: Vec<String>,
    /// Threads that libtorch uses by default.
    pub threads: usize,
}

impl Machine {
    /// The name of `device`, if it is there.
    pub fn name(&self, device: Device) -> Option<&str> {
        match device {
            Device::Cpu => Some(&self.processor),
            Device::Cuda(number) => self.devices.get(number).map(String::as_str),
        }
    }
}
