//! Throughput of networks: how many images per second they process, how precise that is, and
//! whether the device was in a state in which it is meaningful.
//!
//! Networks that are compared are measured in one process, in turns.

use super::bench::{NetworkBench, Way};
use super::protocol::HALP_BATCH;
use super::timer::Timer;
use super::{BenchmarkError, networks, watch};
use crate::environment::{Environment, Meter};
use tch::Device;
use trial::protocol::{Event, FpsAnswer, FpsJob, Precision, Protocol, TimedNetwork};

/// Batch of protocol `stable` on CUDA.
const CUDA_BATCH: usize = 256;
/// Batch of protocol `stable` on the processor.
const CPU_BATCH: usize = 32;

/// Measures what `job` asks for on `device`; `commit` is that of this program.
pub fn fps(
    job: &FpsJob,
    device: Device,
    commit: &str,
    tell: &mut dyn FnMut(Event),
) -> Result<FpsAnswer, BenchmarkError> {
    check(job, device)?;
    let _guard = tch::no_grad_guard();
    torch_ext::flags::flush_denormal(true)?;
    tch::manual_seed(0);
    let networks = networks::load(job, device)?;
    let (sampler, missing) = watch(device);
    let mut bench =
        NetworkBench { device, threads: job.threads, timer: Timer::new(device)?, sampler, told: false };
    let ways = ways(job, device);
    let mut measurements = Vec::new();
    for (done, way) in ways.iter().enumerate() {
        let Way { protocol, batch, precision } = way;
        let what = format!("{protocol}, batch {batch}, {precision}");
        tell(Event::Measuring { done, total: ways.len(), what });
        measurements.extend(bench.measure(*way, job, &networks, tell)?);
    }
    let timed = networks.iter().map(|loaded| TimedNetwork {
        name: loaded.name.clone(),
        parameters: loaded.network.parameters(),
        macs: loaded.network.macs(),
        dense: loaded.dense,
    });
    Ok(FpsAnswer {
        device: Environment::of(device, &Meter::of(device), job.threads, commit).device,
        threads: job.threads,
        timer_ns: bench.timer.precision() * 1e9,
        commit: commit.into(),
        missing,
        networks: timed.collect(),
        measurements,
    })
}

/// Refuses what cannot be measured.
fn check(job: &FpsJob, device: Device) -> Result<(), BenchmarkError> {
    let refuse = |why: &str| Err(BenchmarkError::Job(why.into()));
    if job.networks.is_empty() || job.protocols.is_empty() || job.precisions.is_empty() {
        return refuse("the job has no network, no protocol or no number format; name at least one of each");
    }
    if job.batches.contains(&0) {
        return refuse("a batch of 0 images cannot be timed; give at least 1");
    }
    if !(1..=1024).contains(&job.threads) {
        return refuse("a measurement uses 1 to 1024 threads; give as many as there are cores, or fewer");
    }
    if job.round_to.is_some_and(|multiple| !(1..=1024).contains(&multiple)) {
        return refuse("channels are padded to multiples of 1 to 1024; 8 is usual");
    }
    if !(0.01..=3600.0).contains(&job.seconds) {
        return refuse("a measurement takes from 0.01 to 3600 seconds; 3 is usual");
    }
    if device == Device::Cpu && job.precisions.contains(&Precision::Tf32) {
        return refuse("tf32 is a number format of CUDA devices; use fp32 or bf16 on the processor");
    }
    Ok(())
}

/// Every way that is asked for, once.
fn ways(job: &FpsJob, device: Device) -> Vec<Way> {
    let usual = |batch| if job.batches.is_empty() { vec![batch] } else { job.batches.clone() };
    let stable = usual(if device.is_cuda() { CUDA_BATCH } else { CPU_BATCH });
    let mut ways = Vec::new();
    for protocol in &job.protocols {
        let (precisions, batches) = match protocol {
            Protocol::Stable => (job.precisions.clone(), stable.clone()),
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

#[cfg(test)]
mod tests {
    use super::*;
    use trial::protocol::{NetworkRequest, NetworkSource};

    fn job() -> FpsJob {
        let source = NetworkSource::Model { name: "wrn-10-1".into(), classes: 10, side: 32, seed: 0 };
        FpsJob {
            networks: vec![NetworkRequest { name: "wrn".into(), source }],
            device: trial::protocol::Device::Cpu,
            threads: 1,
            batches: vec![],
            precisions: vec![Precision::Fp32, Precision::Bf16],
            protocols: vec![Protocol::Stable, Protocol::Halp, Protocol::Stable],
            seconds: 0.01,
            fold: true,
            round_to: None,
            dense: true,
            cuda_graphs: true,
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
        assert_eq!(ways(&job(), Device::Cpu), cpu);
        assert_eq!(ways(&job(), Device::Cuda(0))[0].batch, 256);
        let asked = FpsJob { batches: vec![8, 1, 8], precisions: vec![Precision::Fp32], ..job() };
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
        for (job, words) in [
            (FpsJob { networks: vec![], ..job() }, "no network"),
            (FpsJob { batches: vec![0], ..job() }, "batch of 0"),
            (FpsJob { round_to: Some(1 << 40), ..job() }, "multiples"),
            (FpsJob { threads: 0, ..job() }, "threads"),
            (FpsJob { seconds: f64::NAN, ..job() }, "seconds"),
            (FpsJob { seconds: 1e9, ..job() }, "seconds"),
            (FpsJob { precisions: vec![Precision::Tf32], ..job() }, "CUDA devices"),
        ] {
            let error = fps(&job, Device::Cpu, "", &mut |_| {}).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
