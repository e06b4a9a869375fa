//! How much memory trainings on the processor can still take.

use std::path::Path;

/// Bytes that the system, and the control group that this program is in, can give without swapping; none where neither
/// says.
pub fn free_memory() -> Option<u64> {
    let read = |path: &str| std::fs::read_to_string(path).ok();
    let system = read("/proc/meminfo").and_then(|text| 1024u64.checked_mul(field(&text, "MemAvailable:")?));
    system.into_iter().chain(of_group(Path::new("/sys/fs/cgroup"))).min()
}

/// What is left of the limit of the control group (version 2) at `folder`; none without a limit. Files that it has read
/// count as used, and can be dropped.
fn of_group(folder: &Path) -> Option<u64> {
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).ok();
    let limit: u64 = read("memory.max")?.trim().parse().ok()?;
    let used: u64 = read("memory.current")?.trim().parse().ok()?;
    let files = read("memory.stat").and_then(|text| field(&text, "inactive_file")).unwrap_or(0);
    Some(limit.saturating_sub(used.saturating_sub(files)))
}

/// The number behind `name` in a text of one name a line.
fn field(text: &str, name: &str) -> Option<u64> {
    let mut lines = text.lines().map(str::split_ascii_whitespace);
    lines.find_map(|mut words| (words.next() == Some(name)).then(|| words.next()?.parse().ok()).flatten())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_can_take_what_is_left_of_its_limit() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        assert_eq!(of_group(folder.path()), None);
        write("memory.max", "max\n");
        write("memory.current", "700\n");
        assert_eq!(of_group(folder.path()), None);
        write("memory.max", "1000\n");
        assert_eq!(of_group(folder.path()), Some(300));
        write("memory.stat", "anon 600\ninactive_file 100\n");
        assert_eq!(of_group(folder.path()), Some(400));
        write("memory.current", "2000\n");
        assert_eq!(of_group(folder.path()), Some(0));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_machine_has_memory() {
        assert_eq!(field("MemTotal: 9 kB\nMemAvailable:    1000 kB\n", "MemAvailable:"), Some(1000));
        assert!(free_memory().unwrap() > 1 << 20);
    }
}
