//! Measuring instead of training: how many images per second networks take, and how long convolutions do.
//!
//! Both report how precise the result is, and whether the device was in a state in which it is
//! meaningful.

mod bench;
mod energy;
mod error;
mod latency;
mod load;
mod networks;
pub(crate) mod nvml;
mod postprocess;
mod prepared;
mod protocol;
mod sampler;
pub(crate) mod statistics;
mod throughput;
mod timer;
mod verdict;
mod visible;

pub use error::BenchmarkError;
pub use latency::lut;
pub use throughput::fps;

use nvml::Gpu;
use sampler::Sampler;
use tch::Device;

/// What watches the device, and what it cannot see.
fn watch(device: Device) -> (Option<Sampler>, Vec<String>) {
    let Device::Cuda(number) = device else {
        return (None, vec!["clocks, power, energy and temperature are read from NVIDIA GPUs only".into()]);
    };
    match Gpu::find(number) {
        Ok(gpu) => {
            let missing = gpu.missing();
            (Some(Sampler::start(gpu)), missing)
        }
        Err(reason) => (None, vec![format!("clocks, power, energy and temperature: {reason}")]),
    }
}
