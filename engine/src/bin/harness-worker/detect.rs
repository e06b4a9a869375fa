//! Jobs of detection: objects in photographs by the detector of a run.

use crate::failure::JobFailure;
use crate::{device, tell};
use engine::detect::detect;
use std::panic::{AssertUnwindSafe, catch_unwind};
use trial::protocol::DetectJob;
use trial::{Event, Exit};

/// Looks for objects in the photographs of `job` and reports them.
pub fn run(job: &DetectJob) -> Result<Exit, JobFailure> {
    let device = device::find(job.device)?;
    tch::set_num_threads(job.threads.clamp(1, 1024) as i32);
    match catch_unwind(AssertUnwindSafe(|| detect(job, device))) {
        Ok(Ok(answer)) => {
            tell(&Event::Detections(answer)).map_err(JobFailure::usage)?;
            Ok(Exit::Done)
        }
        Ok(Err(error)) => Err(JobFailure::usage(error)),
        Err(panic) => {
            let less = || "free some, or name fewer photographs".into();
            Err(JobFailure::crash(&*panic, less, "run it again, or on another device (--device)"))
        }
    }
}
