//! Latencies for a table: every convolution measured by itself, run as a network would run it.
//!
//! Weights and activations are channels-last. On CUDA a convolution is replayed as a graph, so that
//! the host's share in it, which a whole network hides, does not count.

mod convolution;
mod stopwatch;

use crate::measure::prepared::Prepared;
use crate::measure::watch;
use crate::{MeasureError, initial_weights};
use convolution::Convolution;
use std::time::Duration;
use stopwatch::Stopwatch;
use tch::Device;
use trial::measure::{Precision, TaskEvent};
use trial::{LutAnswer, LutTask, LutTiming};

/// Measures what `task` asks for on `device`, and tells every latency as soon as it is known.
pub fn lut(
    task: &LutTask,
    device: Device,
    tell: &mut dyn FnMut(TaskEvent),
) -> Result<LutAnswer, MeasureError> {
    check(task, device)?;
    let _guard = tch::no_grad_guard();
    torch_ext::flags::flush_denormal(true)?;
    torch_ext::flags::allow_tf32(task.precision == Precision::Tf32)?;
    tch::manual_seed(0);
    let (sampler, missing) = watch(device);
    let seconds = Duration::from_secs_f64(task.seconds);
    let mut stopwatch = Stopwatch::new(device, task.threads, sampler, seconds)?;
    let mut launched = false;
    let mut subject = 0;
    let mut told = |(timing, recorded): (LutTiming, Result<(), torch_ext::Error>)| {
        if let Err(error) = recorded
            && !std::mem::replace(&mut launched, true)
        {
            let message =
                format!("some are launched kernel by kernel, because they cannot be recorded: {error}");
            tell(TaskEvent::Warning { message });
        }
        tell(TaskEvent::Timed(LutTiming { subject, ..timing }));
        subject += 1;
    };
    for shape in &task.convolutions {
        let mut convolution = Convolution::new(shape, task.batch, task.precision, device);
        let recorded = convolution.record();
        told((stopwatch.time(|| convolution.run())?, recorded));
    }
    for network in &task.networks {
        let parameters = initial_weights(network, 0, device).into();
        let mut network = Prepared::new(network, parameters, task.batch, task.precision);
        let recorded = network.record();
        told((stopwatch.time(|| network.run())?, recorded));
    }
    Ok(LutAnswer { timer_ns: stopwatch.precision() * 1e9, missing })
}

/// Refuses what cannot be measured.
fn check(task: &LutTask, device: Device) -> Result<(), MeasureError> {
    let refuse = |why: &str| Err(MeasureError::Task(why.into()));
    if task.batch == 0 {
        return refuse("a batch of 0 samples takes no time; give at least 1");
    }
    if !(1..=1024).contains(&task.threads) {
        return refuse("a measurement uses 1 to 1024 threads; give as many as there are cores, or fewer");
    }
    if !(0.001..=3600.0).contains(&task.seconds) {
        return refuse("a measurement takes from 0.001 to 3600 seconds; 0.1 is usual");
    }
    if device == Device::Cpu && task.precision == Precision::Tf32 {
        return refuse("tf32 is a number format of CUDA devices; use fp32 or bf16 on the processor");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use network::{ConvShape, models::model};

    fn task() -> LutTask {
        let depthwise = ConvShape { inputs: 8, outputs: 8, side: 5, kernel: 3, stride: 2, groups: 8 };
        let pointwise = ConvShape { inputs: 3, outputs: 4, side: 5, kernel: 1, stride: 1, groups: 1 };
        LutTask {
            convolutions: vec![depthwise, pointwise],
            networks: vec![model("wrn-10-1", 10, 8).unwrap()],
            device: "cpu".into(),
            threads: 1,
            batch: 2,
            precision: Precision::Fp32,
            seconds: 0.001,
        }
    }

    #[test]
    fn every_subject_is_told_in_order() {
        let mut told = Vec::new();
        let answer = lut(&task(), Device::Cpu, &mut |event| told.push(event)).unwrap();
        assert!(answer.timer_ns > 0.0);
        assert_eq!(told.len(), 3);
        for (at, event) in told.into_iter().enumerate() {
            let TaskEvent::Timed(timing) = event else { panic!("{event:?}") };
            assert_eq!(timing.subject, at);
            assert!(timing.milliseconds > 0.0 && timing.spread >= 0.0 && timing.repeats >= 5, "{timing:?}");
        }
    }

    #[test]
    fn what_cannot_be_measured_is_refused() {
        for (task, words) in [
            (LutTask { batch: 0, ..task() }, "batch of 0"),
            (LutTask { threads: 0, ..task() }, "threads"),
            (LutTask { seconds: f64::NAN, ..task() }, "seconds"),
            (LutTask { precision: Precision::Tf32, ..task() }, "CUDA devices"),
        ] {
            let error = lut(&task, Device::Cpu, &mut |_| {}).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}
