//! The Python of the tests that compare the engine with other programs.

use std::process::Command;

/// The Python that `HARNESS_PYTHON` names, if it runs `imports`; `setup.sh` sets one up.
pub fn that_runs(imports: &str) -> Option<String> {
    let python = std::env::var("HARNESS_PYTHON").ok().filter(|path| !path.is_empty())?;
    let found = Command::new(&python).args(["-c", imports]).output().ok()?;
    found.status.success().then_some(python)
}
