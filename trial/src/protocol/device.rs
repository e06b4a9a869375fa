//! Devices by the names that libtorch gives them.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A device that a job runs on; in JSON and on the command line `cpu` or `cuda:N`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Device {
    /// The processor.
    Cpu,
    /// The CUDA device of this number, in the order of the PCI bus.
    Cuda(usize),
}

impl Device {
    /// The device where libtorch sees so many CUDA devices, or why it cannot be used there.
    pub fn among(self, cuda_devices: usize) -> Result<Self, String> {
        match self {
            Self::Cuda(number) if number >= cuda_devices => Err(format!(
                "device {self} is not available: libtorch sees {cuda_devices} CUDA devices; use --device cpu, or see \
                 `harness doctor`"
            )),
            device => Ok(device),
        }
    }
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cpu => f.write_str("cpu"),
            Self::Cuda(number) => write!(f, "cuda:{number}"),
        }
    }
}

impl FromStr for Device {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = || text.strip_prefix("cuda:")?.parse().ok();
        match text {
            "cpu" => Ok(Self::Cpu),
            _ => number()
                .map(Self::Cuda)
                .ok_or_else(|| format!("there is no device `{text}`; write cpu or cuda:0, cuda:1, ...")),
        }
    }
}

impl From<Device> for String {
    fn from(device: Device) -> Self {
        device.to_string()
    }
}

impl TryFrom<String> for Device {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_is_not_there_is_refused() {
        assert_eq!(Device::Cpu.among(0), Ok(Device::Cpu));
        assert_eq!(Device::Cuda(0).among(1), Ok(Device::Cuda(0)));
        let refused = Device::Cuda(1).among(1).unwrap_err();
        assert!(refused.contains("cuda:1 is not available: libtorch sees 1"), "{refused}");
    }

    #[test]
    fn devices_have_torchs_names() {
        for name in ["cpu", "cuda:0", "cuda:7"] {
            let device: Device = name.parse().unwrap();
            assert_eq!(device.to_string(), name);
            assert_eq!(serde_json::to_string(&device).unwrap(), format!("\"{name}\""));
        }
        for name in ["", "gpu", "cuda", "cuda:", "cuda:x", "cuda:-1", "CPU"] {
            assert!(name.parse::<Device>().is_err(), "{name}");
            assert!(serde_json::from_str::<Device>(&format!("\"{name}\"")).is_err(), "{name}");
        }
    }
}
