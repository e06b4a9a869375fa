//! Jobs of measuring: throughput of networks, latency of convolutions.

use crate::failure::JobFailure;
use crate::{device, tell};
use engine::benchmark::{self, BenchmarkError};
use std::panic::{AssertUnwindSafe, catch_unwind};
use tch::Device;
use trial::protocol::{self, FpsJob, LutJob};
use trial::{Event, Exit};

/// Measures the throughput of networks and reports it.
pub fn fps(job: &FpsJob) -> Result<Exit, JobFailure> {
    let measure = |device, tell: &mut dyn FnMut(Event)| {
        benchmark::fps(job, device, env!("HARNESS_COMMIT"), tell).map(Event::Fps)
    };
    run(job.device, job.threads, measure)
}

/// Measures the latency of convolutions and reports it.
pub fn lut(job: &LutJob) -> Result<Exit, JobFailure> {
    let measure = |device, tell: &mut dyn FnMut(Event)| benchmark::lut(job, device, tell).map(Event::Lut);
    run(job.device, job.threads, measure)
}

fn run(
    device: protocol::Device,
    threads: usize,
    measure: impl Fn(Device, &mut dyn FnMut(Event)) -> Result<Event, BenchmarkError>,
) -> Result<Exit, JobFailure> {
    let device = device::find(device)?;
    tch::set_num_threads(threads.clamp(1, 1024) as i32);
    let _ = torch_ext::flags::cudnn_benchmark(true);
    match catch_unwind(AssertUnwindSafe(|| measure(device, &mut tell_or_end))) {
        Ok(Ok(answer)) => {
            tell_or_end(answer);
            Ok(Exit::Done)
        }
        Ok(Err(error @ BenchmarkError::Device(_))) => Err(JobFailure::runtime(error)),
        Ok(Err(error)) => Err(JobFailure::usage(error)),
        Err(panic) => {
            let less = || "free some, or give a smaller --batch or fewer networks at once".into();
            Err(JobFailure::crash(&*panic, less, "run it again, or on another device (--device)"))
        }
    }
}

/// Reports `event`. When nobody listens any more, nobody wants the answer either.
fn tell_or_end(event: Event) {
    if tell(&event).is_err() {
        std::process::exit(Exit::Interrupted as i32);
    }
}
