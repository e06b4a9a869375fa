//! The memory of the host, of which trainings on a processor take theirs: what the system can give, and what the
//! control groups of this process allow, such as those of a batch system or of a container.

use std::path::Path;

/// Bytes that this process can still take without swapping; none where the system does not say.
pub fn free() -> Option<u64> {
    let read = |path: &str| std::fs::read_to_string(path).ok();
    let system =
        read("/proc/meminfo").and_then(|text| 1024u64.checked_mul(kibibytes(&text, "MemAvailable")?));
    let groups =
        read("/proc/self/cgroup").and_then(|text| room_in_groups(Path::new("/sys/fs/cgroup"), &text));
    system.into_iter().chain(groups).min()
}

/// The most bytes that this process held; none where the system does not say.
pub fn peak() -> Option<u64> {
    1024u64.checked_mul(kibibytes(&std::fs::read_to_string("/proc/self/status").ok()?, "VmHWM")?)
}

/// Where a version of control groups says what a group may hold and holds.
struct Accounts {
    /// The folder of all groups, below the one where control groups are mounted.
    folder: &'static str,
    /// The file with the limit, bytes.
    most: &'static str,
    /// The file with what the group and those within hold, bytes.
    held: &'static str,
    /// The line of `memory.stat` that says how much of this is the content of files that were not read lately. The
    /// system drops it where memory is wanted.
    files: &'static str,
}

const VERSION_2: Accounts =
    Accounts { folder: "", most: "memory.max", held: "memory.current", files: "inactive_file" };
const VERSION_1: Accounts = Accounts {
    folder: "memory",
    most: "memory.limit_in_bytes",
    held: "memory.usage_in_bytes",
    files: "total_inactive_file",
};

impl Accounts {
    /// Bytes that the group in `folder` can still take; none without a limit.
    fn room(&self, folder: &Path) -> Option<u64> {
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).ok();
        let number = |name: &str| read(name)?.trim().parse::<u64>().ok();
        let (most, held) = (number(self.most)?, number(self.held)?);
        let files = read("memory.stat").and_then(|text| {
            let mut lines = text.lines().filter_map(|line| line.split_once(' '));
            lines.find(|(name, _)| *name == self.files)?.1.trim().parse().ok()
        });
        Some(most.saturating_sub(held.saturating_sub(files.unwrap_or(0))))
    }
}

/// Bytes that the control groups in `cgroup`, which has the form of `/proc/self/cgroup`, and those around them can
/// still take; none without a limit. `root` is where control groups are mounted.
fn room_in_groups(root: &Path, cgroup: &str) -> Option<u64> {
    let room = |line: &str| {
        let (_, line) = line.split_once(':')?;
        let (controllers, path) = line.split_once(':')?;
        let accounts = match controllers {
            "" => VERSION_2,
            several if several.split(',').any(|name| name == "memory") => VERSION_1,
            _ => return None,
        };
        let groups = root.join(accounts.folder);
        let own = Path::new(path.trim_start_matches('/'));
        own.ancestors().filter_map(|group| accounts.room(&groups.join(group))).min()
    };
    cgroup.lines().filter_map(room).min()
}

/// The value called `name` in a file of Linux that has a line for each, in units of 1,024 bytes.
fn kibibytes(text: &str, name: &str) -> Option<u64> {
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    value.trim().strip_suffix("kB")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path, files: &[(&str, &str)]) {
        std::fs::create_dir_all(folder).unwrap();
        files.iter().for_each(|(name, text)| std::fs::write(folder.join(name), format!("{text}\n")).unwrap());
    }

    #[test]
    fn values_are_found_by_their_names() {
        let status = "Name:\tx\nVmHWM:\t    1000 kB\nVmRSS:\t 5 kB\n";
        assert_eq!(kibibytes(status, "VmHWM"), Some(1_000));
        assert_eq!(kibibytes(status, "VmRSS"), Some(5));
        assert_eq!(kibibytes(status, "Vm"), None);
        assert_eq!(kibibytes("Name:\tx\n", "Name"), None);
        assert_eq!(kibibytes("MemTotal: 9 kB\nMemAvailable:    1000 kB\n", "MemAvailable"), Some(1_000));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_machine_has_memory() {
        assert!(free().unwrap() > 1 << 20 && peak().unwrap() > 1 << 16);
    }

    /// Limits hold for all groups within; `max` is none.
    #[test]
    fn the_tightest_limit_of_the_groups_around_counts() {
        let root = tempfile::tempdir().unwrap();
        let group = |path: &str, most: &str, held: &str| {
            write(&root.path().join(path), &[("memory.max", most), ("memory.current", held)]);
        };
        let room = || room_in_groups(root.path(), "1:name=systemd:/other\n0::/slurm/job\n");
        assert_eq!(room(), None);
        group("slurm/job", "max", "100");
        assert_eq!(room(), None);
        group("slurm", "4000", "1000");
        assert_eq!(room(), Some(3000));
        group("slurm/job", "500", "600");
        assert_eq!(room(), Some(0));
        group("", "50", "10");
        assert_eq!(room_in_groups(root.path(), "0::/\n"), Some(40));
        assert_eq!(room_in_groups(root.path(), ""), None);
    }

    /// A data set that was read lies in memory until that is wanted for something else.
    #[test]
    fn what_was_read_of_files_is_free() {
        let root = tempfile::tempdir().unwrap();
        let group = root.path().join("job");
        write(&group, &[("memory.max", "1000"), ("memory.current", "700")]);
        let room = || room_in_groups(root.path(), "0::/job\n");
        assert_eq!(room(), Some(300));
        write(&group, &[("memory.stat", "anon 600\ninactive_file 100\nactive_file 50")]);
        assert_eq!(room(), Some(400));
        write(&group, &[("memory.current", "50")]);
        assert_eq!(room(), Some(1000));
    }

    /// In a container the group has the name that it has outside, and its files are those at the root.
    #[test]
    fn groups_of_the_first_version_count_too() {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str, most: &str, held: &str| {
            let files = [
                ("memory.limit_in_bytes", most),
                ("memory.usage_in_bytes", held),
                ("memory.stat", "inactive_file 1\ntotal_inactive_file 100"),
            ];
            write(&root.path().join("memory").join(path), &files);
        };
        write("", "9223372036854771712", "5000");
        write("slurm/job", "2000", "700");
        let room = |cgroup: &str| room_in_groups(root.path(), cgroup);
        assert_eq!(room("9:cpu,cpuacct:/slurm/job\n4:memory:/slurm/job\n0::/slurm/job\n"), Some(1400));
        assert_eq!(room("4:hugetlb,memory:/slurm/job/step\n"), Some(1400));
        assert_eq!(room("9:cpu,cpuacct:/slurm/job\n"), None);
        write("", "1000", "500");
        assert_eq!(room("4:memory:/docker/0123\n"), Some(600));
    }
}
