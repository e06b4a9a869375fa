//! SR-STE: N:M patterns by a straight-through estimator with refined decay.
//!
//! All weights are kept and trained. The forward pass sees the N largest of
//! every M; the gradient at what it saw goes to all, and those it did not see
//! are decayed by lambda in addition, which keeps the pattern from flickering.
//! The pattern is recomputed before every step.

use sparsity::{
    Allowed, Description, Dormant, InitialStructure, Method, Prunes, SettingSpec, StepPlan, Update, Value,
};

pub(crate) const DESCRIPTION: Description = Description {
    name: "sr-ste",
    summary: "N:M patterns by a straight-through estimator; masked weights keep training with additional decay",
    source: "Zhou et al., arXiv 2102.04010",
    revision: 0,
    prunes: Prunes::Patterns,
    edits: false,
    pretrained: false,
    settings: || {
        vec![SettingSpec::new(
            "refined_decay",
            Value::Float(2e-4),
            Allowed::Float(0.0, 1.0),
            "lambda: decay of the masked weights, in addition to the recipe's",
            "SR-STE, arXiv 2102.04010: 2e-4",
        )]
    },
    build: |settings, _| Box::new(SrSte { decay: settings.float("refined_decay") }),
};

struct SrSte {
    decay: f64,
}

impl Method for SrSte {
    fn initial_structure(&self) -> InitialStructure {
        InitialStructure::Random
    }

    fn dormant(&self) -> Dormant {
        Dormant::Live
    }

    fn plan(&self, _step: u64) -> StepPlan {
        StepPlan { update: Update::StraightThrough { decay: self.decay }, ..StepPlan::train("train") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::method;

    /// The paper's lambda for networks from scratch. Weights that a step doesn't see stay trainable.
    #[test]
    fn every_step_decays_what_it_does_not_see_by_the_papers_lambda() {
        let published = method("sr-ste", 1000, &[]);
        assert_eq!(published.dormant(), Dormant::Live);
        for step in [0, 500, 999] {
            let plan = published.plan(step);
            assert_eq!((plan.update, plan.then.is_empty()), (Update::StraightThrough { decay: 2e-4 }, true));
        }
        let own = method("sr-ste", 1000, &[("refined_decay", "0.001")]);
        assert_eq!(own.plan(0).update, Update::StraightThrough { decay: 1e-3 });
    }
}
