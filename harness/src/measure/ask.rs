//! What a worker is asked to measure.

use super::Target;
use crate::device::{Device, DeviceChoice, devices};
use crate::{stdio, worker};
use anyhow::anyhow;
use std::path::Path;
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
    /// Whether progress is not told.
    pub quiet: bool,
}

/// Has a worker measure `targets`, and says what it says meanwhile.
pub fn ask(targets: &[Target], settings: &Settings) -> anyhow::Result<FpsAnswer> {
    let worker = worker::locate()?;
    let task = task(targets, settings, device(settings.device, &worker)?);
    match crate::task::run(&worker, &task, || false, |event| heard(event, settings.quiet))? {
        Some(TaskEvent::Fps(answer)) => Ok(answer),
        _ => Err(anyhow!("the worker answers something else; build program and worker from one commit")),
    }
}

fn heard(event: TaskEvent, quiet: bool) -> anyhow::Result<()> {
    match event {
        TaskEvent::Progress { .. } if quiet => {}
        TaskEvent::Progress { done, total, what } => {
            stdio::say(format!("measuring {} of {total}: {what}", done + 1));
        }
        TaskEvent::Warning { message } => stdio::say(format!("warning: {message}")),
        _ => {}
    }
    Ok(())
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
