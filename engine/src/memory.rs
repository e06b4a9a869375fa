//! The most memory a training used, and what is left for one.

use tch::Device;

/// Megabytes at the peak: what libtorch held of a CUDA device, what this process held of the host.
pub(crate) fn peak_megabytes(device: Device) -> Option<f64> {
    match device {
        Device::Cuda(index) => torch_ext::peak_memory(index).ok().map(|bytes| bytes as f64 / 1e6),
        _ => resident_peak(&std::fs::read_to_string("/proc/self/status").ok()?),
    }
}

/// Bytes that a training on `device` can still take: of a CUDA device what nothing holds, of the host what the system
/// can give without swapping.
pub(crate) fn free_bytes(device: Device) -> Option<u64> {
    match device {
        Device::Cuda(index) => torch_ext::device_memory(index).ok().map(|(free, _)| free),
        _ => available(&std::fs::read_to_string("/proc/meminfo").ok()?),
    }
}

/// What Linux says is available, in units of 1,024 bytes.
fn available(memory: &str) -> Option<u64> {
    let line = memory.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(1024 * kibibytes)
}

/// The high-water mark of a Linux process, from its status, which counts in units of 1,024 bytes.
fn resident_peak(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024.0 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_high_water_mark_is_read() {
        assert_eq!(resident_peak("Name:\tx\nVmHWM:\t    1000 kB\nVmRSS:\t 5 kB\n"), Some(1.024));
        assert_eq!(resident_peak("Name:\tx\n"), None);
        assert_eq!(available("MemTotal: 9 kB\nMemAvailable:    1000 kB\n"), Some(1_024_000));
        assert_eq!(available("MemTotal: 9 kB\n"), None);
    }
}
