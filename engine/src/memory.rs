//! The most memory a training used, and what is left for one.

use std::path::Path;
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
/// can give without swapping and the control groups of this process allow.
pub(crate) fn free_bytes(device: Device) -> Option<u64> {
    match device {
        Device::Cuda(index) => torch_ext::device_memory(index).ok().map(|(free, _)| free),
        _ => {
            let free = kibibytes(&std::fs::read_to_string("/proc/meminfo").ok()?, "MemAvailable")?;
            let group = std::fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
            let room = room_in_group(Path::new("/sys/fs/cgroup"), &group);
            Some(room.map_or(1024 * free, |room| room.min(1024 * free)))
        }
    }
}

/// Bytes that the control group of this process, as `/proc/self/cgroup` names it, and those around it allow beyond what
/// they hold; none without a limit. `root` is where control groups (version 2) are mounted.
fn room_in_group(root: &Path, cgroup: &str) -> Option<u64> {
    let own = cgroup.lines().find_map(|line| line.strip_prefix("0::/"))?;
    let number = |group: &Path, file: &str| -> Option<u64> {
        std::fs::read_to_string(root.join(group).join(file)).ok()?.trim().parse().ok()
    };
    let room =
        |group: &Path| Some(number(group, "memory.max")?.saturating_sub(number(group, "memory.current")?));
    Path::new(own).ancestors().filter_map(room).min()
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
    /// Limits hold for all groups within; `max` is none.
    #[test]
    fn the_tightest_limit_of_the_groups_around_counts() {
        let root = tempfile::tempdir().unwrap();
        let group = |path: &str, most: &str, held: &str| {
            let folder = root.path().join(path);
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join("memory.max"), format!("{most}\n")).unwrap();
            std::fs::write(folder.join("memory.current"), format!("{held}\n")).unwrap();
        };
        let room = || room_in_group(root.path(), "4:memory:/other\n0::/slurm/job\n");
        assert_eq!(room(), None);
        group("slurm/job", "max", "100");
        assert_eq!(room(), None);
        group("slurm", "4000", "1000");
        assert_eq!(room(), Some(3000));
        group("slurm/job", "500", "600");
        assert_eq!(room(), Some(0));
        group("", "50", "10");
        assert_eq!(room_in_group(root.path(), "0::/\n"), Some(40));
        assert_eq!(room_in_group(root.path(), ""), None);
    }
}
