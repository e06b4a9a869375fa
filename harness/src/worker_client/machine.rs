//! Queries a worker for the devices that it can use.

use super::{ended_by, last_lines, listen, start};
use anyhow::{Context, bail};
use std::ops::ControlFlow;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use trial::protocol::Machine;
use trial::{Event, Job};

/// How many of the last lines of a worker that gave no answer are shown.
const LAST_LINES: usize = 3;

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
            bail!("{}: {}", worker.display(), why(output.status, &String::from_utf8_lossy(&output.stderr)))
        }
    }
}

/// Why a worker that printed `said` on its standard error ended without an answer, and what to do.
fn why(status: ExitStatus, said: &str) -> String {
    let lines = last_lines(said, LAST_LINES);
    let cause = match (status.signal(), status.code()) {
        (Some(signal), _) => ended_by(signal, &lines, "free some, or raise its limit (`ulimit -v`)"),
        // What the loader of programs ends with.
        (None, Some(127)) => format!("it cannot load libtorch; {}", loading(said)),
        _ => format!("it ended with {status}; build program and worker from one commit with `make build`"),
    };
    if lines.is_empty() { cause } else { format!("{cause}; it printed: {}", lines.join(" | ")) }
}

/// What helps a worker whose libraries cannot be loaded, by what the loader of programs `said`.
fn loading(said: &str) -> &'static str {
    let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
    if says(&["Cannot allocate memory", "failed to map segment"]) {
        "there is too little memory: free some, or raise the limit (`ulimit -v`)"
    } else if says(&["Permission denied"]) {
        "you may not read one of its files: give yourself access to them"
    } else if says(&["Too many open files"]) {
        "too many files are open: raise the limit (`ulimit -n`)"
    } else if says(&["cannot open shared object file"]) {
        "a library is missing: install libtorch again with `make setup`, then `make build`"
    } else if says(&["version `", "undefined symbol"]) {
        "its libraries are of other versions than it was built for: `make setup`, then `make build` on this machine"
    } else {
        "raise the limit of memory (`ulimit -v`) if there is one, or install libtorch again with `make setup`"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_remedy_follows_from_how_the_worker_ended() {
        let signal = |number| why(ExitStatus::from_raw(number), "first\n\nlast\n");
        assert!(signal(4).starts_with("SIGILL") && signal(4).contains("make setup"), "{}", signal(4));
        assert!(signal(4).ends_with("it printed: first | last"), "{}", signal(4));
        let code = |code: i32| why(ExitStatus::from_raw(code << 8), "");
        assert!(code(127).contains("make setup") && !code(127).contains("printed"), "{}", code(127));
        let loader =
            |said: &str| why(ExitStatus::from_raw(127 << 8), &format!("worker: error while loading: {said}"));
        for (said, remedy) in [
            ("libtorch.so: cannot open shared object file: No such file or directory", "is missing"),
            ("libtorch.so: failed to map segment from shared object", "ulimit -v"),
            ("libtorch.so: cannot open shared object file: Permission denied", "access"),
            ("/lib/libc.so.6: version `GLIBC_2.38' not found", "other versions"),
        ] {
            assert!(loader(said).contains(remedy), "{}", loader(said));
        }
        assert!(code(2).contains("one commit"), "{}", code(2));
    }
}
