//! Whether the nodes of a cluster can see a folder, as far as that can be known from this machine.

use super::ask::ask;
use crate::host;
use anyhow::bail;
use records::text::quoted;
use std::ffi::CString;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Where a file system keeps its files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// In the memory of this machine.
    Memory,
    /// On a disk of this machine, which may be exported to others.
    Disk,
    /// Elsewhere, or nobody knows.
    Other,
}

/// What is to be said of `folder`, which is there, before elements run on other machines.
///
/// # Errors
///
/// If no other machine can see it.
pub fn check(folder: &Path) -> anyhow::Result<Option<String>> {
    let listed = ask("sinfo", &["--noheader", "--Node", "--format=%n"])?;
    warning(folder, &listed, &host::name(), kind(folder))
}

fn warning(folder: &Path, nodes: &str, here: &str, kind: Kind) -> anyhow::Result<Option<String>> {
    let short = |name: &str| name.split('.').next().unwrap_or(name).to_string();
    let Some(other) =
        nodes.lines().map(str::trim).find(|name| !name.is_empty() && short(name) != short(here))
    else {
        return Ok(None);
    };
    let folder = quoted(folder);
    match kind {
        Kind::Memory => bail!(
            "{folder} is in the memory of this machine, where nodes such as {other} cannot see it; choose a folder that \
             all of them share with --out"
        ),
        Kind::Disk => Ok(Some(format!(
            "{folder} is on a disk of this machine; if nodes such as {other} do not see it under the same name, the \
             elements end at once, and say so in their logs"
        ))),
        Kind::Other => Ok(None),
    }
}

/// The kind of the file system of `folder`, by the numbers of statfs(2).
#[cfg(target_os = "linux")]
fn kind(folder: &Path) -> Kind {
    let Ok(path) = CString::new(folder.as_os_str().as_bytes()) else { return Kind::Other };
    // SAFETY: zeros are a valid statfs, which the call fills; the path ends with a zero and lives until it returns.
    let kind = unsafe {
        let mut found: libc::statfs = std::mem::zeroed();
        if libc::statfs(path.as_ptr(), &mut found) != 0 {
            return Kind::Other;
        }
        found.f_type as i64 & 0xffff_ffff
    };
    match kind {
        // tmpfs, ramfs.
        0x0102_1994 | 0x8584_58f6 => Kind::Memory,
        // ext2 to ext4, XFS, Btrfs, ZFS, overlayfs.
        0xef53 | 0x5846_5342 | 0x9123_683e | 0x2fc1_2fc1 | 0x794c_7630 => Kind::Disk,
        _ => Kind::Other,
    }
}

#[cfg(not(target_os = "linux"))]
fn kind(_: &Path) -> Kind {
    Kind::Other
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_matters_only_where_there_are_other_nodes() {
        let of = |nodes, kind| warning(Path::new("/dev/shm/runs"), nodes, "login.example.org", kind);
        assert!(of("login\nlogin\n", Kind::Memory).unwrap().is_none());
        assert!(of("", Kind::Memory).unwrap().is_none());
        let refused = of("login\nnode1\n", Kind::Memory).unwrap_err().to_string();
        assert!(refused.contains("node1") && refused.contains("--out"), "{refused}");
        assert!(of("node1", Kind::Disk).unwrap().unwrap().contains("/dev/shm/runs is on a disk"));
        assert!(of("node1", Kind::Other).unwrap().is_none());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_kind_is_that_of_the_file_system() {
        assert_eq!(kind(Path::new("/no/such/folder")), Kind::Other);
        assert_eq!(kind(Path::new("/proc")), Kind::Other);
        let mounts = std::fs::read_to_string("/proc/mounts").unwrap();
        for line in mounts.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            let hidden = mounts.lines().filter(|other| other.split(' ').nth(1) == Some(words[1])).count() > 1;
            match words[2] {
                "tmpfs" if !hidden && Path::new(words[1]).is_dir() => {
                    assert_eq!(kind(Path::new(words[1])), Kind::Memory, "{line}");
                }
                "ext4" | "xfs" if !hidden && Path::new(words[1]).is_dir() => {
                    assert_eq!(kind(Path::new(words[1])), Kind::Disk, "{line}");
                }
                _ => {}
            }
        }
    }
}
