//! Which devices the processes of a trial take.

use crate::device::Device;
use anyhow::bail;

/// Of `devices` those of the first of every `ranks` processes: each trial takes so many in a row from there on. On a
/// processor all processes share it. `count` tells how many CUDA devices there are.
pub fn first_devices(
    devices: &[Device],
    ranks: usize,
    count: impl Fn() -> anyhow::Result<usize>,
) -> anyhow::Result<Vec<Device>> {
    let numbers: Option<Vec<usize>> = devices
        .iter()
        .map(|device| match device {
            Device::Cuda(number) => Some(*number),
            Device::Cpu => None,
        })
        .collect();
    let Some(mut numbers) = numbers else { return Ok(devices.to_vec()) };
    if let [first] = numbers[..] {
        let count = count()?;
        numbers = (first..count).take(ranks).collect();
        if numbers.len() < ranks {
            bail!(
                "{ranks} ranks from cuda:{first} on need cuda:{first} to cuda:{}, and libtorch sees {count} CUDA devices: take \
                 --ranks {}, another --device, or --device cpu",
                first + ranks - 1,
                numbers.len().max(1)
            );
        }
    }
    if numbers.len() < ranks {
        bail!(
            "{ranks} ranks need as many GPUs, of which there are {}: take --ranks {0}, or --device cpu",
            numbers.len()
        );
    }
    let groups: Vec<&[usize]> = numbers.chunks_exact(ranks).collect();
    if let Some(group) = groups.iter().find(|group| group.windows(2).any(|pair| pair[1] != pair[0] + 1)) {
        bail!(
            "the devices of one trial follow each other by number, and {group:?} do not; name others with --device, or have \
             others seen with CUDA_VISIBLE_DEVICES"
        );
    }
    Ok(groups.iter().map(|group| Device::Cuda(group[0])).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trial_has_devices_in_a_row() {
        let cuda = |numbers: &[usize]| numbers.iter().map(|number| Device::Cuda(*number)).collect::<Vec<_>>();
        let of = |devices: &[Device], ranks| first_devices(devices, ranks, || Ok(8));
        assert_eq!(of(&[Device::Cpu], 4).unwrap(), [Device::Cpu]);
        assert_eq!(of(&cuda(&[0, 1, 2, 3, 4]), 2).unwrap(), cuda(&[0, 2]));
        assert_eq!(of(&cuda(&[5]), 3).unwrap(), cuda(&[5]));
        for (devices, ranks, remedy) in
            [(&[6][..], 3, "--ranks 2"), (&[0, 1], 4, "--ranks 2"), (&[0, 2], 2, "CUDA_VISIBLE_DEVICES")]
        {
            let error = of(&cuda(devices), ranks).unwrap_err().to_string();
            assert!(error.contains(remedy), "{error}");
        }
    }
}
