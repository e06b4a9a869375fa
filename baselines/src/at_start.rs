//! What SNIP and GraSP share: the initial weights are scored on a few batches and
//! pruned to the budget once; then the remaining weights train as usual.
//!
//! Both papers rank the whole network at once, which is `--distribution
//! global`; with another distribution every layer keeps its own budget, as in
//! the SNIP rows of RigL's tables.

use crate::cut::cut;
use sparsity::{
    Allowed, BatchStatistics, Criterion, InitialStructure, Method, Scope, SettingSpec, Settings, StepPlan,
    TrialContext, Update, Value,
};

/// The setting of both methods.
pub(crate) fn specs() -> Vec<SettingSpec> {
    vec![SettingSpec::new(
        "scoring_steps",
        Value::Int(1),
        Allowed::Int(1, 1_000_000),
        "training steps that only score the weights, before they are pruned once",
        "SNIP, arXiv 1810.02340: one batch; the same here for GraSP, whose code takes ten images per class",
    )]
}

/// Prunes the initial weights once, by `criterion`.
pub(crate) struct AtStart {
    scoring_steps: u64,
    criterion: Criterion,
    scope: Scope,
}

impl AtStart {
    pub(crate) fn new(settings: &Settings, context: TrialContext, criterion: Criterion) -> Self {
        let last = context.steps.max(1);
        Self { scoring_steps: settings.int("scoring_steps").min(last), criterion, scope: context.scope }
    }
}

impl Method for AtStart {
    fn initial_structure(&self) -> InitialStructure {
        InitialStructure::Dense
    }

    fn plan(&self, step: u64) -> StepPlan {
        if step >= self.scoring_steps {
            return StepPlan::train("train");
        }
        let mut plan = StepPlan {
            update: Update::Nothing,
            statistics: BatchStatistics::Hold,
            score: vec![self.criterion],
            ..StepPlan::train("scoring")
        };
        if step + 1 == self.scoring_steps {
            plan.then = cut(self.criterion, self.scope);
        }
        plan
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::method;

    #[test]
    fn snip_and_grasp_score_then_cut_once() {
        for (name, criterion) in [("snip", Criterion::Snip), ("grasp", Criterion::Grasp)] {
            let method = method(name, 1000, &[("scoring_steps", "3")]);
            assert_eq!(method.initial_structure(), InitialStructure::Dense);
            for step in 0..3 {
                let plan = method.plan(step);
                assert_eq!((plan.update, &plan.score[..]), (Update::Nothing, &[criterion][..]), "{name}");
                assert_eq!(plan.then.weights().len(), usize::from(step == 2), "{name} at {step}");
            }
            assert!((3..1000).all(|step| method.plan(step).then.is_empty()), "{name}");
        }
    }
}
