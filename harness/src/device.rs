//! The choice of devices: what a person asks for, and how trials are spread over them.

use std::str::FromStr;
pub use trial::protocol::Device;

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
            "cuda" => Ok(Self::One(Device::Cuda(0))),
            _ => text
                .parse()
                .map(Self::One)
                .map_err(|_| format!("there is no device `{text}`; write auto, cpu or cuda:0, cuda:1, ...")),
        }
    }
}

/// The devices that `choice` selects if libtorch sees `count` CUDA devices, or why it selects none.
pub fn choose(choice: DeviceChoice, count: usize) -> Result<Vec<Device>, String> {
    match choice {
        DeviceChoice::Auto if count == 0 => Ok(vec![Device::Cpu]),
        DeviceChoice::Auto => Ok((0..count).map(Device::Cuda).collect()),
        DeviceChoice::One(device) => Ok(vec![device.among(count)?]),
    }
}

/// The name of a device in the name of a file, such as `nvidia-h100-80gb-hbm3`.
pub fn file_name(device: &str) -> String {
    let words = device.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
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
        assert_eq!(choose(DeviceChoice::Auto, 0), Ok(vec![Device::Cpu]));
        assert_eq!(choose(DeviceChoice::Auto, 2), Ok(vec![Device::Cuda(0), Device::Cuda(1)]));
        assert_eq!(least_used(3, [].into_iter()), 0);
        assert_eq!(least_used(3, [0, 1].into_iter()), 2);
        assert_eq!(least_used(2, [0, 1, 0].into_iter()), 1);
    }

    #[test]
    fn a_device_that_is_not_there_is_refused() {
        let one = |device| choose(DeviceChoice::One(device), 1);
        assert_eq!(one(Device::Cpu), Ok(vec![Device::Cpu]));
        assert_eq!(one(Device::Cuda(0)), Ok(vec![Device::Cuda(0)]));
        assert!(one(Device::Cuda(1)).unwrap_err().contains("cuda:1 is not available: libtorch sees 1"));
    }
}
