//! One-shot magnitude pruning: dense training, pruning to the budget, fine-tuning.

use crate::cut::cut;
use sparsity::{
    Allowed, Criterion, Description, InitialStructure, Method, Prunes, Scope, SettingSpec, Settings,
    StepPlan, TrialContext, Value,
};

pub(crate) const DESCRIPTION: Description = Description {
    name: "magnitude-oneshot",
    summary: "dense training, one pruning of the smallest weights, then fine-tuning of the rest",
    source: "Han et al., arXiv 1506.02626, in one round",
    revision: 0,
    prunes: Prunes::Weights,
    edits: true,
    pretrained: false,
    settings: || {
        vec![SettingSpec::new(
            "prune_at",
            Value::Float(0.5),
            Allowed::Float(0.0, 1.0),
            "share of training before pruning",
            "own choice: as much training before pruning as after it",
        )]
    },
    build: |settings, context| Box::new(OneShot::new(settings, context)),
};

struct OneShot {
    cut: u64,
    scope: Scope,
}

impl OneShot {
    fn new(settings: &Settings, context: TrialContext) -> Self {
        let cut = (settings.float("prune_at") * context.steps as f64) as u64;
        Self { cut: cut.min(context.steps.saturating_sub(1)), scope: context.scope }
    }
}

impl Method for OneShot {
    fn initial_structure(&self) -> InitialStructure {
        InitialStructure::Dense
    }

    fn plan(&self, step: u64) -> StepPlan {
        let mut plan = StepPlan::train(if step <= self.cut { "dense" } else { "fine-tuning" });
        if step == self.cut {
            plan.then = cut(Criterion::Magnitude, self.scope);
        }
        plan
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::method;

    #[test]
    fn the_one_cut_is_always_made() {
        for (share, cut) in [("0.5", 50), ("0", 0), ("1", 99)] {
            let method = method("magnitude-oneshot", 100, &[("prune_at", share)]);
            let cuts: Vec<u64> = (0..100).filter(|step| !method.plan(*step).then.is_empty()).collect();
            assert_eq!(cuts, [cut]);
        }
    }
}
