//! Latencies for a table: every convolution measured by itself, run as a network would run it.
//!
//! Weights and activations are in the layout that is asked for. On CUDA a convolution is replayed as a graph, so that
//! the host's share in it, which a whole network hides, does not count.

mod convolution;
mod stopwatch;

use super::prepared::PreparedNetwork;
use super::verdict::LAUNCHED_SINGLY;
use super::{BenchmarkError, watch};
use crate::initial_weights;
use crate::launcher::not_recorded;
use convolution::PreparedConvolution;
use std::time::Duration;
use stopwatch::Stopwatch;
use tch::Device;
use trial::protocol::{Event, LutAnswer, LutJob, LutTiming, Precision};

/// Measures what `job` asks for on `device`, and reports every latency as soon as it is known.
pub fn lut(job: &LutJob, device: Device, tell: &mut dyn FnMut(Event)) -> Result<LutAnswer, BenchmarkError> {
    check(job, device)?;
    let _guard = tch::no_grad_guard();
    torch_ext::flags::flush_denormal(true)?;
    torch_ext::flags::allow_tf32(job.precision == Precision::Tf32)?;
    tch::manual_seed(0);
    let (sampler, missing) = watch(device);
    let seconds = Duration::from_secs_f64(job.seconds);
    let mut stopwatch = Stopwatch::new(device, job.threads, sampler, seconds)?;
    let mut launched = false;
    let mut number = 0;
    let mut told = |(mut timing, recorded): (LutTiming, Result<bool, torch_ext::Error>)| {
        if let Err(error) = &recorded
            && !std::mem::replace(&mut launched, true)
        {
            tell(Event::Warning { message: not_recorded("some convolutions or networks", error) });
        }
        if device.is_cuda() && !recorded.unwrap_or(false) {
            timing.doubts.push(LAUNCHED_SINGLY.into());
        }
        tell(Event::Timed(LutTiming { number, ..timing }));
        number += 1;
    };
    for shape in &job.convolutions {
        let mut convolution = PreparedConvolution::new(shape, job.batch, job.precision, job.layout, device);
        let recorded = if job.cuda_graphs { convolution.record() } else { Ok(false) };
        told((stopwatch.time(|| convolution.run())?, recorded));
    }
    for network in &job.networks {
        let parameters = initial_weights(network, 0, device).into();
        let mut network = PreparedNetwork::new(network, parameters, job.batch, job.precision, job.layout);
        let recorded = if job.cuda_graphs { network.record() } else { Ok(false) };
        told((stopwatch.time(|| network.run())?, recorded));
    }
    Ok(LutAnswer { timer_ns: stopwatch.precision() * 1e9, missing })
}

/// Refuses what cannot be measured.
fn check(job: &LutJob, device: Device) -> Result<(), BenchmarkError> {
    let refuse = |why: &str| Err(BenchmarkError::Job(why.into()));
    if job.batch == 0 {
        return refuse("a batch of 0 samples cannot be timed; give at least 1");
    }
    if !(1..=1024).contains(&job.threads) {
        return refuse("a measurement uses 1 to 1024 threads; give as many as there are cores, or fewer");
    }
    if !(0.001..=3600.0).contains(&job.seconds) {
        return refuse("a measurement takes from 0.001 to 3600 seconds; 0.1 is usual");
    }
    if device == Device::Cpu && job.precision == Precision::Tf32 {
        return refuse("tf32 is a number format of CUDA devices; use fp32 or bf16 on the processor");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use network::{ConvShape, Window, models::model};

    fn job() -> LutJob {
        let depthwise = ConvShape::new(8, 8, 5, Window::new(3, 2), 8);
        let pointwise = ConvShape::new(3, 4, 5, Window::new(1, 1), 1);
        LutJob {
            convolutions: vec![depthwise, pointwise],
            networks: vec![model("wrn-10-1", 10, 8).unwrap()],
            device: trial::protocol::Device::Cpu,
            threads: 1,
            batch: 2,
            precision: Precision::Fp32,
            layout: trial::protocol::Layout::Nchw,
            seconds: 0.001,
            cuda_graphs: true,
        }
    }

    #[test]
    fn every_latency_is_told_in_order() {
        let mut told = Vec::new();
        let answer = lut(&job(), Device::Cpu, &mut |event| told.push(event)).unwrap();
        assert!(answer.timer_ns > 0.0);
        assert_eq!(told.len(), 3);
        for (at, event) in told.into_iter().enumerate() {
            let Event::Timed(timing) = event else { panic!("{event:?}") };
            assert_eq!(timing.number, at);
            assert!(timing.milliseconds > 0.0 && timing.spread >= 0.0 && timing.repeats >= 5, "{timing:?}");
        }
    }

    #[test]
    fn what_cannot_be_measured_is_refused() {
        for (job, words) in [
            (LutJob { batch: 0, ..job() }, "batch of 0"),
            (LutJob { threads: 0, ..job() }, "threads"),
            (LutJob { seconds: f64::NAN, ..job() }, "seconds"),
            (LutJob { precision: Precision::Tf32, ..job() }, "CUDA devices"),
        ] {
            let error = lut(&job, Device::Cpu, &mut |_| {}).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
