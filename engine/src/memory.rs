//! The most memory a training used.

use tch::Device;

/// Megabytes at the peak: what libtorch held of a CUDA device, what this process held of the host.
pub(crate) fn peak_megabytes(device: Device) -> Option<f64> {
    match device {
        Device::Cuda(index) => torch_ext::peak_memory(index).ok().map(|bytes| bytes as f64 / 1e6),
        _ => resident_peak(&std::fs::read_to_string("/proc/self/status").ok()?),
    }
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
    }
}
