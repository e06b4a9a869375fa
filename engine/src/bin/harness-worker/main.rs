//! The worker process: does one job, and ends.
//!
//! It is started by `harness`, one process per job, so that a crash, an
//! out-of-memory error or a CUDA error ends that job and nothing else. What it
//! reads and reports is [`trial::protocol`]; it ends with a code of
//! [`trial::Exit`].

mod benchmark;
mod check;
mod detect;
mod device;
mod failure;
mod followers;
mod ranks;
mod step_times;
mod train;
mod vigil;
mod waiting;

use clap::Parser;
use engine::Environment;
use failure::JobFailure;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use trial::{Event, Exit, Job};

/// Do one job: train a trial, measure networks, detect objects, check a device, or probe the machine. Started by
/// `harness`; rarely typed.
#[derive(Parser)]
struct Arguments {
    /// File that holds the job as JSON [default: standard input]
    job: Option<PathBuf>,
}

fn main() -> ExitCode {
    torch_ext::host_allocator::keep_large_blocks();
    // A write beyond the limit of file sizes is then an error of that write; without it the signal ends the worker,
    // which the program reports.
    let _ = signal_hook::flag::register(libc::SIGXFSZ, Default::default());
    let arguments = Arguments::parse();
    let ended = read(arguments.job).and_then(|job| match job {
        Job::Train(job) => train::run(job),
        Job::Fps(job) => benchmark::fps(&job),
        Job::Lut(job) => benchmark::lut(&job),
        Job::Detect(job) => detect::run(&job),
        Job::Check(job) => check::run(&job),
        Job::StepTimes(job) => step_times::run(&job),
        Job::Probe => probe(),
    });
    match ended {
        Ok(exit) => exit.into(),
        Err(JobFailure { message, exit }) => {
            // A program that no longer listens learns it from the exit code.
            let _ = tell(&Event::Failed { message });
            exit.into()
        }
    }
}

/// Reports the devices that can be used.
fn probe() -> Result<Exit, JobFailure> {
    tell(&Event::Machine(Environment::probe())).map_err(JobFailure::usage)?;
    Ok(Exit::Done)
}

/// The job in `file`, or on standard input.
fn read(file: Option<PathBuf>) -> Result<Job, JobFailure> {
    let (name, text) = match file {
        Some(file) => (file.display().to_string(), std::fs::read_to_string(&file)),
        None => ("standard input".into(), std::io::read_to_string(std::io::stdin())),
    };
    let text = text.map_err(|cause| {
        JobFailure::usage(format!("cannot read {name}: {cause}; jobs are written by `harness`"))
    })?;
    serde_json::from_str(&text).map_err(|cause| {
        JobFailure::usage(format!("{name} is not a job ({cause}); build program and worker from one commit"))
    })
}

/// Writes the line of `event`; an error if nobody listens any more.
fn tell(event: &Event) -> std::io::Result<()> {
    writeln!(std::io::stdout().lock(), "{}", event.to_line())
}
