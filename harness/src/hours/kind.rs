//! The kind of a step, as far as its time follows from it.

use sparsity::{Population, StepPlan, Update};

/// An ordinary training step, sparse or dense.
pub const TRAINING: &str = "active active";

/// What a step computes: the weights that run, those that are updated, and the saliencies that are gathered, such as
/// `everything inactive` of an exploration or `active nothing gradient` of a step that only scores.
pub fn kind(plan: &StepPlan) -> String {
    let forward = match plan.forward {
        Population::Active => "active",
        Population::Everything => "everything",
    };
    let update = match plan.update {
        Update::Active => "active",
        Update::Inactive { .. } => "inactive",
        Update::Everything => "everything",
        Update::StraightThrough { .. } => "straight-through",
        Update::Backward { .. } => "backward",
        Update::SoftThreshold { .. } => "soft-threshold",
        Update::Nothing => "nothing",
    };
    let scores = plan.score.iter().map(|criterion| format!(" {}", criterion.name()));
    format!("{forward} {update}{}", scores.collect::<String>())
}

/// The kind that a self-check times in its place: `dense`, `exploring` or `scoring`.
pub fn checked_as(kind: &str) -> &'static str {
    match kind {
        kind if kind.starts_with("everything inactive") => "exploring",
        kind if kind.split(' ').nth(1) == Some("nothing") => "scoring",
        _ => "dense",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sparsity::Criterion;

    #[test]
    fn kinds_have_names_by_what_they_compute() {
        assert_eq!(kind(&StepPlan::train("any")), TRAINING);
        let explore = StepPlan {
            forward: Population::Everything,
            update: Update::Inactive { others: true },
            score: vec![Criterion::Taylor],
            ..StepPlan::train("explore")
        };
        assert_eq!(kind(&explore), "everything inactive taylor");
        let score = StepPlan {
            update: Update::Nothing,
            score: vec![Criterion::Gradient],
            ..StepPlan::train("update")
        };
        assert_eq!(kind(&score), "active nothing gradient");
        let checked =
            [TRAINING, "everything inactive taylor", "active nothing gradient", "active soft-threshold"];
        assert_eq!(checked.map(checked_as), ["dense", "exploring", "scoring", "dense"]);
    }
}
