//! One case: a work is disturbed at one call, and run again until it is through.

use crate::patience::{PATIENCE, end_of, output};
use crate::shim::{Fault, Shim};
use crate::works::{PROGRAMS, Prepared, harness};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use std::fmt;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

/// The errors that a disk, a quota or a network file system gives.
const ERRORS: [(i32, &str); 6] = [
    (libc::EIO, "EIO"),
    (libc::ENOSPC, "ENOSPC"),
    (libc::EACCES, "EACCES"),
    (libc::EMFILE, "EMFILE"),
    (libc::EDQUOT, "EDQUOT"),
    (libc::ESTALE, "ESTALE"),
];
/// Those of them that reading gives.
const READ_ERRORS: [i32; 4] = [libc::EIO, libc::EACCES, libc::EMFILE, libc::ESTALE];
/// How often a command may have to be run again: what a person would try.
const AGAIN: usize = 3;
/// How long workers may take to end whose program was killed.
const UNTIL_WORKERS_END: Duration = Duration::from_secs(120);

/// Where a work is disturbed, and how.
#[derive(Debug)]
pub struct Case {
    command: usize,
    program: usize,
    call: u64,
    fault: Fault,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (program, call) = (PROGRAMS[self.program], self.call);
        match self.fault {
            Fault::Kill => write!(f, "{program} killed at call {call} of command {}", self.command),
            Fault::Error { number, lasting } | Fault::ReadError { number, lasting } => {
                let reading = if matches!(self.fault, Fault::ReadError { .. }) { "reading " } else { "" };
                let name = ERRORS.iter().find(|(known, _)| *known == number).map_or("?", |(_, name)| name);
                let span = if lasting { "from" } else { "at" };
                write!(f, "{program} has {name} {span} {reading}call {call} of command {}", self.command)
            }
        }
    }
}

/// What is done to a work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disturbance {
    /// A program is killed.
    Kill,
    /// A call that changes a file fails.
    Error,
    /// A call that reads one fails.
    ReadError,
    /// Two programs do it at once.
    Company,
}

impl Disturbance {
    /// The names of all.
    pub const NAMES: [&str; 4] = ["kill", "error", "read", "pair"];

    /// As it is chosen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kill => "kill",
            Self::Error => "error",
            Self::ReadError => "read",
            Self::Company => "pair",
        }
    }
}

/// What came of a case.
pub struct Outcome {
    /// What was done.
    pub disturbance: Disturbance,
    /// Whether the call was reached at which something was to happen.
    pub struck: bool,
    /// What is not as it should be.
    pub found: Vec<String>,
}

impl Case {
    /// Any call of any program that changes a file, killed in half of the cases. What is drawn is a share of the calls, so
    /// that nothing else of the case depends on how many were counted.
    pub fn draw(prepared: &Prepared, random: &mut ChaCha8Rng) -> Case {
        let share: f64 = random.random();
        let fault = match random.random_bool(0.5) {
            true => Fault::Kill,
            false => {
                let number = ERRORS[random.random_range(0..ERRORS.len())].0;
                Fault::Error { number, lasting: random.random_bool(0.5) }
            }
        };
        Case::at(share, fault, &prepared.changes)
    }

    /// Any call of any program that reads a file of the work's folder, and fails.
    pub fn draw_read(prepared: &Prepared, random: &mut ChaCha8Rng) -> Case {
        let share: f64 = random.random();
        let number = READ_ERRORS[random.random_range(0..READ_ERRORS.len())];
        Case::at(share, Fault::ReadError { number, lasting: random.random_bool(0.5) }, &prepared.reads)
    }

    /// The case at this share of the calls that were counted by command and program.
    fn at(share: f64, fault: Fault, counted: &[[u64; 2]]) -> Case {
        let all: u64 = counted.iter().flatten().sum();
        assert!(all > 0, "every work changes files, and reads some");
        let mut call = ((share * all as f64) as u64).min(all - 1);
        for (command, calls) in counted.iter().enumerate() {
            for (program, calls) in calls.iter().enumerate() {
                if call < *calls {
                    return Case { command, program, call: call + 1, fault };
                }
                call -= calls;
            }
        }
        unreachable!("the call is below the sum")
    }

    /// Disturbs the work, completes it, and compares.
    pub fn run(&self, prepared: &Prepared, shim: &Shim) -> Outcome {
        let folder = prepared.fresh();
        let beside = tempfile::tempdir().unwrap();
        let mark = beside.path().join("struck");
        let mut found = Vec::new();
        for arguments in &prepared.work.commands[..self.command] {
            output(&mut harness(folder.path(), arguments));
        }
        let mut command = harness(folder.path(), &prepared.work.commands[self.command]);
        let is_last = self.command + 1 == prepared.work.commands.len();
        shim.disturb(&mut command, PROGRAMS[self.program], self.call, self.fault, &mark);
        let disturbed = output(&mut command);
        found.extend(unseemly(&disturbed, folder.path()));
        if !wait_for_workers(folder.path()) {
            found.push("a worker outlives its program".into());
        }
        // What could not be read is an error, or was not needed: then all is there. What is to be tidied may stay for the
        // next command.
        if is_last && disturbed.status.success() && matches!(self.fault, Fault::ReadError { .. }) {
            let wrong = prepared.expected.differences(&prepared.observe(folder.path()));
            found.extend(wrong.into_iter().filter(|line| !line.starts_with("left over")));
        }
        found.extend(complete(prepared, folder.path(), &prepared.work.commands[self.command..]));
        if matches!(&found[..], [first, ..] if first.starts_with("cannot be completed")) {
            found.push(format!(
                "the disturbed one said: {}",
                String::from_utf8_lossy(&disturbed.stderr).trim()
            ));
        }
        Outcome { disturbance: self.disturbance(), struck: mark.exists(), found }
    }

    /// What is done to the work.
    pub fn disturbance(&self) -> Disturbance {
        match self.fault {
            Fault::Kill => Disturbance::Kill,
            Fault::Error { .. } => Disturbance::Error,
            Fault::ReadError { .. } => Disturbance::ReadError,
        }
    }
}

/// Two programs with the same work in one folder, one of which may be killed.
pub fn side_by_side(prepared: &Prepared, random: &mut ChaCha8Rng) -> Outcome {
    let folder = prepared.fresh();
    let mut found = Vec::new();
    let arguments = &prepared.work.commands[prepared.work.commands.len() - 1];
    let start = || {
        let mut command = harness(folder.path(), arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        (command.spawn().unwrap(), command)
    };
    let (mut first, command) = start();
    std::thread::sleep(Duration::from_millis(random.random_range(0..400)));
    let (second, _) = start();
    if random.random_bool(0.5) {
        std::thread::sleep(Duration::from_millis(random.random_range(0..400)));
        // It may have ended.
        let _ = first.kill();
    }
    for program in [first, second] {
        found.extend(unseemly(&end_of(program, &command, PATIENCE), folder.path()));
    }
    if !wait_for_workers(folder.path()) {
        found.push("a worker outlives its program".into());
    }
    found.extend(complete(prepared, folder.path(), std::slice::from_ref(arguments)));
    Outcome { disturbance: Disturbance::Company, struck: true, found }
}

/// Runs the commands undisturbed until they are through, and compares.
fn complete(prepared: &Prepared, folder: &Path, commands: &[Vec<&str>]) -> Vec<String> {
    let mut found = Vec::new();
    for (place, arguments) in commands.iter().enumerate() {
        // One that stops after its time need not be through.
        let is_last = place + 1 == commands.len();
        let mut ended = output(&mut harness(folder, arguments));
        for _ in 1..AGAIN {
            found.extend(unseemly(&ended, folder));
            if ended.status.success() || !is_last {
                break;
            }
            ended = output(&mut harness(folder, arguments));
        }
        if is_last && !ended.status.success() {
            let said = String::from_utf8_lossy(&ended.stderr).trim().to_string();
            return vec![format!("cannot be completed ({}): {said}", ended.status)];
        }
    }
    found.extend(prepared.expected.differences(&prepared.observe(folder)));
    found
}

/// Panics and backtraces, and failures without a word.
fn unseemly(output: &Output, folder: &Path) -> Option<String> {
    let said = String::from_utf8_lossy(&output.stderr);
    let log = logs(folder);
    for text in [&*said, &log] {
        if let Some(line) =
            text.lines().find(|line| line.contains("panicked at") || line.contains("stack backtrace"))
        {
            return Some(format!("panic: {line}"));
        }
    }
    match output.status.code() {
        Some(code) if code != 0 && said.trim().is_empty() => Some(format!("exit code {code} without a word")),
        _ => None,
    }
}

/// All that workers have printed.
fn logs(folder: &Path) -> String {
    let Ok(runs) = std::fs::read_dir(folder.join("runs/runs")) else { return String::new() };
    runs.flatten().filter_map(|run| std::fs::read_to_string(run.path().join("worker.log")).ok()).collect()
}

/// Waits until no process works in `folder` any more.
fn wait_for_workers(folder: &Path) -> bool {
    let began = Instant::now();
    while is_worked_in(folder) {
        if began.elapsed() > UNTIL_WORKERS_END {
            return false;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    true
}

fn is_worked_in(folder: &Path) -> bool {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let here = folder.as_os_str().as_bytes();
    processes
        .filter_map(|process| std::fs::read_link(process.path().join("cwd")).ok())
        .any(|cwd| cwd.as_os_str().as_bytes().starts_with(here))
}
