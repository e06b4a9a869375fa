//! Devices: what a person asks for, and how trials are spread over them.

use std::fmt;
use std::str::FromStr;

/// A device to train on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    /// The processor.
    Cpu,
    /// A CUDA device.
    Cuda(usize),
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cpu => f.write_str("cpu"),
            Self::Cuda(number) => write!(f, "cuda:{number}"),
        }
    }
}

/// What a person asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceChoice {
    /// All CUDA devices, or the processor where there are none.
    Auto,
    /// This one.
    One(Device),
}

impl FromStr for DeviceChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "cpu" => Ok(Self::One(Device::Cpu)),
            "cuda" => Ok(Self::One(Device::Cuda(0))),
            _ => text
                .strip_prefix("cuda:")
                .and_then(|number| number.parse().ok())
                .map(|number| Self::One(Device::Cuda(number)))
                .ok_or_else(|| {
                    format!("there is no device `{text}`; write auto, cpu or cuda:0, cuda:1, ...")
                }),
        }
    }
}

/// The devices to use where `count` CUDA devices are there.
pub fn devices(count: usize) -> Vec<Device> {
    if count == 0 { vec![Device::Cpu] } else { (0..count).map(Device::Cuda).collect() }
}

/// Of `count` devices the one that the fewest of the running trials use, the first of several.
pub fn least_used(count: usize, used: impl Iterator<Item = usize> + Clone) -> usize {
    (0..count).min_by_key(|device| used.clone().filter(|other| other == device).count()).unwrap_or(0)
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
    fn trials_go_where_the_fewest_are() {
        assert_eq!(devices(0), [Device::Cpu]);
        assert_eq!(devices(2), [Device::Cuda(0), Device::Cuda(1)]);
        assert_eq!(least_used(3, [].into_iter()), 0);
        assert_eq!(least_used(3, [0, 1].into_iter()), 2);
        assert_eq!(least_used(2, [0, 1, 0].into_iter()), 1);
    }
}
