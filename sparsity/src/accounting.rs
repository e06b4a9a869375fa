//! Training cost in FLOPs, relative to a dense step (RigL, arXiv 1911.11134, appendix H).
//!
//! The unit is a dense forward pass. A backward pass costs as much again for
//! the gradients of the activations and once more for those of the weights, so
//! a dense step costs 3. [`step_cost`] prices any plan from that rule; summed
//! over a run it gives the closed forms of the paper, which are below too.

use crate::{Budget, Criterion, Population, StepPlan, Update};

/// Cost of one step in dense forward passes, where `density` is the sparse
/// network's forward FLOPs over the dense one's (f_S / f_D). A larger set of weights that is trained is taken to be
/// larger in all layers alike.
pub fn step_cost(plan: &StepPlan, density: f64) -> f64 {
    cost(plan, density, |ratio| f64::min(density * ratio, 1.0))
}

/// The same for a network of which so many weights of each layer are active. A larger set that is trained ends
/// where a layer is dense.
pub fn step_cost_of(plan: &StepPlan, active: &Budget) -> f64 {
    cost(plan, active.inference_ratio(), |ratio| active.widened(ratio).inference_ratio())
}

/// The cost, where `widened` says the density of a set of weights that is so many times as large as the active one.
fn cost(plan: &StepPlan, density: f64, widened: impl Fn(f64) -> f64) -> f64 {
    let forward = match plan.forward {
        Population::Active => density,
        Population::Everything => 1.0,
    };
    let updated = match plan.update {
        // Below a soft threshold the gradient of a weight is zero.
        Update::Active | Update::SoftThreshold { .. } => density,
        Update::Inactive { .. } => 1.0 - density,
        Update::Everything | Update::StraightThrough { .. } => 1.0,
        Update::Backward { ratio } => widened(ratio),
        Update::Nothing => 0.0,
    };
    // A score that multiplies by the weight is zero where the weight does not run, or is not asked for
    // where it is frozen, and one that begins with its magnitude ranks only weights that have one; a plain
    // gradient is wanted everywhere.
    let judged = match (plan.forward, plan.update) {
        (Population::Active, _) => density,
        (Population::Everything, Update::Inactive { .. }) => 1.0 - density,
        (Population::Everything, _) => 1.0,
    };
    let share = |criterion: &Criterion| match criterion {
        Criterion::Magnitude | Criterion::Random => 0.0,
        Criterion::Gradient | Criterion::GradientMomentum => 1.0,
        Criterion::MagnitudeGradient
        | Criterion::Taylor
        | Criterion::TaylorWeights
        | Criterion::Snip
        | Criterion::Grasp => judged,
    };
    let scored = plan.score.iter().map(share).fold(0.0, f64::max);
    // A product of the Hessian with a vector costs about two gradients (Pearlmutter, 1994).
    let curved = plan.score.iter().any(|criterion| criterion.needs_curvature());
    let curvature = if curved { 2.0 * (2.0 * forward + scored) } else { 0.0 };
    2.0 * forward + f64::max(updated, scored) + curvature
}

/// RigL's training FLOPs over dense training: `(3 f_S dT + 2 f_S + f_D) / (dT + 1)`, by `3 f_D`.
pub fn rigl_cost(density: f64, interval: f64) -> f64 {
    (3.0 * density * interval + 2.0 * density + 1.0) / (interval + 1.0) / 3.0
}

/// SNFS's training FLOPs over dense training: `2 f_S + f_D`, by `3 f_D`.
pub fn snfs_cost(density: f64) -> f64 {
    (2.0 * density + 1.0) / 3.0
}

/// Gradual pruning's training FLOPs over dense training: the mean density over all steps.
pub fn gradual_cost(final_sparsity: f64, steps: u64, begin: u64, end: u64, interval: u64) -> f64 {
    let density = |step: u64| {
        if step < begin {
            return 1.0;
        }
        let update = (step.min(end) - begin) / interval * interval;
        1.0 - final_sparsity * crate::cubic_ramp(update as f64 / (end - begin) as f64)
    };
    (0..steps).map(density).sum::<f64>() / steps as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Distribution;

    /// The ratios of RigL's tables, from f_S of ERK and dT = 100.
    #[test]
    fn rigl_costs_what_its_table_says() {
        for (density, cost) in
            [(0.4138, 0.4157), (0.2418, 0.2443), (0.1217, 0.1246), (0.3521, 0.3542), (0.1736, 0.1763)]
        {
            assert!((rigl_cost(density, 100.0) - cost).abs() < 1e-4, "{density}");
        }
        assert!((snfs_cost(0.4138) - 0.61).abs() < 0.005);
        assert!((snfs_cost(0.2418) - 0.50).abs() < 0.011);
    }

    /// The table prints 0.56 and 0.51 for updates every 1,000 steps; the other
    /// values are the limit of an update at every step.
    #[test]
    fn gradual_pruning_costs_its_mean_density() {
        for (sparsity, cost) in [(0.8, 0.56), (0.9, 0.51)] {
            assert!((gradual_cost(sparsity, 32_000, 10_000, 25_000, 1_000) - cost).abs() < 0.01);
        }
        for (sparsity, cost) in [(0.8, 0.544), (0.9, 0.487), (0.95, 0.459)] {
            assert!((gradual_cost(sparsity, 32_000, 10_000, 25_000, 1) - cost).abs() < 1e-3);
        }
        for (sparsity, cost) in [(0.8, 0.477), (0.9, 0.411), (0.95, 0.378)] {
            assert!((gradual_cost(sparsity, 97_656, 20_000, 75_000, 1) - cost).abs() < 1e-3);
        }
    }

    #[test]
    fn a_plan_costs_what_the_closed_forms_say() {
        let density = 0.25;
        let train = StepPlan::train("train");
        assert_eq!(step_cost(&train, 1.0), 3.0);
        assert_eq!(step_cost(&train, density), 0.75);
        let rigl = StepPlan { update: Update::Nothing, score: vec![Criterion::Gradient], ..train.clone() };
        assert_eq!(step_cost(&rigl, density), 2.0 * density + 1.0);
        let snfs = StepPlan { score: vec![Criterion::GradientMomentum], ..train.clone() };
        assert_eq!(step_cost(&snfs, density) / 3.0, snfs_cost(density));
        let taylor = StepPlan { score: vec![Criterion::Taylor], ..train.clone() };
        assert_eq!(step_cost(&taylor, density), 3.0 * density);
        let straight = StepPlan { update: Update::StraightThrough { decay: 2e-4 }, ..train.clone() };
        assert_eq!(step_cost(&straight, density), 2.0 * density + 1.0);
        // Top-KAST: f_A forwards and for the activations' gradients, f_B for the weights'.
        let backward = StepPlan { update: Update::Backward { ratio: 2.0 }, ..train.clone() };
        assert_eq!(step_cost(&backward, density), 4.0 * density);
        assert_eq!(step_cost(&backward, 0.75), 2.5, "no more than all are updated");
        // Of ERK's layers at 0.8 some are dense already, and some become so: less than twice as much is trained.
        let layers = network::wide_resnet(22, 2, 10, 32).layers();
        let erk = Distribution::Erk.budget(&layers, 0.8).unwrap();
        let trained: f64 = erk
            .layers
            .iter()
            .map(|layer| layer.macs as f64 * f64::min(2.0 * layer.active as f64 / layer.weights as f64, 1.0))
            .sum();
        let dense: f64 = erk.layers.iter().map(|layer| layer.macs as f64).sum();
        let (found, density) = (step_cost_of(&backward, &erk), erk.inference_ratio());
        assert!((found - (2.0 * density + trained / dense)).abs() < 1e-9, "{found}");
        assert!(found < 4.0 * density * 0.99, "{found} of {density}");
        assert_eq!(step_cost_of(&train, &erk), step_cost(&train, density));
        let soft = StepPlan { update: Update::SoftThreshold { decay: None }, ..train.clone() };
        assert_eq!(step_cost(&soft, density), 3.0 * density);
        let grasp = StepPlan { update: Update::Nothing, score: vec![Criterion::Grasp], ..train.clone() };
        assert_eq!(step_cost(&grasp, 1.0), 9.0);
        let explore =
            StepPlan { forward: Population::Everything, update: Update::Inactive { others: false }, ..train };
        assert_eq!(step_cost(&explore, density), 3.0 - density);
    }
}
