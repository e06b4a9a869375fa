//! What a training needs of its device's memory, before it runs.

use crate::Resolved;
use network::{ActivationFormat, Precision};
use sparsity::{Criterion, Dormant, Method};
use std::collections::BTreeSet;

/// Estimated bytes of a training on its device. Data that are kept there, workspaces of libraries and what an
/// allocator leaves unused are not in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrainingMemory {
    /// What is there between two steps: weights, momentum, masks, and what the method keeps.
    pub lasting: u64,
    /// What a step has beside it at its peak: activations of a micro-batch with their gradients, then the gradients
    /// of the weights and the update.
    pub step: u64,
}

impl TrainingMemory {
    /// That of a trial by `method` over `steps` steps, on a GPU or (`on_cpu`) on a processor.
    pub fn of(resolved: &Resolved, method: &dyn Method, steps: u64, on_cpu: bool) -> Self {
        let recipe = &resolved.recipe;
        let weights = resolved.network.parameters() as u64;
        // One 32-bit number for each.
        let numbers = 4 * weights;
        let mut criteria: BTreeSet<Criterion> = BTreeSet::new();
        let (mut compares, mut curved) = (false, false);
        for step in 0..steps {
            let plan = method.plan(step);
            criteria.extend(plan.score.iter().filter(|criterion| criterion.needs_gradients()));
            curved |= plan.score.iter().any(|criterion| criterion.needs_curvature());
            compares |= !plan.then.criteria().is_empty();
        }
        let live = method.dormant() == Dormant::Live;
        let keeps = method.dormant().keeps();
        let shown = match recipe.precision {
            Precision::Bf16 => 2 * weights,
            Precision::Fp32 | Precision::Tf32 if live => numbers,
            Precision::Fp32 | Precision::Tf32 => 0,
        };
        let several = recipe.micro_batches() > 1;
        let copies = 2 + [keeps, several, compares].into_iter().filter(|kept| *kept).count() + criteria.len();
        // A byte each of the mask, the last settled mask and the ages of grown weights.
        let lasting = copies as u64 * numbers + shown + 3 * weights;
        let format = ActivationFormat {
            value: if recipe.precision == Precision::Bf16 { 2 } else { 4 },
            dropout: (recipe.dropout > 0.0).then_some(if on_cpu { 4 } else { 1 }),
        };
        let network = &resolved.network;
        let of_image = match curved {
            true => network.activation_memory(format).max(network.twice_differentiated_memory(format)),
            false => network.activation_memory(format),
        };
        let activations = recipe.micro_batch * of_image;
        // Gradients layer by layer and as one tensor, and two more while the weights are updated.
        Self { lasting, step: (activations + numbers).max(4 * numbers) }
    }

    /// All of it.
    pub fn total(&self) -> u64 {
        self.lasting + self.step
    }
}

/// Bytes as a person reads them: `1.4 GB`.
pub fn bytes(count: u64) -> String {
    let count = count as f64;
    if count >= 1e9 { format!("{:.1} GB", count / 1e9) } else { format!("{:.0} MB", (count / 1e6).ceil()) }
}
