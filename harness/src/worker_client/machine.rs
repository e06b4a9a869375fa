//! What the worker says of itself and the machine.

use super::start::DEVICE_ORDER;
use crate::device::Device;
use anyhow::{Context, bail};
use serde::Deserialize;
use std::path::Path;
use std::process::Command;

/// Versions and devices.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Machine {
    /// Version of libtorch.
    pub libtorch: String,
    /// Name of the processor.
    pub processor: String,
    /// Vector instructions that libtorch uses.
    pub instruction_set: String,
    /// Names of the CUDA devices that libtorch can use.
    pub devices: Vec<String>,
}

impl Machine {
    /// Asks `worker`; takes about a second, for it loads libtorch.
    pub fn ask(worker: &Path) -> anyhow::Result<Self> {
        let remedy = "run it by hand with --probe, and build it again with `make build`";
        let output = Command::new(worker)
            .arg("--probe")
            .env(DEVICE_ORDER.0, DEVICE_ORDER.1)
            .output()
            .with_context(|| format!("cannot start {}; {remedy}", worker.display()))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            let said = said.trim().lines().last().unwrap_or("it said nothing").to_string();
            bail!("{} --probe ended with {}: {said}; {remedy}", worker.display(), output.status);
        }
        serde_json::from_slice(&output.stdout)
            .with_context(|| format!("cannot understand what {} --probe said; {remedy}", worker.display()))
    }

    /// The name of `device`, which is there.
    pub fn name(&self, device: Device) -> &str {
        match device {
            Device::Cpu => &self.processor,
            Device::Cuda(number) => &self.devices[number],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probe_may_say_more_than_is_asked() {
        let text = r#"{"libtorch": "2.11.0", "processor": "EPYC", "instruction_set": "AVX2", "cuda": true, "devices": ["NVIDIA H100"], "threads": 2}"#;
        let machine: Machine = serde_json::from_str(text).unwrap();
        assert_eq!(machine.devices, ["NVIDIA H100"]);
    }
}
