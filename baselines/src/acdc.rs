//! AC/DC: alternating phases of dense and of sparse training.
//!
//! After a dense warm-up, every compressed phase starts by pruning to the
//! budget by magnitude, and every dense one by making all weights active
//! again, the pruned ones from zero and the momentum of everything, too; the
//! last phase is compressed. A compressed phase that would run into the last
//! one is left dense, so that the final pruning follows a long dense phase.
//!
//! In the uniform configurations of its code the first convolution and the
//! classifier stay dense; here the distribution decides which layers do, and
//! under `uniform` that is the first convolution alone.

use crate::cut::cut;
use sparsity::{
    Allowed, Criterion, Description, Edits, InitialStructure, Method, Prunes, Scope, SettingSpec, Settings,
    StepPlan, TrialContext, Value, WeightEdit,
};

pub(crate) const DESCRIPTION: Description = Description {
    name: "acdc",
    summary: "alternates sparse and dense phases; each sparse phase starts with magnitude pruning",
    source: "Peste et al., arXiv 2106.12379",
    revision: 1,
    prunes: Prunes::Weights,
    edits: true,
    pretrained: false,
    settings: specs,
    build: |settings, context| Box::new(AcDc::new(settings, context)),
};

fn specs() -> Vec<SettingSpec> {
    let spec = SettingSpec::new;
    vec![
        spec(
            "dense_warmup",
            Value::Float(0.1),
            Allowed::Float(0.0, 1.0),
            "share of training before the first compressed phase",
            "IST-DASLab/ACDC, configuration for ResNet-50: epoch 10 of 100",
        ),
        spec(
            "phase_length",
            Value::Float(0.05),
            Allowed::Float(1e-6, 1.0),
            "length of each phase as a share of training",
            "IST-DASLab/ACDC, configuration for ResNet-50: 5 of 100 epochs",
        ),
        spec(
            "last_phase",
            Value::Float(0.85),
            Allowed::Float(0.0, 1.0),
            "share of training after which the network stays compressed",
            "IST-DASLab/ACDC, configuration for ResNet-50: epoch 85 of 100",
        ),
    ]
}

struct AcDc {
    warmup: u64,
    length: u64,
    last: u64,
    scope: Scope,
}

impl AcDc {
    fn new(settings: &Settings, context: TrialContext) -> Self {
        let end = context.steps.saturating_sub(1);
        let at = |key: &str| (settings.float(key) * context.steps as f64).round() as u64;
        let last = at("last_phase").clamp(1, end.max(1));
        Self {
            warmup: at("dense_warmup").clamp(1, last),
            length: at("phase_length").max(1),
            last,
            scope: context.scope,
        }
    }

    /// Whether `step` belongs to a compressed phase.
    fn is_compressed(&self, step: u64) -> bool {
        if step < self.warmup || step >= self.last {
            return step >= self.last;
        }
        let phase = (step - self.warmup) / self.length;
        let end = self.warmup + (phase + 1) * self.length;
        phase.is_multiple_of(2) && end < self.last
    }
}

impl Method for AcDc {
    fn initial_structure(&self) -> InitialStructure {
        InitialStructure::Dense
    }

    fn plan(&self, step: u64) -> StepPlan {
        let (now, next) = (self.is_compressed(step), self.is_compressed(step + 1));
        let mut plan = StepPlan::train(if now { "compressed" } else { "dense" });
        match (now, next) {
            (false, true) => plan.then = cut(Criterion::Magnitude, self.scope),
            (true, false) => plan.then = Edits::Weights(vec![WeightEdit::ActivateAll]),
            _ => {}
        }
        plan
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::method;

    /// The phases of the authors' configuration for 100 epochs: cuts at 10, 20 ... 70 and 85, all weights
    /// again at 15, 25 ... 65 and 75.
    #[test]
    fn acdc_takes_turns_and_ends_compressed() {
        let method = method("acdc", 1000, &[]);
        let edits = |all: bool| -> Vec<u64> {
            let is = |step: &u64| {
                method.plan(*step).then.weights().iter().any(|edit| (*edit == WeightEdit::ActivateAll) == all)
            };
            (0..1000).filter(is).map(|step| step + 1).collect()
        };
        assert_eq!(edits(false), [100, 200, 300, 400, 500, 600, 700, 850]);
        assert_eq!(edits(true), [150, 250, 350, 450, 550, 650, 750]);
        for (step, stage) in
            [(0, "dense"), (100, "compressed"), (150, "dense"), (849, "dense"), (850, "compressed")]
        {
            assert_eq!(method.plan(step).stage, stage, "{step}");
        }
        for steps in [1, 2, 3, 7, 20] {
            let short = crate::tests::method("acdc", steps, &[]);
            let active = (0..steps).flat_map(|step| short.plan(step).then.weights().to_vec()).last();
            assert!(active.is_none_or(|edit| edit != WeightEdit::ActivateAll), "{steps} steps end dense");
            assert!(active.is_some(), "{steps} steps have no cut");
        }
    }
}
