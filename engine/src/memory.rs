//! The most memory a training used, and what is left for one.

use tch::Device;

/// Megabytes at the peak: what libtorch held of a CUDA device, what this process held of the host.
pub(crate) fn peak_megabytes(device: Device) -> Option<f64> {
    match device {
        Device::Cuda(index) => torch_ext::peak_memory(index).ok().map(|bytes| bytes as f64 / 1e6),
        _ => kibibytes(&std::fs::read_to_string("/proc/self/status").ok()?, "VmHWM")
            .map(|peak| peak as f64 * 1024.0 / 1e6),
    }
}

/// Bytes that a training on `device` can still take: of a CUDA device what nothing holds, of the host what the system
/// can give without swapping.
pub(crate) fn free_bytes(device: Device) -> Option<u64> {
    match device {
        Device::Cuda(index) => torch_ext::device_memory(index).ok().map(|(free, _)| free),
        _ => {
            kibibytes(&std::fs::read_to_string("/proc/meminfo").ok()?, "MemAvailable").map(|free| 1024 * free)
        }
    }
}

/// The value called `name` in a file of Linux that has a line for each, in units of 1,024 bytes.
fn kibibytes(text: &str, name: &str) -> Option<u64> {
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    value.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_their_names() {
        let status = "Name:\tx\nVmHWM:\t    1000 kB\nVmRSS:\t 5 kB\n";
        assert_eq!(kibibytes(status, "VmHWM"), Some(1_000));
        assert_eq!(kibibytes(status, "VmRSS"), Some(5));
        assert_eq!(kibibytes(status, "Vm"), None);
        assert_eq!(kibibytes("Name:\tx\n", "Name"), None);
        assert_eq!(kibibytes("MemTotal: 9 kB\nMemAvailable:    1000 kB\n", "MemAvailable"), Some(1_000));
    }
}
