//! The device that latencies are measured on, and the worker that measures them.

use crate::device::{Device, DeviceChoice};
use crate::stdio;
use crate::stop_condition::StopCondition;
use crate::worker_client::{Worker, ask};
use anyhow::bail;
use network::{ConvShape, Network};
use sparsity::{LatencyEntry, LatencyOrigin};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use trial::protocol::{Layout, LutJob, LutTiming, Precision};
use trial::{Event, Job};

/// A device and a worker.
pub struct LatencyBench {
    worker: PathBuf,
    /// The device.
    pub device: Device,
    /// What a table calls it: its name, with the threads of a processor.
    pub name: String,
    /// Version of libtorch.
    pub libtorch: String,
    threads: usize,
}

/// What is measured, and how.
pub struct ToMeasure {
    /// Single convolutions.
    pub convolutions: Vec<ConvShape>,
    /// Whole networks, numbered after them.
    pub networks: Vec<Network>,
    /// Batch size in samples.
    pub batch: usize,
    /// Number format.
    pub precision: Precision,
    /// Memory layout.
    pub layout: Layout,
    /// Least time of a measurement.
    pub seconds: f64,
    /// Whether CUDA graphs are replayed.
    pub cuda_graphs: bool,
}

impl LatencyBench {
    /// The device that is asked for, if it is there; threads are as many as there are cores otherwise.
    pub fn find(choice: DeviceChoice, threads: Option<NonZeroUsize>) -> anyhow::Result<Self> {
        let worker = Worker::default();
        let device = worker.device(choice)?;
        let cores = crate::jobs::cores();
        let threads = threads.map_or(cores, usize::from);
        let machine = worker.machine()?;
        let name = match device {
            Device::Cpu => with_threads(&machine.processor, threads),
            Device::Cuda(_) => machine.name(device).unwrap_or_default().into(),
        };
        let (worker, libtorch) = (worker.path()?, machine.libtorch.clone());
        Ok(Self { worker, device, name, libtorch, threads })
    }

    /// Refuses a number format that the device does not have.
    pub fn check(&self, precision: Precision) -> anyhow::Result<()> {
        if self.device == Device::Cpu && precision == Precision::Tf32 {
            bail!("tf32 is a number format of CUDA devices; use --precision fp32 or bf16 on the CPU");
        }
        Ok(())
    }

    /// Measures `to_measure` and hands on each timing as it comes; false if it stopped before the end.
    pub fn measure(
        &self,
        to_measure: ToMeasure,
        stop: &StopCondition,
        mut measured: impl FnMut(LutTiming) -> anyhow::Result<()>,
    ) -> anyhow::Result<bool> {
        let ToMeasure { convolutions, networks, batch, precision, layout, seconds, cuda_graphs } = to_measure;
        let job = LutJob {
            convolutions,
            networks,
            device: self.device,
            threads: self.threads,
            batch,
            precision,
            layout,
            seconds,
            cuda_graphs,
        };
        let heard = |event| match event {
            Event::Timed(timing) => measured(timing),
            Event::Warning { message } => {
                stdio::say(format!("warning: {message}"));
                Ok(())
            }
            _ => Ok(()),
        };
        let answer = ask(&self.worker, &Job::Lut(job), || stop.reason().is_some(), heard)?;
        let Some(Event::Lut(answer)) = answer else { return Ok(false) };
        // On a CPU nothing is ever read, so it is not mentioned.
        for what in answer.missing.iter().filter(|_| self.device != Device::Cpu) {
            stdio::say(format!("note: {what}"));
        }
        Ok(true)
    }
}

/// The entry of a table that `timing` gives.
pub fn entry(timing: &LutTiming) -> LatencyEntry {
    LatencyEntry {
        milliseconds: timing.milliseconds,
        spread: timing.spread,
        repeats: timing.repeats,
        origin: LatencyOrigin::Measured,
        note: timing.doubts.join("; "),
    }
}

/// The name of a processor of which so many threads are used.
fn with_threads(processor: &str, threads: usize) -> String {
    format!("{processor}, {threads} {}", if threads == 1 { "thread" } else { "threads" })
}

/// The threads in the name of a processor.
pub fn threads_of(name: &str) -> Option<NonZeroUsize> {
    let (number, unit) = name.rsplit_once(", ")?.1.split_once(' ')?;
    ["thread", "threads"].contains(&unit).then(|| number.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_threads_of_a_processor_are_in_its_name() {
        for threads in [1, 2, 64] {
            let name = with_threads("Some CPU, 8 cores", threads);
            assert_eq!(threads_of(&name).map(usize::from), Some(threads), "{name}");
        }
        for name in ["NVIDIA H100", "a CPU, 0 threads", "a CPU, two threads", "a, b", "threads"] {
            assert_eq!(threads_of(name), None, "{name}");
        }
    }
}
