//! Top-KAST: the largest weights run, and somewhat more of them are trained.
//!
//! All weights are kept. The forward pass, and the gradients of activations, see
//! the set A of the largest ones. The gradient by the weights is used on a
//! larger set B, so that a weight beside A can grow into it; the others neither
//! move nor decay. Both sets are chosen anew by magnitude at regular intervals.
//!
//! The exploration regulariser is the L2 decay: that of the recipe on A, and the
//! same over the density D of the network on the rest of B, so that what does not
//! run has to be worth it. The paper's coefficient is the recipe's decay.
//!
//! The sets of the first step are one: B is chosen for the first time after it.

use sparsity::{
    Allowed, Criterion, Description, Dormant, Edits, InitialStructure, Method, Prunes, Scope, SettingSpec,
    StepPlan, Update, Value, WeightEdit,
};

pub(crate) const DESCRIPTION: Description = Description {
    name: "top-kast",
    summary: "the largest weights run, a larger set of them is trained; all are kept, and both sets chosen by magnitude",
    source: "Jayakumar et al., arXiv 2106.03517",
    revision: 0,
    prunes: Prunes::Weights,
    edits: true,
    pretrained: false,
    settings: specs,
    build: |settings, context| {
        Box::new(TopKast {
            interval: settings.int("refresh_interval"),
            ratio: settings.float("backward_ratio"),
            scope: context.scope,
        })
    },
};

fn specs() -> Vec<SettingSpec> {
    let spec = SettingSpec::new;
    vec![
        spec(
            "refresh_interval",
            Value::Int(100),
            Allowed::Int(1, i64::MAX),
            "N: training steps between two choices of both sets",
            "Top-KAST, arXiv 2106.03517: every N steps; 100 as in neuralmagic/sparseml, pull request 1674",
        )
        .as_cadence(),
        spec(
            "backward_ratio",
            Value::Float(2.0),
            Allowed::Float(1.0, 1e6),
            "weights that are trained (B) over those that run (A)",
            "Top-KAST on ImageNet: 90 % do not run, 80 % are not trained (neuralmagic/sparseml, pull request 1674)",
        ),
    ]
}

struct TopKast {
    interval: u64,
    ratio: f64,
    scope: Scope,
}

impl TopKast {
    /// Chooses both sets among all weights.
    fn choose(&self) -> Edits {
        let (criterion, scope, backward) = (Criterion::Magnitude, self.scope, self.ratio);
        Edits::Weights(vec![WeightEdit::Select { criterion, scope, backward }])
    }
}

impl Method for TopKast {
    fn initial_structure(&self) -> InitialStructure {
        InitialStructure::Largest
    }

    fn dormant(&self) -> Dormant {
        Dormant::Live
    }

    fn plan(&self, step: u64) -> StepPlan {
        let mut plan =
            StepPlan { update: Update::Backward { ratio: self.ratio }, ..StepPlan::train("train") };
        if step.is_multiple_of(self.interval) {
            plan.stage = "refresh";
            plan.then = self.choose();
        }
        plan
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::method;
    use sparsity::step_cost;

    #[test]
    fn top_kast_trains_twice_what_runs_and_chooses_every_hundred_steps() {
        let steps = 1000;
        let top_kast = method("top-kast", steps, &[]);
        assert_eq!(
            (top_kast.initial_structure(), top_kast.dormant()),
            (InitialStructure::Largest, Dormant::Live)
        );
        let refreshes: Vec<u64> = (0..steps).filter(|step| !top_kast.plan(*step).then.is_empty()).collect();
        assert_eq!(refreshes, [0, 100, 200, 300, 400, 500, 600, 700, 800, 900]);
        let plan = top_kast.plan(100);
        assert!(plan.score.is_empty(), "no dense gradient is needed");
        let (criterion, scope) = (Criterion::Magnitude, Scope::PerLayer);
        assert_eq!(plan.then.weights(), [WeightEdit::Select { criterion, scope, backward: 2.0 }]);
        // 90 % do not run and 80 % are not trained: 0.1, 0.1 and 0.2 of the three passes.
        let cost: f64 = (0..steps).map(|step| step_cost(&top_kast.plan(step), 0.1)).sum();
        assert!((cost / (3 * steps) as f64 - 0.4 / 3.0).abs() < 1e-12, "{cost}");
    }
}
