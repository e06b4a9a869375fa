//! Jobs of checking: the checks of one stage on a device.

use crate::failure::JobFailure;
use crate::{device, tell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use trial::Exit;
use trial::protocol::CheckJob;

/// Makes the checks of `job` and reports each.
pub fn run(job: &CheckJob) -> Result<Exit, JobFailure> {
    let device = device::find(job.device)?;
    tch::set_num_threads(job.threads.clamp(1, 1024) as i32);
    torch_ext::flags::cudnn_benchmark(true).map_err(JobFailure::runtime)?;
    let mut tell = |event| {
        // When nobody listens any more, nobody wants the rest either.
        if tell(&event).is_err() {
            std::process::exit(Exit::Interrupted as i32);
        }
    };
    match catch_unwind(AssertUnwindSafe(|| engine::checks::run(job, device, &mut tell))) {
        Ok(Ok(())) => Ok(Exit::Done),
        Ok(Err(why)) => Err(JobFailure::runtime(why)),
        Err(panic) => {
            let less = || "free some".into();
            Err(JobFailure::crash(&*panic, less, "report it with the output of `harness doctor`"))
        }
    }
}
