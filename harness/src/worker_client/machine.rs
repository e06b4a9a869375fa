//! Queries a worker for the devices that it can use.

use super::{listen, start};
use anyhow::{Context, bail};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::Stdio;
use trial::protocol::Machine;
use trial::{Event, Job};

/// Asks `worker`; takes about a second, for it loads libtorch.
pub fn ask_machine(worker: &Path) -> anyhow::Result<Machine> {
    let quiet = |command: &mut std::process::Command| {
        command.stderr(Stdio::piped());
    };
    let child = start(worker, &Job::Probe, quiet)?;
    let output = child.wait_with_output().context("cannot wait for the worker")?;
    let last = listen(output.stdout.as_slice(), |event| match event.is_last() {
        true => ControlFlow::Break(event),
        false => ControlFlow::Continue(()),
    });
    match last {
        Some(Event::Machine(machine)) => Ok(machine),
        Some(_) => bail!("the worker gave an unexpected answer; build program and worker from one commit"),
        None => {
            let said = String::from_utf8_lossy(&output.stderr);
            let said = said.trim().lines().last().unwrap_or("it printed nothing");
            let (worker, status) = (worker.display(), output.status);
            bail!("{worker} ended with {status}: {said}; build it again with `make build`")
        }
    }
}
