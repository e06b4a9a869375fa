//! STR: every layer trains the threshold below which its weights are zero.
//!
//! A weight w of a layer with the trained number s runs as sign(w) max(|w| - t, 0), t = sigmoid(s). Weights and s
//! follow their gradients: weights below the threshold move by decay and momentum alone. s starts far below
//! zero, where t is zero and has no gradient, and its decay brings it up; the sparsity is where decay and loss
//! come to balance. So it is reached, and not asked for: the recipe's decay and s at the start decide. In
//! the code's configuration for 90.23 % of ResNet-50 s takes nearly all of the training to arrive.
//!
//! A training that is much shorter needs a start nearer to zero and a larger decay of s, which is what its code's
//! option `--st-decay` is for.

use sparsity::{
    Allowed, Description, Dormant, InitialStructure, Method, Prunes, SettingSpec, StepPlan, Update, Value,
};

/// The word for thresholds that decay as weights do.
const AS_WEIGHTS: &str = "recipe";

pub(crate) const DESCRIPTION: Description = Description {
    name: "str",
    summary: "every layer trains a soft threshold, below which weights are zero; sparsity follows from decay",
    source: "Kusupati et al., arXiv 2002.03231",
    // The profiles that train for minutes give it another start and decay.
    revision: 1,
    prunes: Prunes::Unasked,
    edits: false,
    pretrained: false,
    settings: || {
        let spec = SettingSpec::new;
        vec![
            spec(
                "initial_threshold",
                Value::Float(-3200.0),
                Allowed::Float(-1e6, 0.0),
                "s_init: s of every layer at the start; the threshold is its sigmoid",
                "RAIVNLab/STR, configuration of ResNet-50 at 90.23 %; of MobileNet-V1 at 89.01 %: -12800",
            ),
            spec(
                "threshold_decay",
                Value::Word(AS_WEIGHTS.into()),
                Allowed::ShareOr(AS_WEIGHTS),
                "decay of s (recipe: weight_decay of the recipe)",
                "STR, arXiv 2002.03231: lambda, the decay of all parameters; --st-decay of its code",
            ),
        ]
    },
    build: |settings, _| {
        let decay = settings.word("threshold_decay").parse().ok();
        Box::new(Str { initial: settings.float("initial_threshold"), decay })
    },
};

struct Str {
    initial: f64,
    /// The recipe's if none.
    decay: Option<f64>,
}

impl Method for Str {
    fn initial_structure(&self) -> InitialStructure {
        InitialStructure::Thresholds { initial: self.initial }
    }

    fn dormant(&self) -> Dormant {
        Dormant::Live
    }

    fn plan(&self, _step: u64) -> StepPlan {
        StepPlan { update: Update::SoftThreshold { decay: self.decay }, ..StepPlan::train("train") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::method;

    #[test]
    fn thresholds_start_and_decay_as_in_the_code() {
        let published = method("str", 1000, &[]);
        assert_eq!(published.initial_structure(), InitialStructure::Thresholds { initial: -3200.0 });
        assert_eq!(published.dormant(), Dormant::Live);
        let plan = published.plan(999);
        assert_eq!((plan.update, plan.then.is_empty()), (Update::SoftThreshold { decay: None }, true));
        let short = method("str", 1000, &[("threshold_decay", "0.01"), ("initial_threshold", "-8")]);
        assert_eq!(short.plan(0).update, Update::SoftThreshold { decay: Some(0.01) });
        assert_eq!(short.initial_structure(), InitialStructure::Thresholds { initial: -8.0 });
    }
}
