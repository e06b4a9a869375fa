//! GraNet: gradual magnitude pruning in which every pruning step also exchanges connections (zero-cost
//! neuroregeneration).
//!
//! Sparsity rises along the cubic ramp of gradual pruning, not from a dense network but from a random one of half
//! the weights. At every pruning step, and at the same interval to the end of training, each layer then drops a
//! share of its smallest weights and grows as many where the gradient is largest, at the density that it has by
//! then; the share falls as a cosine. The gradual pruning ranks the whole network at once (`GraNet` in its code)
//! or each layer by itself (`GraNet_uniform`). The first network has the densities of the distribution; where each
//! layer is ranked by itself, all layers are equally far from dense to their budgets instead, as they stay.
//!
//! The code prunes for the last time an interval before the end of the ramp, a little above the density that was asked
//! for; here the last cut is at the end and exact.

use sparsity::{
    Allowed, Amount, Criterion, Decay, Description, Edits, InitialStructure, Method, Prunes, Scope,
    SettingSpec, Settings, StepPlan, TrialContext, Value, WeightEdit, cubic_ramp,
};

pub(crate) const DESCRIPTION: Description = Description {
    name: "granet",
    summary: "gradual magnitude pruning from half of the weights; each step regrows by gradient what it drops besides",
    source: "Liu et al., arXiv 2106.10404",
    // 1: the first network has the distribution's densities.
    revision: 1,
    prunes: Prunes::Weights,
    edits: true,
    pretrained: false,
    settings: specs,
    build: |settings, context| Box::new(GraNet::new(settings, context)),
};

/// The exchanged share does not fall below this (VITA-Group/GraNet, `eta_min` of `CosineDecay`).
const LEAST_FRACTION: f64 = 0.005;

fn specs() -> Vec<SettingSpec> {
    let spec = SettingSpec::new;
    vec![
        spec(
            "initial_density",
            Value::Float(0.5),
            Allowed::Float(0.0, 1.0),
            "share of the weights that are active at the start, or those of the budget where they are more (1: dense)",
            "VITA-Group/GraNet, README: --init-density 0.5",
        ),
        spec(
            "prune_begin",
            Value::Float(0.0),
            Allowed::Float(0.0, 1.0),
            "share of training before the first pruning step",
            "VITA-Group/GraNet, README: --init-prune-epoch 0",
        ),
        spec(
            "prune_end",
            Value::Float(0.5),
            Allowed::Float(0.0, 1.0),
            "share of training after which the budget is reached",
            "VITA-Group/GraNet, scripts for CIFAR-10: epoch 80 of 160",
        ),
        spec(
            "update_interval",
            Value::Int(1000),
            Allowed::Int(1, i64::MAX),
            "training steps between two changes of the structure",
            "VITA-Group/GraNet, scripts for CIFAR-10: 1,000 steps of 128 images",
        )
        .as_cadence(),
        spec(
            "update_fraction",
            Value::Float(0.5),
            Allowed::Float(0.0, 1.0),
            "share of the active weights exchanged at first; it falls as a cosine to 0.005 at the end of training",
            "VITA-Group/GraNet, README: --prune-rate 0.5",
        ),
        spec(
            "scope",
            Value::Word("global".into()),
            Allowed::Word(&["distribution", "global"]),
            "whether the gradual pruning keeps the budget of each layer or ranks the whole network at once",
            "VITA-Group/GraNet: GraNet_uniform and GraNet",
        ),
    ]
}

struct GraNet {
    begin: u64,
    end: u64,
    interval: u64,
    steps: u64,
    fraction: f64,
    /// Share of the weights that is active at the start.
    density: f64,
    /// The same, as a share of the way from dense to the budget.
    start: f64,
    scope: Scope,
}

impl GraNet {
    fn new(settings: &Settings, context: TrialContext) -> Self {
        let last = context.steps.saturating_sub(1);
        let at = |key: &str| ((settings.float(key) * context.steps as f64).round() as u64).min(last);
        let end = at("prune_end");
        let density = settings.float("initial_density").max(1.0 - context.sparsity);
        let zeros = 1.0 - density;
        Self {
            begin: at("prune_begin").min(end),
            end,
            interval: settings.int("update_interval"),
            steps: context.steps,
            fraction: settings.float("update_fraction"),
            density,
            start: if context.sparsity > 0.0 { zeros / context.sparsity } else { 1.0 },
            scope: if settings.word("scope") == "global" { Scope::Global } else { context.scope },
        }
    }

    /// Way from dense to the budget that a pruning step at `step` goes to, if one is due.
    fn ramp(&self, step: u64) -> Option<f64> {
        let due = step == self.end || step >= self.begin && (step + 1).is_multiple_of(self.interval);
        let progress = (step - self.begin.min(step)) as f64 / (self.end - self.begin).max(1) as f64;
        let progress = if step == self.end { 1.0 } else { progress };
        (due && step <= self.end).then(|| self.start + (1.0 - self.start) * cubic_ramp(progress))
    }

    /// Share of the active weights that is exchanged after `step`.
    fn share(&self, step: u64) -> f64 {
        let least = LEAST_FRACTION.min(self.fraction);
        least + (self.fraction - least) * Decay::Cosine.factor((step + 1) as f64 / self.steps as f64)
    }
}

impl Method for GraNet {
    fn initial_structure(&self) -> InitialStructure {
        match self.scope {
            _ if self.density == 1.0 => InitialStructure::Dense,
            Scope::Global => InitialStructure::RandomAt(self.density),
            // Ranked by themselves, layers are equally far from dense to their budgets at any time.
            Scope::PerLayer => InitialStructure::Ramp(self.start),
        }
    }

    fn plan(&self, step: u64) -> StepPlan {
        let mut plan = StepPlan::train(if step <= self.end { "pruning" } else { "train" });
        let drop = |amount, scope| WeightEdit::Drop { criterion: Criterion::Magnitude, amount, scope };
        let mut edits: Vec<WeightEdit> =
            self.ramp(step).map(|ramp| drop(Amount::Ramp(ramp), self.scope)).into_iter().collect();
        if step >= self.begin && (step + 1).is_multiple_of(self.interval) {
            plan.score.push(Criterion::Gradient);
            edits.push(drop(Amount::Fraction(self.share(step)), Scope::PerLayer));
            edits.push(WeightEdit::Regrow { criterion: Criterion::Gradient });
        }
        plan.then = Edits::Weights(edits);
        plan
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::method;

    /// The scripts for CIFAR-10 at a density of 0.1: 160 epochs of 390.6 steps, from half of the weights along
    /// s = s_f + (s_i - s_f) (1 - p)^3 to epoch 80; sparsities computed by hand.
    #[test]
    fn granet_follows_the_cubic_ramp_from_half_of_the_weights() {
        let steps = 62_500;
        let granet = method("granet", steps, &[]);
        assert_eq!(granet.initial_structure(), InitialStructure::RandomAt(0.5));
        let layers = method("granet", steps, &[("scope", "distribution")]);
        assert_eq!(layers.initial_structure(), InitialStructure::Ramp(0.5 / 0.9));
        let sparsity = |step: u64| match granet.plan(step).then.weights() {
            [WeightEdit::Drop { amount: Amount::Ramp(way), scope: Scope::Global, .. }, ..] => Some(0.9 * way),
            _ => None,
        };
        let cuts: Vec<(u64, f64)> =
            (0..steps).filter_map(|step| sparsity(step).map(|sparsity| (step, sparsity))).collect();
        assert_eq!((cuts.len(), cuts[0].0), (32, 999));
        assert_eq!(cuts[31].0, 31_250);
        for (cut, expected) in [(0, 0.537_148), (15, 0.853_505), (31, 0.9)] {
            assert!((cuts[cut].1 - expected).abs() < 1e-5, "{:?} instead of {expected}", cuts[cut]);
        }
    }

    /// From half of the active weights to 0.5 % at the end of training, at every thousandth step.
    #[test]
    fn granet_exchanges_to_the_end_of_training() {
        let granet = method("granet", 62_500, &[]);
        let share = |step: u64| match granet.plan(step).then.weights() {
            [
                ..,
                WeightEdit::Drop { amount: Amount::Fraction(share), .. },
                WeightEdit::Regrow { criterion },
            ] => {
                assert_eq!(*criterion, Criterion::Gradient);
                assert_eq!(granet.plan(step).score, [Criterion::Gradient]);
                Some(*share)
            }
            _ => None,
        };
        let shares: Vec<f64> = (0..62_500).filter_map(share).collect();
        assert_eq!(shares.len(), 62);
        assert!((share(999).unwrap() - 0.499_69).abs() < 1e-4 && shares[61] < 0.0051, "{shares:?}");
        assert!(shares.windows(2).all(|pair| pair[0] > pair[1]));
    }

    #[test]
    fn granet_ends_at_the_budget_however_short_the_training() {
        for steps in [1, 2, 7, 40] {
            for density in ["0.5", "0", "1"] {
                let short = method("granet", steps, &[("initial_density", density)]);
                let edits = (0..steps).flat_map(|step| short.plan(step).then.weights().to_vec());
                let ramps =
                    edits.filter(|edit| matches!(edit, WeightEdit::Drop { amount: Amount::Ramp(_), .. }));
                let Some(WeightEdit::Drop { amount: Amount::Ramp(last), .. }) = ramps.last() else {
                    panic!()
                };
                assert_eq!(last, 1.0, "{steps}");
            }
        }
    }
}
