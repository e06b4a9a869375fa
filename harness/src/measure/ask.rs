//! One worker process with one task: its start, its words, its answer.

use super::Target;
use crate::device::{Device, DeviceChoice, devices};
use crate::{stdio, worker};
use anyhow::{Context, anyhow};
use std::fmt;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use trial::Exit;
use trial::measure::{FpsAnswer, FpsTask, Precision, Protocol, Task, TaskEvent, Timed};

/// How networks are measured.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The device.
    pub device: DeviceChoice,
    /// Threads of the processor; none for as many as there are cores.
    pub threads: Option<usize>,
    /// Images in one forward pass; empty for what each protocol has.
    pub batches: Vec<usize>,
    /// Number formats.
    pub precisions: Vec<Precision>,
    /// Protocols.
    pub protocols: Vec<Protocol>,
    /// Least time of a measurement by protocol `stable`, seconds a network.
    pub seconds: f64,
    /// Whether the dense network of a trained one is measured beside it.
    pub dense: bool,
    /// Whether batch norms are folded.
    pub fold: bool,
    /// Channels are filled up to multiples of this.
    pub round_to: Option<usize>,
}

/// A worker that ended without an answer, for a reason that is not in what it was asked.
#[derive(Debug)]
pub struct Crashed(String);

impl fmt::Display for Crashed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Crashed {}

/// Has a worker measure `targets`, and says what it says meanwhile.
pub fn ask(targets: &[Target], settings: &Settings) -> anyhow::Result<FpsAnswer> {
    let worker = worker::locate()?;
    let task = task(targets, settings, device(settings.device, &worker)?);
    let file =
        tempfile::NamedTempFile::new().context("cannot write a temporary file; make room in $TMPDIR")?;
    serde_json::to_writer(&file, &task).context("cannot write a temporary file; make room in $TMPDIR")?;
    let mut command = Command::new(&worker);
    command.arg("--task").arg(file.path()).stdin(Stdio::null()).stdout(Stdio::piped());
    // CUDA then counts devices as NVML does.
    command.env("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
    let start = || format!("cannot start {}; build it anew with `make build`", worker.display());
    let mut child = command.spawn().with_context(start)?;
    let mut last = None;
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            last = heard(&line).or(last);
        }
    }
    let status = child.wait().context("cannot wait for the worker")?;
    match last {
        Some(TaskEvent::Fps(answer)) => Ok(answer),
        Some(TaskEvent::Failed { message }) if status.code() == Some(Exit::Usage as i32) => {
            Err(anyhow!(message))
        }
        Some(TaskEvent::Failed { message }) => Err(Crashed(message).into()),
        _ => {
            let remedy = "run it again with a smaller --batch; if that changes nothing, build it anew";
            Err(Crashed(format!("the worker ended with {status} and without an answer; {remedy}")).into())
        }
    }
}

/// The event of a line if it may be the last; the others are said.
fn heard(line: &str) -> Option<TaskEvent> {
    match serde_json::from_str(line) {
        Ok(TaskEvent::Progress { done, total, what }) => {
            stdio::say(format!("measuring {} of {total}: {what}", done + 1));
            None
        }
        Ok(TaskEvent::Warning { message }) => {
            stdio::say(format!("warning: {message}"));
            None
        }
        Ok(event) => Some(event),
        Err(_) => {
            stdio::say(format!("the worker says: {line}"));
            None
        }
    }
}

fn device(choice: DeviceChoice, worker: &Path) -> anyhow::Result<Device> {
    match choice {
        DeviceChoice::One(device) => Ok(device),
        DeviceChoice::Auto => {
            let probe = worker::probe(worker)?;
            let count = if probe.cuda { probe.devices.len() } else { 0 };
            Ok(devices(count)[0])
        }
    }
}

fn task(targets: &[Target], settings: &Settings, device: Device) -> Task {
    let Settings { batches, precisions, protocols, seconds, dense, fold, round_to, .. } = settings.clone();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let timed = |target: &Target| Timed { name: target.name.clone(), source: target.source.clone() };
    Task::Fps(FpsTask {
        networks: targets.iter().map(timed).collect(),
        device: device.to_string(),
        threads: settings.threads.unwrap_or(cores),
        batches,
        precisions,
        protocols,
        seconds,
        fold,
        round_to,
        dense,
    })
}
