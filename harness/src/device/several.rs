//! The choice of the devices that trials are spread over.

use super::{Device, DeviceChoice};
use std::str::FromStr;

/// What a person asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DevicesChoice {
    /// All CUDA devices, or the processor where there are none.
    Auto,
    /// All CUDA devices.
    AllCuda,
    /// These: the processor, or CUDA devices. A result would depend on which of the two its trial got.
    These(Vec<Device>),
}

impl FromStr for DevicesChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => return Ok(Self::Auto),
            "cuda:all" => return Ok(Self::AllCuda),
            "cuda" => return Ok(Self::These(vec![Device::Cuda(0)])),
            _ => {}
        }
        let mut devices: Vec<Device> = Vec::new();
        for name in text.split(',').map(str::trim) {
            let device: Device = name.parse().map_err(|_| {
                format!(
                    "there is no device `{name}`; write auto, cpu, cuda:all or some such as cuda:0,cuda:2"
                )
            })?;
            if devices.contains(&device) {
                return Err(format!(
                    "{device} is named twice; --jobs says how many trials run on it at once"
                ));
            }
            devices.push(device);
        }
        if devices.len() > 1 && devices.contains(&Device::Cpu) {
            return Err("the processor and CUDA devices round differently, so a result would depend on where its trial \
                        ran; write either cpu or CUDA devices"
                .into());
        }
        Ok(Self::These(devices))
    }
}

impl DevicesChoice {
    /// The devices that it selects if libtorch sees `count` CUDA devices, at least one, or why it selects none.
    pub fn among(&self, count: usize) -> Result<Vec<Device>, String> {
        let all = || (0..count).map(Device::Cuda).collect();
        match self {
            Self::Auto if count == 0 => Ok(vec![Device::Cpu]),
            Self::AllCuda if count == 0 => Ok(vec![Device::Cuda(0).among(count)?]),
            Self::Auto | Self::AllCuda => Ok(all()),
            Self::These(devices) => devices.iter().map(|device| device.among(count)).collect(),
        }
    }

    /// The first of them, for what one device does alone.
    pub fn first(&self) -> DeviceChoice {
        match self {
            Self::Auto => DeviceChoice::Auto,
            Self::AllCuda => DeviceChoice::One(Device::Cuda(0)),
            Self::These(devices) => {
                devices.first().map_or(DeviceChoice::Auto, |first| DeviceChoice::One(*first))
            }
        }
    }

    /// Whether it is the processor, which is there without asking libtorch.
    pub fn is_processor(&self) -> bool {
        *self == Self::These(vec![Device::Cpu])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn among(text: &str, count: usize) -> Result<String, String> {
        let chosen = text.parse::<DevicesChoice>()?.among(count)?;
        Ok(chosen.iter().map(Device::to_string).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn devices_are_all_or_those_that_are_named() {
        for (text, count, chosen) in [
            ("auto", 0, "cpu"),
            ("auto", 2, "cuda:0 cuda:1"),
            ("cuda:all", 3, "cuda:0 cuda:1 cuda:2"),
            ("cuda", 2, "cuda:0"),
            ("cpu", 2, "cpu"),
            ("cuda:2, cuda:0", 3, "cuda:2 cuda:0"),
        ] {
            assert_eq!(among(text, count).as_deref(), Ok(chosen), "{text}");
        }
        assert!("cpu".parse::<DevicesChoice>().unwrap().is_processor());
        assert_eq!(
            "cuda:2,cuda:0".parse::<DevicesChoice>().unwrap().first(),
            DeviceChoice::One(Device::Cuda(2))
        );
    }

    #[test]
    fn what_cannot_be_had_is_refused_with_the_remedy() {
        for (text, count, why) in [
            ("cuda:all", 0, "libtorch sees 0 CUDA devices; use --device cpu"),
            ("cuda:0,cuda:3", 2, "cuda:3 is not available: libtorch sees 2"),
            ("cuda:0,2", 4, "there is no device `2`; write auto, cpu, cuda:all"),
            ("cuda:1,cuda:1", 4, "cuda:1 is named twice; --jobs"),
            ("cpu,cuda:0", 4, "write either cpu or CUDA devices"),
            ("cuda:0,", 4, "there is no device ``"),
        ] {
            let refused = among(text, count).unwrap_err();
            assert!(refused.contains(why), "{text}: {refused}");
        }
    }
}
