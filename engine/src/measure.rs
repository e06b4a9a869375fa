//! Throughput of networks: how many images a second they take, how sure that is, and whether the
//! device was in a state in which it means something.
//!
//! Networks that are compared are measured in one process, in turns.

mod bench;
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
use bench::Bench;
use nvml::Gpu;
use protocol::HALP_BATCH;
use sampler::Sampler;
use tch::Device;
use timer::Timer;
use trial::measure::{FpsAnswer, FpsTask, Network as Measured, Precision, Protocol, TaskEvent};

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
    if task.round_to.is_some_and(|multiple| !(1..=1024).contains(&multiple)) {
        return refuse("channels are filled up to multiples of 1 to 1024; 8 is usual");
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
            (FpsTask { round_to: Some(1 << 40), ..task() }, "multiples"),
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
