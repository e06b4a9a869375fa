//! The built program as the end-to-end tests start it.

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// The program in `folder`, with its output kept.
pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let program = Path::new(env!("CARGO_BIN_EXE_harness"));
    let worker = program.with_file_name("harness-worker");
    assert!(worker.exists(), "build the worker first: cargo build -p engine (make test does)");
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).env_remove("HARNESS_WORKER");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// What the program printed, after it ended with code `exit` and without a panic.
#[track_caller]
pub fn expect(output: &Output, exit: i32) -> (String, String) {
    let [out, err] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned());
    assert_eq!(output.status.code(), Some(exit), "stdout: {out}\nstderr: {err}");
    assert!(!err.contains("panicked"), "{err}");
    (out, err)
}
