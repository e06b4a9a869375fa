//! Whole trials: stopped and resumed, and the same seed twice.
//!
//! On a processor both give bit-identical results. On CUDA some kernels add in an order that changes, so
//! that what is promised there is a step within rounding of the other, from a bit-identical state.

use super::bench::{Bench, Obstacle, step_of};
use super::distance;
use super::tolerance::{Tolerance, judged};
use crate::checkpoint::Checkpoint;
use crate::run::{RunOptions, TrainingEnd, run};
use crate::trainer::SavedTrainer;
use records::RunDirectory;
use records::self_check::Finding;
use std::num::NonZeroUsize;
use std::sync::atomic::AtomicBool;
use std::time::Duration;
use tch::Device;
use trial::TrialSpec;

/// A step in the middle of a trial.
const MIDDLE: u64 = 7;
/// What must repeat bit for bit.
const RESULT: [&str; 5] = ["weights.safetensors", "mask.bits", "metrics.csv", "updates.csv", "layers.csv"];

/// That a trainer on the device that takes up a checkpoint has the state that was saved, bit for bit, and
/// continues as one that was never stopped.
pub fn checkpoint(bench: &mut Bench, spec: &TrialSpec) -> Result<Finding, Obstacle> {
    let tolerance = Tolerance::of_same_kernels(spec)?;
    let options = bench.options(spec, bench.device, "checkpoint");
    let key = spec.key();
    let mut resumed = bench.prepared(spec, bench.device, false)?.trainer;
    let pair = bench.at(spec, MIDDLE)?;
    let (step, plan) = pair.plan();
    let saved = pair.processor.saved().copied();
    pair.other.restore(&saved);
    let SavedTrainer { tensors, exploring, prunes, losses } = pair.other.saved();
    options.run.prepare(&spec.to_json())?;
    Checkpoint { state: (), tensors }.save(&options.run, &key)?;
    let (loaded, complaints) = Checkpoint::<()>::load(&options.run, &key, |()| Ok(None))?;
    let Some(Checkpoint { tensors, .. }) = loaded else {
        return Ok(Finding::fail(format!("the checkpoint cannot be read: {}", complaints.join("; "))));
    };
    resumed.restore(&SavedTrainer { tensors, exploring, prunes, losses });
    let found = resumed.saved().copied();
    for (name, tensor) in &saved.tensors {
        if !found.tensors.get(name).is_some_and(|found| found.equal(tensor)) {
            return Ok(Finding::fail(format!("{name} is not what was saved")));
        }
    }
    for trainer in [&mut resumed, &mut pair.other] {
        step_of(trainer, &plan, step)?;
    }
    let [found, expected] = [&resumed, &pair.other].map(|trainer| trainer.saved().copied());
    Ok(match distance::of_step(&resumed.parameters, &saved, &found, &expected) {
        Ok(distance) => judged(distance, tolerance),
        Err(what) => Finding::fail(format!("{what} after the next step")),
    })
}

/// That the same seed gives the same: a whole trial on a processor, a step on CUDA.
pub fn same_seed(bench: &mut Bench, spec: &TrialSpec) -> Result<Finding, Obstacle> {
    if !bench.device.is_cuda() {
        let [first, second] = ["first", "second"].map(|name| whole(bench, spec, name, None));
        return same_files(&first?, &second?);
    }
    let tolerance = Tolerance::of_same_kernels(spec)?;
    let pair = bench.at(spec, MIDDLE)?;
    let (step, plan) = pair.plan();
    let before = pair.processor.saved().copied();
    let mut after = Vec::new();
    for _ in 0..2 {
        pair.other.restore(&before);
        step_of(&mut pair.other, &plan, step)?;
        after.push(pair.other.saved().copied());
    }
    Ok(match distance::of_step(&pair.other.parameters, &before, &after[0], &after[1]) {
        Ok(distance) => judged(distance, tolerance),
        Err(what) => Finding::fail(what),
    })
}

/// That a trial that is stopped after every step ends as one that is not: bit for bit on a processor; on CUDA, that
/// it ends.
pub fn resumes(bench: &mut Bench, spec: &TrialSpec) -> Result<Finding, Obstacle> {
    let pieces = whole(bench, spec, "pieces", Some(Duration::ZERO))?;
    match bench.device {
        Device::Cpu => same_files(&pieces, &whole(bench, spec, "whole", None)?),
        _ => Ok(Finding::pass("the trial ended; on CUDA no more is promised")),
    }
}

/// Trains `spec` to its end, stopped whenever it has run for `stop_after`.
fn whole(
    bench: &Bench,
    spec: &TrialSpec,
    name: &str,
    stop_after: Option<Duration>,
) -> Result<RunDirectory, Obstacle> {
    // Other checks of this process go on with as many.
    let threads = NonZeroUsize::new(bench.threads).unwrap_or(NonZeroUsize::MIN);
    let spec = &TrialSpec { threads, ..spec.clone() };
    let options = RunOptions { stop_after, ..bench.options(spec, bench.device, name) };
    // One of an earlier process that was ended in the middle.
    let _ = std::fs::remove_dir_all(options.run.path());
    options.run.prepare(&spec.to_json())?;
    while run(spec, &options, &AtomicBool::new(false), &mut |_| ())? == TrainingEnd::OutOfTime {}
    Ok(options.run)
}

fn same_files(left: &RunDirectory, right: &RunDirectory) -> Result<Finding, Obstacle> {
    for name in RESULT {
        let read = |run: &RunDirectory| std::fs::read(run.file(name));
        if read(left)? != read(right)? {
            return Ok(Finding::fail(format!("{name} differs")));
        }
    }
    Ok(Finding::pass(format!("{} are bit-identical", RESULT.join(", "))))
}
