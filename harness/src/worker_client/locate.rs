//! Where the worker program is.

use anyhow::{Context, bail};
use std::path::PathBuf;

/// Names the worker program where it is not beside this one.
const VARIABLE: &str = "HARNESS_WORKER";
const NAME: &str = "harness-worker";

/// The worker program: beside this one, else what `$HARNESS_WORKER` names.
pub fn locate() -> anyhow::Result<PathBuf> {
    let here = std::env::current_exe().context("cannot find out where this program is")?;
    let beside = here.with_file_name(format!("{NAME}{}", std::env::consts::EXE_SUFFIX));
    if beside.is_file() {
        return Ok(beside);
    }
    match std::env::var_os(VARIABLE).map(PathBuf::from) {
        Some(path) if path.is_file() => Ok(path),
        Some(path) => {
            bail!("{VARIABLE} names {}, which does not exist; build it with `make build`", path.display())
        }
        None => bail!(
            "the worker program, which trains and measures, is missing ({}); build it with `make build`, \
             or name it in {VARIABLE}",
            beside.display()
        ),
    }
}
