//! Throughput of networks: what the images a second of a figure are, how sure they are, and whether
//! the device was in a state in which they mean something.
//!
//! Networks that are compared are measured in one process, on the same images, in turns.

mod energy;
mod error;
pub(crate) mod load;
pub(crate) mod nvml;
pub(crate) mod prepared;
mod protocol;
pub(crate) mod sampler;
pub(crate) mod statistics;
mod subject;
pub(crate) mod timer;
pub(crate) mod verdict;
mod visible;

pub use error::MeasureError;

use crate::environment::{Environment, Meter};
use crate::{Parameters, compact};
use energy::Energy;
use network::Network;
use nvml::Gpu;
use prepared::Prepared;
use protocol::{HALP_BATCH, Timings};
use sampler::Sampler;
use statistics::{Summary, halp_mean};
use std::time::Duration;
use subject::Subject;
use tch::Device;
use timer::Timer;
use trial::measure::{FpsAnswer, FpsTask, Measurement, Network as Measured, Precision, Protocol, TaskEvent};
use verdict::Evidence;

/// Batch of protocol `stable` on CUDA.
const CUDA_BATCH: usize = 256;
/// Batch of protocol `stable` on the processor.
const CPU_BATCH: usize = 32;

/// One way of measuring every network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Way {
    protocol: Protocol,
    batch: usize,
    precision: Precision,
}

/// What measures.
struct Bench {
    device: Device,
    threads: usize,
    timer: Timer,
    sampler: Option<Sampler>,
}

/// Measures what `task` asks for on `device`; `commit` is that of this program.
pub fn fps(
    task: &FpsTask,
    device: Device,
    commit: &str,
    tell: &mut dyn FnMut(TaskEvent),
) -> Result<FpsAnswer, MeasureError> {
    check(task, device)?;
    let _guard = tch::no_grad_guard();
    torch_ext::flags::flush_denormal(true)?;
    tch::manual_seed(0);
    let subjects = subject::load(task, device)?;
    let (sampler, missing) = watch(device);
    let mut bench = Bench { device, threads: task.threads, timer: Timer::new(device)?, sampler };
    let ways = ways(task, device);
    let mut measurements = Vec::new();
    for (done, way) in ways.iter().enumerate() {
        let Way { protocol, batch, precision } = way;
        let what = format!("{protocol}, batch {batch}, {precision}");
        tell(TaskEvent::Progress { done, total: ways.len(), what });
        measurements.extend(bench.measure(*way, task, &subjects, tell)?);
    }
    let networks = subjects.iter().map(|subject| Measured {
        name: subject.name.clone(),
        parameters: subject.network.parameters(),
        macs: subject.network.macs(),
        dense: subject.dense,
    });
    Ok(FpsAnswer {
        device: Environment::of(device, &Meter::of(device), task.threads, commit).device,
        threads: task.threads,
        timer_ns: bench.timer.precision() * 1e9,
        commit: commit.into(),
        missing,
        networks: networks.collect(),
        measurements,
    })
}

/// Refuses what cannot be measured.
fn check(task: &FpsTask, device: Device) -> Result<(), MeasureError> {
    let refuse = |why: &str| Err(MeasureError::Task(why.into()));
    if task.networks.is_empty() || task.protocols.is_empty() || task.precisions.is_empty() {
        return refuse("the task has no network, no protocol or no number format; name at least one of each");
    }
    if task.batches.contains(&0) {
        return refuse("a batch of 0 images takes no time; give at least 1");
    }
    if !(1..=1024).contains(&task.threads) {
        return refuse("a measurement uses 1 to 1024 threads; give as many as there are cores, or fewer");
    }
    if !(0.01..=3600.0).contains(&task.seconds) {
        return refuse("a measurement takes from 0.01 to 3600 seconds; 3 is usual");
    }
    if device == Device::Cpu && task.precisions.contains(&Precision::Tf32) {
        return refuse("tf32 is a number format of CUDA devices; use fp32 or bf16 on the processor");
    }
    Ok(())
}

/// Every way that is asked for, once.
fn ways(task: &FpsTask, device: Device) -> Vec<Way> {
    let usual = |batch| if task.batches.is_empty() { vec![batch] } else { task.batches.clone() };
    let stable = usual(if device.is_cuda() { CUDA_BATCH } else { CPU_BATCH });
    let mut ways = Vec::new();
    for protocol in &task.protocols {
        let (precisions, batches) = match protocol {
            Protocol::Stable => (task.precisions.clone(), stable.clone()),
            Protocol::Halp => (vec![Precision::Fp32], usual(HALP_BATCH)),
        };
        for precision in precisions {
            ways.extend(batches.iter().map(|batch| Way { protocol: *protocol, batch: *batch, precision }));
        }
    }
    let mut seen: Vec<Way> = Vec::new();
    ways.retain(|way| {
        let new = !seen.contains(way);
        seen.push(*way);
        new
    });
    ways
}

/// What watches the device, and what it cannot see.
pub(crate) fn watch(device: Device) -> (Option<Sampler>, Vec<String>) {
    let Device::Cuda(number) = device else {
        return (None, vec!["clocks, power, energy and temperature are read of NVIDIA GPUs only".into()]);
    };
    match Gpu::find(number) {
        Ok(gpu) => {
            let missing = gpu.missing();
            (Some(Sampler::start(gpu)), missing)
        }
        Err(reason) => (None, vec![format!("clocks, power, energy and temperature: {reason}")]),
    }
}

/// The network of `subject` as it is run: filled up and folded as `task` says.
fn ready(subject: &Subject, way: Way, task: &FpsTask) -> Result<(Network, Parameters), MeasureError> {
    let Subject { network, parameters, .. } = subject;
    // A multiple of one changes nothing.
    let (network, parameters) = compact::padded(network, parameters, task.round_to.unwrap_or(1))?;
    let fold = task.fold && way.protocol != Protocol::Halp;
    Ok(if fold { compact::folded(&network, &parameters) } else { (network, parameters) })
}

impl Bench {
    /// Measures every network in one way.
    fn measure(
        &mut self,
        way: Way,
        task: &FpsTask,
        subjects: &[Subject],
        tell: &mut dyn FnMut(TaskEvent),
    ) -> Result<Vec<Measurement>, MeasureError> {
        torch_ext::flags::allow_tf32(way.precision == Precision::Tf32)?;
        let mut networks = Vec::with_capacity(subjects.len());
        for subject in subjects {
            let (network, parameters) = ready(subject, way, task)?;
            networks.push(Prepared::new(&network, parameters, way.batch, way.precision));
        }
        let seconds = Duration::from_secs_f64(task.seconds);
        let found = match way.protocol {
            Protocol::Stable => {
                self.record(&mut networks, tell);
                let timings = protocol::stable(&mut networks, &mut self.timer, seconds)?;
                let mut found = Vec::with_capacity(timings.len());
                for (timings, network) in timings.into_iter().zip(&mut networks) {
                    let energy = self.energy(network, &timings, seconds)?;
                    found.push((timings, energy));
                }
                found
            }
            Protocol::Halp => {
                let mut found = Vec::with_capacity(networks.len());
                for network in &mut networks {
                    found.push((protocol::halp(network, &mut self.timer)?, None));
                }
                found
            }
        };
        let found = found.into_iter().enumerate();
        let mut measurements: Vec<Measurement> =
            found.map(|(index, (timings, energy))| self.judge(way, index, &timings, energy)).collect();
        let fps: Vec<f64> = measurements.iter().map(|measurement| measurement.fps).collect();
        for (measurement, subject) in measurements.iter_mut().zip(subjects) {
            measurement.relative_to_dense = subject.dense.map(|dense| measurement.fps / fps[dense]);
        }
        Ok(measurements)
    }

    /// Records the networks as CUDA graphs, where that can be.
    fn record(&self, networks: &mut [Prepared], tell: &mut dyn FnMut(TaskEvent)) {
        if !self.device.is_cuda() {
            return;
        }
        if let Err(error) = networks.iter_mut().try_for_each(Prepared::record) {
            networks.iter_mut().for_each(Prepared::forget);
            let message =
                format!("networks are launched kernel by kernel, because they cannot be recorded: {error}");
            tell(TaskEvent::Warning { message });
        }
    }

    /// What a network uses by itself, if something sees that.
    fn energy(
        &self,
        network: &mut Prepared,
        timings: &Timings,
        seconds: Duration,
    ) -> Result<Option<Energy>, MeasureError> {
        let (Device::Cuda(number), Some(sampler)) = (self.device, &self.sampler) else { return Ok(None) };
        let forward = statistics::median(&timings.seconds);
        Ok(Some(energy::measure(network, forward, sampler, number, seconds)?))
    }

    /// What the timings of network number `index` say, and whether it can be trusted.
    fn judge(&self, way: Way, index: usize, timings: &Timings, energy: Option<Energy>) -> Measurement {
        let Way { protocol, batch, precision } = way;
        let fps = |seconds: f64| batch as f64 / seconds;
        let counted = match protocol {
            Protocol::Stable => &timings.seconds[..],
            Protocol::Halp => &timings.seconds[protocol::HALP_DROPPED..],
        };
        let summary = Summary::of(counted);
        let (seconds, interval) = match protocol {
            // The longer the time, the lower the throughput.
            Protocol::Stable => {
                (summary.median, summary.interval.map(|(short, long)| (fps(long), fps(short))))
            }
            Protocol::Halp => (halp_mean(&timings.seconds), None),
        };
        let samples = self.sampler.as_ref().map(|sampler| {
            let energy = energy.as_ref().map(|energy| energy.slice);
            sampler.within(&timings.slices.iter().copied().chain(energy).collect::<Vec<_>>())
        });
        let samples = samples.unwrap_or_default();
        let mut readings = sampler::readings(&samples);
        let mut notes = Vec::new();
        if let Some(energy) = energy {
            readings.power = sampler::readings(&energy.settled).power;
            readings.joules_per_image = energy.joules.map(|joules| joules / batch as f64);
            notes.extend(energy.note);
        }
        let cores = load::cores().unwrap_or(self.threads);
        let evidence = Evidence {
            spread: summary.spread,
            readings,
            slowdown: self.sampler.as_ref().and_then(|sampler| sampler.gpu().slowdown()),
            others: sampler::others(&samples),
            share: (!self.device.is_cuda()).then(|| timings.used.share(self.threads, cores)),
        };
        Measurement {
            network: index,
            protocol,
            batch,
            precision,
            fps: fps(seconds),
            interval,
            milliseconds: seconds * 1e3,
            forwards: counted.len() as u64 * timings.repeats,
            relative_to_dense: None,
            doubts: evidence.doubts(),
            notes,
            readings: evidence.readings,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trial::measure::{Source, Timed};

    fn task() -> FpsTask {
        let source = Source::Model { name: "wrn-10-1".into(), classes: 10, side: 32, seed: 0 };
        FpsTask {
            networks: vec![Timed { name: "wrn".into(), source }],
            device: "cpu".into(),
            threads: 1,
            batches: vec![],
            precisions: vec![Precision::Fp32, Precision::Bf16],
            protocols: vec![Protocol::Stable, Protocol::Halp, Protocol::Stable],
            seconds: 0.01,
            fold: true,
            round_to: None,
            dense: true,
        }
    }

    #[test]
    fn every_way_is_measured_once_and_halp_in_its_own_format_and_batch() {
        let way = |protocol, batch, precision| Way { protocol, batch, precision };
        let cpu = [
            way(Protocol::Stable, 32, Precision::Fp32),
            way(Protocol::Stable, 32, Precision::Bf16),
            way(Protocol::Halp, 256, Precision::Fp32),
        ];
        assert_eq!(ways(&task(), Device::Cpu), cpu);
        assert_eq!(ways(&task(), Device::Cuda(0))[0].batch, 256);
        let asked = FpsTask { batches: vec![8, 1, 8], precisions: vec![Precision::Fp32], ..task() };
        assert_eq!(
            ways(&asked, Device::Cpu),
            [
                way(Protocol::Stable, 8, Precision::Fp32),
                way(Protocol::Stable, 1, Precision::Fp32),
                way(Protocol::Halp, 8, Precision::Fp32),
                way(Protocol::Halp, 1, Precision::Fp32),
            ]
        );
    }

    #[test]
    fn what_cannot_be_measured_is_refused() {
        for (task, words) in [
            (FpsTask { networks: vec![], ..task() }, "no network"),
            (FpsTask { batches: vec![0], ..task() }, "batch of 0"),
            (FpsTask { threads: 0, ..task() }, "threads"),
            (FpsTask { seconds: f64::NAN, ..task() }, "seconds"),
            (FpsTask { seconds: 1e9, ..task() }, "seconds"),
            (FpsTask { precisions: vec![Precision::Tf32], ..task() }, "CUDA devices"),
        ] {
            let error = fps(&task, Device::Cpu, "", &mut |_| {}).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
