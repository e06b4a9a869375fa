//! Where the worker program is, and what it can do.

use anyhow::{Context, bail};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Names the worker program where it is not beside this one.
pub const VARIABLE: &str = "HARNESS_WORKER";
const NAME: &str = "harness-worker";

/// A variable that makes CUDA count devices as NVML does.
pub const DEVICE_ORDER: (&str, &str) = ("CUDA_DEVICE_ORDER", "PCI_BUS_ID");

/// What a worker says of itself and the machine.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Probe {
    /// Version of libtorch.
    pub libtorch: String,
    /// Name of the processor.
    pub processor: String,
    /// Whether libtorch was built with CUDA and finds it.
    pub cuda: bool,
    /// Names of the CUDA devices.
    pub devices: Vec<String>,
}

/// The worker program: beside this one, else what `$HARNESS_WORKER` names.
pub fn locate() -> anyhow::Result<PathBuf> {
    let here = std::env::current_exe().context("cannot tell where this program is")?;
    let beside = here.with_file_name(format!("{NAME}{}", std::env::consts::EXE_SUFFIX));
    if beside.is_file() {
        return Ok(beside);
    }
    match std::env::var_os(VARIABLE).map(PathBuf::from) {
        Some(path) if path.is_file() => Ok(path),
        Some(path) => {
            bail!("{VARIABLE} names {}, which is no file; build it with `make build`", path.display())
        }
        None => bail!(
            "the worker program, which trains, is not there ({}); build it with `make build`, \
             or name it in {VARIABLE}",
            beside.display()
        ),
    }
}

/// Asks the worker what it can do; takes about a second, for it loads libtorch.
pub fn probe(worker: &Path) -> anyhow::Result<Probe> {
    let remedy = "run it by hand with --probe, and build it anew with `make build`";
    let output = Command::new(worker)
        .arg("--probe")
        .env(DEVICE_ORDER.0, DEVICE_ORDER.1)
        .output()
        .with_context(|| format!("cannot start {}; {remedy}", worker.display()))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.trim().lines().last().unwrap_or("it said nothing").to_string();
        bail!("{} --probe ended with {}: {said}; {remedy}", worker.display(), output.status);
    }
    serde_json::from_slice(&output.stdout)
        .with_context(|| format!("cannot understand what {} --probe said; {remedy}", worker.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probe_may_say_more_than_is_asked() {
        let text = r#"{"libtorch": "2.11.0", "processor": "EPYC", "cuda": true, "devices": ["NVIDIA H100"], "threads": 2}"#;
        let probe: Probe = serde_json::from_str(text).unwrap();
        assert_eq!(probe.devices, ["NVIDIA H100"]);
    }
}
