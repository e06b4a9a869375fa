//! The choice of devices: what a person asks for, and what there is of it.

mod several;

pub use several::DevicesChoice;

use std::str::FromStr;
pub use trial::protocol::Device;

/// What a person asks for where one job has the machine to itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceChoice {
    /// The first CUDA device, or the processor where there is none.
    Auto,
    /// This one.
    One(Device),
}

impl FromStr for DeviceChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "cuda" => Ok(Self::One(Device::Cuda(0))),
            _ => text
                .parse()
                .map(Self::One)
                .map_err(|_| format!("there is no device `{text}`; write auto, cpu or cuda:0, cuda:1, ...")),
        }
    }
}

impl DeviceChoice {
    /// The device that it selects if libtorch sees `count` CUDA devices, or why it selects none.
    pub fn among(self, count: usize) -> Result<Device, String> {
        match self {
            Self::Auto if count == 0 => Ok(Device::Cpu),
            Self::Auto => Ok(Device::Cuda(0)),
            Self::One(device) => device.among(count),
        }
    }
}

/// The name of a device in the name of a file, such as `nvidia-h100-80gb-hbm3`.
pub fn file_name(device: &str) -> String {
    let words = device.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_have_torchs_names() {
        assert_eq!("auto".parse(), Ok(DeviceChoice::Auto));
        for name in ["cpu", "cuda:0", "cuda:7"] {
            let Ok(DeviceChoice::One(device)) = name.parse() else { panic!("{name}") };
            assert_eq!(device.to_string(), name);
        }
        for name in ["", "gpu", "cuda:", "cuda:x", "cuda:-1", "CPU"] {
            assert!(name.parse::<DeviceChoice>().is_err(), "{name}");
        }
    }

    #[test]
    fn a_device_that_is_not_there_is_refused() {
        assert_eq!(
            [0, 2].map(|count| DeviceChoice::Auto.among(count)),
            [Ok(Device::Cpu), Ok(Device::Cuda(0))]
        );
        let one = |device| DeviceChoice::One(device).among(1);
        assert_eq!(one(Device::Cpu), Ok(Device::Cpu));
        assert_eq!(one(Device::Cuda(0)), Ok(Device::Cuda(0)));
        assert!(one(Device::Cuda(1)).unwrap_err().contains("cuda:1 is not available: libtorch sees 1"));
    }
}
