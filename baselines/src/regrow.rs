//! What SET, SNFS and RigL share: at regular intervals the smallest weights are
//! dropped and as many connections are grown; the three differ in what grows.
//!
//! Details as in RigL's reference (arXiv 1911.11134 and google-research/rigl):
//! the first update is at step 0; RigL's takes the place of the gradient step,
//! those of SET and SNFS follow it; SNFS smooths gradients to the end of training;
//! a connection dropped and grown at once keeps its value, a new one starts at
//! zero without momentum. RigL's code adds noise of 1e-5 to the drop scores to
//! break ties; here the earlier weight wins, so that runs repeat exactly.

use sparsity::{
    Allowed, Amount, Criterion, Decay, Edits, InitialStructure, Method, Scope, SettingSpec, Settings,
    StepPlan, TrialContext, Update, Value, WeightEdit,
};

/// The settings of the three methods.
pub(crate) fn specs() -> Vec<SettingSpec> {
    let spec = SettingSpec::new;
    vec![
        spec(
            "update_interval",
            Value::Int(100),
            Allowed::Int(1, i64::MAX),
            "dT: training steps between two updates of the structure",
            "RigL, arXiv 1911.11134: 100",
        )
        .as_cadence(),
        spec(
            "update_fraction",
            Value::Float(0.3),
            Allowed::Float(0.0, 1.0),
            "alpha: share of the active weights exchanged at the first update",
            "RigL, arXiv 1911.11134: 0.3",
        ),
        spec(
            "update_decay",
            Value::Word("cosine".into()),
            Allowed::Word(Decay::NAMES),
            "how alpha decays until the last update",
            "RigL, arXiv 1911.11134: cosine",
        ),
        spec(
            "update_end",
            Value::Float(0.768),
            Allowed::Float(0.0, 1.0),
            "share of training after which the structure no longer changes",
            "RigL's CIFAR-10 code: step 75,000 of 97,656",
        ),
    ]
}

/// When RigL exchanges connections, and what share of them.
pub(crate) struct Exchange {
    interval: u64,
    fraction: f64,
    decay: Decay,
    end: u64,
}

impl Exchange {
    pub(crate) fn new(settings: &Settings, context: TrialContext) -> Self {
        let decay = settings.word("update_decay").parse();
        Self {
            interval: settings.int("update_interval"),
            fraction: settings.float("update_fraction"),
            decay: decay.expect("the setting allows the names of decays only"),
            end: (settings.float("update_end") * context.steps as f64).round() as u64,
        }
    }

    /// The share that is exchanged at `step`, if something is.
    pub(crate) fn share(&self, step: u64) -> Option<f64> {
        let update = step < self.end && step.is_multiple_of(self.interval);
        update.then(|| self.fraction * self.decay.factor(step as f64 / self.end as f64))
    }
}

/// Magnitude drop with growth by `grow`.
pub(crate) struct Regrow {
    exchange: Exchange,
    grow: Criterion,
    scope: Scope,
}

impl Regrow {
    pub(crate) fn new(settings: &Settings, context: TrialContext, grow: Criterion) -> Self {
        Self { exchange: Exchange::new(settings, context), grow, scope: context.scope }
    }

    fn exchange(&self, share: f64) -> Edits {
        let drop = Amount::Fraction(share);
        Edits::Weights(vec![
            WeightEdit::Drop { criterion: Criterion::Magnitude, amount: drop, scope: self.scope },
            WeightEdit::Grow { criterion: self.grow, scope: self.scope },
        ])
    }
}

impl Method for Regrow {
    fn initial_structure(&self) -> InitialStructure {
        InitialStructure::Random
    }

    fn plan(&self, step: u64) -> StepPlan {
        let mut plan = StepPlan::train("train");
        let share = self.exchange.share(step);
        if self.grow == Criterion::GradientMomentum || share.is_some() && self.grow.needs_gradients() {
            plan.score.push(self.grow);
        }
        if let Some(share) = share {
            plan.stage = "update";
            plan.then = self.exchange(share);
            if self.grow == Criterion::Gradient {
                plan.update = Update::Nothing;
            }
        }
        plan
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::method;

    #[test]
    fn set_needs_no_gradient_and_snfs_always_does() {
        assert!((0..300).all(|step| method("set", 1000, &[]).plan(step).score.is_empty()));
        assert!(
            (0..1000).all(|step| method("snfs", 1000, &[]).plan(step).score == [Criterion::GradientMomentum])
        );
        for name in ["set", "snfs"] {
            let plan = method(name, 1000, &[]).plan(100);
            assert_eq!(
                (plan.update, plan.then.weights().len()),
                (Update::Active, 2),
                "{name} updates after the gradient step"
            );
        }
    }
}
