//! Times the kinds of steps of a trial, as it is set up for its training.

use crate::run::{Prepared, open};
use crate::{RunError, RunOptions, Trainer};
use records::RunDirectory;
use sparsity::{Edits, StepPlan};
use std::time::{Duration, Instant};
use tch::Device;
use trial::Event;
use trial::protocol::{StepTimes, StepTimesJob};

/// Steps after which every kernel has been chosen and, on CUDA, the step is recorded.
const WARM_UP: [u64; 2] = [1, 5];
/// Fewest steps that are timed, however long they take.
const FEWEST: u64 = 3;

/// Times the steps of `job` on `device`. The learning rate is zero, so that every step computes with the same weights.
///
/// # Errors
///
/// Those of a training before its first step, and of its steps.
pub fn step_times(
    job: &StepTimesJob,
    device: Device,
    tell: &mut dyn FnMut(Event),
) -> Result<StepTimes, RunError> {
    let resolved = job.spec.resolve()?;
    torch_ext::flags::flush_denormal(true)?;
    tch::set_num_threads(job.spec.threads.get() as i32);
    let options = RunOptions {
        run: RunDirectory::at(&job.data),
        data: job.data.clone(),
        device,
        decoders: job.decoders.max(1),
        stop_after: None,
        checkpoint_every: Duration::MAX,
        cuda_graphs: job.cuda_graphs,
        strict: false,
        initial_weights: None,
        latency_table: job.latency_table.clone(),
        commit: String::new(),
        ranks: None,
    };
    let data = open(&job.spec, &resolved, &options)?;
    let Prepared { method, mut trainer, recipe_steps, .. } =
        Prepared::new(&job.spec, &resolved, data, &options, tell)?;
    // The data hold images for this many steps; a short training has fewer than are timed.
    let steps = recipe_steps + method.extra_steps();
    let warm_up = WARM_UP[usize::from(device.is_cuda())];
    let mut taken = 0;
    let mut seconds = Vec::new();
    for place in &job.places {
        let plan = StepPlan { then: Edits::NONE, settling: None, ..method.plan(*place) };
        timed(&mut trainer, &plan, steps, &mut taken, warm_up)?;
        let one = timed(&mut trainer, &plan, steps, &mut taken, 1)?;
        let fit = (job.seconds / one.max(1e-9)) as u64;
        let count = job.steps.min(fit).max(FEWEST);
        seconds.push(timed(&mut trainer, &plan, steps, &mut taken, count)?);
    }
    Ok(StepTimes { seconds })
}

/// Seconds of each of `count` steps, the first of which is step `taken` of the data, which begin again after `steps`.
fn timed(
    trainer: &mut Trainer,
    plan: &StepPlan,
    steps: u64,
    taken: &mut u64,
    count: u64,
) -> Result<f64, RunError> {
    let began = Instant::now();
    for _ in 0..count {
        let step = *taken % steps.max(1);
        trainer.step(plan, step, 0.0, step)?;
        *taken += 1;
    }
    // Waits for the device.
    trainer.loss();
    Ok(began.elapsed().as_secs_f64() / count as f64)
}
