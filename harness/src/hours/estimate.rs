//! What a trial has to do, counted before it runs.

use super::Workload;
use super::kind::{TRAINING, kind};
use crate::plan::PlannedTrial;
use std::collections::BTreeMap;

/// The work of one trial.
#[derive(Clone, Debug, PartialEq)]
pub struct Work {
    /// What a step works on.
    pub workload: Workload,
    /// Steps of each kind.
    pub steps: BTreeMap<String, u64>,
    /// Evaluation images that all evaluations look at.
    pub evaluated: f64,
}

/// Passes of a training step over its images: forwards, and backwards for the activations and for the weights.
const PASSES: f64 = 3.0;

impl Work {
    /// Seconds of all of it, where `step` are those of a step of a kind; none where one is not known. An evaluation of
    /// an image takes a third of what training on it takes. Changes of the structure, checkpoints and the start of a
    /// training are not in it.
    pub fn seconds(&self, step: impl Fn(&str) -> Option<f64>) -> Option<f64> {
        let training: f64 =
            self.steps.iter().map(|(kind, count)| Some(*count as f64 * step(kind)?)).sum::<Option<f64>>()?;
        let image = step(TRAINING)? / self.workload.batch as f64;
        Some(training + self.evaluated * image / PASSES)
    }
}

/// The work of `trial` on a data set of so many training and test images. A training that may end earlier is counted
/// whole.
pub fn work(trial: &PlannedTrial, train_images: usize, test_images: usize) -> Work {
    let method = trial.method(train_images);
    let all = trial.steps(train_images);
    let mut steps: BTreeMap<String, u64> = BTreeMap::new();
    for step in 0..all {
        *steps.entry(kind(&method.plan(step))).or_default() += 1;
    }
    let recipe = &trial.resolved.recipe;
    let interval = recipe.evaluation_interval(recipe.images(train_images));
    let evaluations = all.div_ceil(interval.max(1));
    Work { workload: Workload::of(trial), steps, evaluated: (evaluations * test_images as u64) as f64 }
}

/// The work of a trial in dense training steps, weighed by what a step of it works on: a measure to divide a plan's time
/// by.
pub fn dense_steps(trial: &PlannedTrial, train_images: usize) -> f64 {
    trial.steps(train_images) as f64 * Workload::of(trial).work()
}

#[cfg(test)]
mod tests;
