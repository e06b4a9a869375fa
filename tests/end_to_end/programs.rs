//! The program with a shell script for its worker, which lets the real one work or does something else.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// A copy of the program in `folder` whose worker is this script. It finds its job in `$job`, and the real worker in `$worker`.
pub fn with_worker(folder: &Path, script: &str) -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_harness"));
    let real = program.with_file_name("harness-worker");
    let copy = folder.join("harness");
    std::fs::copy(program, &copy).unwrap();
    let worker = folder.join("harness-worker");
    std::fs::write(&worker, format!("#!/bin/sh\nworker='{}'\njob=$(cat)\n{script}", real.display())).unwrap();
    std::fs::set_permissions(&worker, std::fs::Permissions::from_mode(0o755)).unwrap();
    copy
}
