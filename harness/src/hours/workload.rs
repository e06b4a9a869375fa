//! What a step of a trial works on, whatever its method: the network, the batch, the number format.

use crate::plan::PlannedTrial;
use serde::{Deserialize, Serialize};

/// What a step works on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Workload {
    /// The model's name.
    pub model: String,
    /// Multiply-accumulates of a forward pass of an image, which tell networks of another width or image side.
    pub macs: u64,
    /// Images a step.
    pub batch: u64,
    /// Images that run at once.
    pub micro_batch: u64,
    /// Number format.
    pub precision: String,
    /// Processor threads.
    pub threads: usize,
}

impl Workload {
    /// That of a trial.
    pub fn of(trial: &PlannedTrial) -> Self {
        let recipe = &trial.resolved.recipe;
        Self {
            model: trial.spec.model.clone(),
            macs: trial.resolved.network.macs(),
            batch: recipe.batch_size,
            micro_batch: recipe.micro_batch,
            precision: recipe.precision.to_string(),
            threads: trial.spec.threads.get(),
        }
    }

    /// Multiply-accumulates of a step, forwards.
    pub fn work(&self) -> f64 {
        self.macs as f64 * self.batch as f64
    }
}
