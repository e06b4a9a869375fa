//! The worker process: trains the trial of one run directory, or does one task of measuring.
//!
//! It is started by `harness`, one process a trial, so that a crash, an
//! out-of-memory or a CUDA error ends that trial and nothing else. It tells its
//! progress on standard output as JSON lines and ends with a code of
//! [`trial::Exit`].

mod task;

use clap::Parser;
use engine::{Environment, Outcome, RunError, RunOptions, run};
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, atomic::AtomicBool};
use std::time::Duration;
use tch::{Cuda, Device};
use trial::{Event, Exit, RunDirectory, TrialSpec};

/// Trains the trial of one run directory. Started by `harness`; rarely typed.
#[derive(Parser)]
struct Arguments {
    /// Directory with the trial's spec.json
    #[arg(required_unless_present_any = ["probe", "task"])]
    run: Option<PathBuf>,
    /// Folder of the data set
    #[arg(long, default_value = ".")]
    data: PathBuf,
    /// cpu or cuda:N
    #[arg(long, default_value = "cpu")]
    device: String,
    /// Threads of libtorch; results on the CPU repeat exactly for the same number
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// Stop with a checkpoint after this many seconds
    #[arg(long, value_parser = seconds)]
    stop_after: Option<Duration>,
    /// Seconds between two checkpoints
    #[arg(long, value_parser = seconds, default_value = "60")]
    checkpoint_every: Duration,
    /// Launch every kernel by itself instead of replaying CUDA graphs
    #[arg(long)]
    no_cuda_graphs: bool,
    /// Weights to start from, if the spec asks for such
    #[arg(long)]
    init: Option<PathBuf>,
    /// Latency table to prune by, if the spec asks for one
    #[arg(long)]
    lut: Option<PathBuf>,
    /// End at the first image that cannot be read instead of skipping it
    #[arg(long)]
    strict: bool,
    /// Do the task of this JSON file instead of training: measure the throughput of networks
    #[arg(long, value_name = "FILE", conflicts_with = "run")]
    task: Option<PathBuf>,
    /// Print libtorch's version and devices as JSON, and end
    #[arg(long)]
    probe: bool,
}

/// A number of seconds, such as 0.5.
fn seconds(text: &str) -> Result<Duration, String> {
    let number: f64 = text.parse().map_err(|_| "write seconds as a number".to_string())?;
    Duration::try_from_secs_f64(number).map_err(|error| error.to_string())
}

fn main() -> ExitCode {
    torch_ext::host_allocator::keep_large_blocks();
    let arguments = Arguments::parse();
    if arguments.probe {
        println!("{}", Environment::probe());
        return Exit::Done.into();
    }
    if let Some(file) = arguments.task {
        return task::run(&file).into();
    }
    match prepare(arguments) {
        Ok(exit) => exit.into(),
        Err((message, exit)) => {
            tell(Event::Failed { message });
            exit.into()
        }
    }
}

/// Prints `event`. A program that no longer listens does not stop the training.
fn tell(event: Event) {
    use std::io::Write;
    let _ = writeln!(std::io::stdout().lock(), "{}", event.to_line());
}

fn prepare(arguments: Arguments) -> Result<Exit, (String, Exit)> {
    let usage = |message: String| (message, Exit::Usage);
    let path = arguments.run.unwrap_or_default();
    let spec = read_spec(&path.join("spec.json")).map_err(usage)?;
    let device = device(&arguments.device).map_err(usage)?;
    let Some(_lock) = lock(&path.join("lock")).map_err(usage)? else {
        return Ok(Exit::Busy);
    };
    let options = RunOptions {
        run: RunDirectory::at(&path),
        data: arguments.data,
        device,
        threads: arguments.threads.max(1),
        stop_after: arguments.stop_after,
        checkpoint_every: arguments.checkpoint_every,
        cuda_graphs: !arguments.no_cuda_graphs,
        strict: arguments.strict,
        initial_weights: arguments.init,
        latency_table: arguments.lut,
        commit: env!("HARNESS_COMMIT").into(),
    };
    // Another process may have finished it between the plan and the lock.
    if options.run.is_committed().map_err(|error| usage(error.to_string()))? {
        // A process killed right after its commit left them.
        engine::remove_leftovers(&options.run);
        return Ok(Exit::Done);
    }
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
        signal_hook::flag::register(signal, stop.clone()).map_err(|error| usage(error.to_string()))?;
    }
    tch::set_num_threads(options.threads as i32);
    let _ = torch_ext::flags::cudnn_benchmark(true);
    let result = catch_unwind(AssertUnwindSafe(|| run(&spec, &options, &stop, &mut tell)));
    match result {
        Ok(Ok(Outcome::Done)) => Ok(Exit::Done),
        Ok(Ok(Outcome::Diverged)) => Ok(Exit::TrialFailed),
        Ok(Ok(Outcome::Interrupted)) => Ok(Exit::Interrupted),
        Ok(Ok(Outcome::OutOfTime)) => Ok(Exit::OutOfTime),
        Ok(Err(error @ RunError::Device(_))) => Err((error.to_string(), Exit::TrialFailed)),
        Ok(Err(error)) => Err(usage(error.to_string())),
        Err(panic) => {
            let again = "run it again; it goes on from its last checkpoint";
            Err((crash(&*panic, || spec.less_memory(), again), Exit::TrialFailed))
        }
    }
}

fn read_spec(path: &Path) -> Result<TrialSpec, String> {
    let text = std::fs::read_to_string(path).map_err(|cause| {
        format!("cannot read {}: {cause}; run directories are made by `harness`", path.display())
    })?;
    serde_json::from_str(&text).map_err(|cause| {
        format!(
            "{} is not the spec of a trial ({cause}); delete the run directory and plan anew",
            path.display()
        )
    })
}

fn device(name: &str) -> Result<Device, String> {
    if name == "cpu" {
        return Ok(Device::Cpu);
    }
    let index: Option<usize> = name.strip_prefix("cuda:").and_then(|index| index.parse().ok());
    let devices = if Cuda::is_available() { Cuda::device_count() as usize } else { 0 };
    match index {
        Some(index) if index < devices => Ok(Device::Cuda(index)),
        Some(_) => Err(format!(
            "device {name} is not there: libtorch sees {devices} CUDA devices; use --device cpu, or see `harness doctor`"
        )),
        None => Err(format!("`{name}` is no device; use cpu or cuda:0")),
    }
}

/// Takes the run directory for this process; `None` if another has it.
fn lock(path: &Path) -> Result<Option<File>, String> {
    let file = File::create(path).map_err(|cause| {
        format!(
            "cannot write {}: {cause}; make the out directory writable or choose another with --out",
            path.display()
        )
    })?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(std::fs::TryLockError::WouldBlock) => Ok(None),
        Err(std::fs::TryLockError::Error(cause)) => Err(format!("cannot lock {}: {cause}", path.display())),
    }
}

/// What libtorch said when it gave up, and what to do: `less` where the memory was full, else `again`.
fn crash(panic: &(dyn std::any::Any + Send), less: impl FnOnce() -> String, again: &str) -> String {
    let said = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    let said = said.unwrap_or("libtorch failed without a word");
    let first = said.lines().next().unwrap_or_default();
    let full = ["out of memory", "not enough memory"].iter().any(|words| said.contains(words));
    let remedy = if full { format!("the memory is full: {}", less()) } else { again.into() };
    format!("{first}; {remedy}")
}
