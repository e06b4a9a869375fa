//! How a worker is started: with a job on its standard input, and not to outlive this program.

use anyhow::{Context, anyhow};
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use trial::{Job, die_with_parent};

/// A variable that makes CUDA count devices as NVML does.
pub const DEVICE_ORDER: (&str, &str) = ("CUDA_DEVICE_ORDER", "PCI_BUS_ID");

/// How often a thread of libtorch looks for the next piece of work before it sleeps. By default it looks for
/// milliseconds, which the thread that it waits for may lack: beside two busy processes on two cores a smoke trial then
/// took 447 s instead of 12 s, and no less time (5.2 to 5.9 s) on idle cores than with this number (5.5 s).
const SPINS: (&str, &str) = ("GOMP_SPINCOUNT", "10000");

/// What people set to decide how threads wait.
const WAITING: [&str; 2] = [SPINS.0, "OMP_WAIT_POLICY"];

/// What would change how many threads OpenMP gives a worker, and is not passed on: sums are divided among them, so their
/// number is the trial's own.
const THREADS: [&str; 2] = ["OMP_THREAD_LIMIT", "OMP_DYNAMIC"];

/// Starts `worker` on `job`, after `configure` has said what else is special about the process. What it
/// reports is on its standard output, for [`listen`](super::listen()).
pub fn start(worker: &Path, job: &Job, configure: impl FnOnce(&mut Command)) -> anyhow::Result<Child> {
    let job = job.to_json().map_err(|cause| {
        anyhow!("a worker cannot be asked: {cause}; give the folders and files of this command names that are UTF-8")
    })?;
    let mut command = Command::new(worker);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).env(DEVICE_ORDER.0, DEVICE_ORDER.1);
    if WAITING.iter().all(|variable| std::env::var_os(variable).is_none()) {
        command.env(SPINS.0, SPINS.1);
    }
    for variable in THREADS {
        command.env_remove(variable);
    }
    configure(&mut command);
    // It writes a checkpoint then.
    die_with_parent(&mut command, libc::SIGTERM);
    let cannot = || format!("cannot start {}; build it again with `make build`", worker.display());
    let spawned = command.spawn().map_err(|cause| match cause.raw_os_error() {
        Some(libc::EAGAIN | libc::ENOMEM | libc::EMFILE | libc::ENFILE) => {
            let name = worker.display();
            anyhow!("cannot start {name}: {cause}; raise the limit of processes, files or memory (`ulimit -u`, -n, -v)")
        }
        _ => anyhow!(cause).context(cannot()),
    });
    let mut child = spawned?;
    let written = child.stdin.take().map_or(Ok(()), |mut input| input.write_all(job.as_bytes()));
    match written {
        // It has ended already; its exit status says more than the pipe.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(child),
        Err(error) => {
            let _ = child.kill();
            let _ = child.wait();
            Err(error).with_context(cannot)
        }
        Ok(()) => Ok(child),
    }
}
