//! Processor, memory, Python and the out directory.

use super::Finding;
use crate::jobs::cores;
use crate::selfcheck::python::{self, VARIABLE};
use std::path::Path;

/// Cores and memory.
pub fn processor() -> Finding {
    let cores = cores();
    let memory = memory().map(|bytes| format!(", {:.1} GiB of memory", bytes / f64::from(1 << 30)));
    Finding::ok("machine", format!("{cores} cores{}", memory.unwrap_or_default()))
}

fn memory() -> Option<f64> {
    // SAFETY: sysconf reads a constant of the system and touches no memory of this program.
    let (pages, size) = unsafe { (libc::sysconf(libc::_SC_PHYS_PAGES), libc::sysconf(libc::_SC_PAGESIZE)) };
    (pages > 0 && size > 0).then_some(pages as f64 * size as f64)
}

/// The Python of the benchmarks against PyTorch.
pub fn python() -> Finding {
    match python::named() {
        Some(path) if path.is_file() => Finding::ok("python", path.display().to_string()),
        Some(path) => Finding::note(
            "python",
            format!("{VARIABLE} names {}, which does not exist; run `make setup` again", path.display()),
        ),
        None => Finding::note(
            "python",
            format!(
                "{VARIABLE} is not set: `make bench` skips the comparison with PyTorch; `make doctor` sets it"
            ),
        ),
    }
}

/// Whether results can be written; a folder that is not there yet is looked at from the nearest that is.
pub fn writable(out: &Path) -> Finding {
    let absolute = std::path::absolute(out).unwrap_or_else(|_| out.into());
    let there = absolute.ancestors().find(|folder| folder.exists()).unwrap_or(&absolute);
    match tempfile::tempfile_in(there) {
        Ok(_) => Finding::ok("results", format!("{} is writable", out.display())),
        Err(error) => {
            let text =
                format!("cannot write to {}: {error}; choose another folder with --out", there.display());
            Finding::note("results", text)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Level;

    #[test]
    fn a_folder_that_is_not_there_yet_is_writable_if_its_parent_is() {
        let folder = tempfile::tempdir().unwrap();
        assert!(writable(&folder.path().join("a/b")).level == Level::Ok);
        assert!(!folder.path().join("a").exists());
        std::fs::write(folder.path().join("file"), "").unwrap();
        assert!(writable(&folder.path().join("file/b")).level == Level::Note);
    }

    #[test]
    fn this_machine_has_memory() {
        assert!(memory().unwrap() > 1e8);
    }
}
