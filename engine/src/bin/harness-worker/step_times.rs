//! Jobs of timing steps.

use crate::failure::JobFailure;
use crate::{device, tell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use trial::protocol::StepTimesJob;
use trial::{Event, Exit};

/// Times the steps of `job` and reports how long they take.
pub fn run(job: &StepTimesJob) -> Result<Exit, JobFailure> {
    let device = device::find(job.device)?;
    let _ = torch_ext::flags::cudnn_benchmark(true);
    let mut warn = |event: Event| drop(tell(&event));
    match catch_unwind(AssertUnwindSafe(|| engine::step_times(job, device, &mut warn))) {
        Ok(Ok(times)) => {
            tell(&Event::StepTimes(times)).map_err(JobFailure::usage)?;
            Ok(Exit::Done)
        }
        Ok(Err(error)) => Err(JobFailure::usage(error)),
        Err(panic) => {
            Err(JobFailure::crash(&*panic, || job.spec.less_memory(), "time fewer methods at once"))
        }
    }
}
