//! MEST: memory-economic sparse training by elastic mutation.
//!
//! At regular intervals the least important active weights are removed and as many connections grow at random, from
//! zero; the share that is exchanged falls in two steps to nothing. Importance is the magnitude of a weight, and by
//! the paper's formula a multiple of that of its gradient on top. With elastic mutation alone (EM) training keeps to
//! the budget; with a soft memory bound (EM&S) it has so many more weights than the budget between two mutations, and
//! comes down to the budget when the share does.
//!
//! The shares are those of the published scripts for 90 % sparsity, over the active weights instead of over all. The
//! data sieving and the layer freezing of the paper are not here.

use sparsity::{
    Allowed, Amount, Criterion, Description, Edits, InitialStructure, Method, Prunes, Scope, SettingSpec,
    Settings, StepPlan, TrialContext, Value, WeightEdit,
};

pub(crate) const DESCRIPTION: Description = Description {
    name: "mest",
    summary: "removes the least important weights and grows as many at random, fewer in two steps (elastic mutation)",
    source: "Yuan et al., arXiv 2110.14032",
    revision: 0,
    prunes: Prunes::Weights,
    edits: true,
    pretrained: false,
    settings: specs,
    build: |settings, context| Box::new(Mest::new(settings, context)),
};

fn specs() -> Vec<SettingSpec> {
    let spec = SettingSpec::new;
    vec![
        spec(
            "mutation_interval",
            Value::Float(0.03125),
            Allowed::Float(1e-6, 1.0),
            "share of training between two mutations",
            "boone891214/MEST, scripts for ResNet-32: 5 of 160 epochs",
        ),
        spec(
            "mutation_fraction",
            Value::Float(0.2),
            Allowed::Float(0.0, 1.0),
            "share of the budget's weights that a mutation exchanges at first; half of it after the first decay, \
             nothing after the second",
            "boone891214/MEST, scripts for ResNet-32: 2 %, 1 % and 0 % of all weights at 90 % sparsity",
        ),
        spec(
            "mutation_decays",
            Value::Word("0.5625,0.75".into()),
            Allowed::Window,
            "shares of training at which the exchanged share falls",
            "boone891214/MEST, scripts for ResNet-32: epochs 90 and 120 of 160",
        ),
        spec(
            "memory_bound",
            Value::Word("hard".into()),
            Allowed::Word(&["hard", "soft"]),
            "whether training keeps to the budget (EM) or exceeds it by what a mutation exchanges (EM&S)",
            "boone891214/MEST, scripts for ResNet-32",
        ),
        spec(
            "drop_criterion",
            Value::Word("magnitude-gradient".into()),
            Allowed::Word(&["magnitude-gradient", "magnitude"]),
            "importance of weights: |w| + 0.5 |g|, or |w| alone",
            "arXiv 2110.14032: |w| + lambda |g|; lambda is 0.5 by default in the code of SparCL, which builds on \
             MEST's, and 0 in MEST's own",
        ),
    ]
}

struct Mest {
    interval: u64,
    fraction: f64,
    /// Where the share is halved, and where nothing is exchanged any more.
    half: u64,
    end: u64,
    soft: bool,
    criterion: Criterion,
    sparsity: f64,
    scope: Scope,
}

impl Mest {
    fn new(settings: &Settings, context: TrialContext) -> Self {
        let last = context.steps.saturating_sub(1);
        let at = |share: f64| (share * context.steps as f64).round() as u64;
        let decays = settings.shares("mutation_decays");
        let decay = |index: usize| decays.get(index).map_or(last, |share| at(*share).min(last));
        let criterion = settings.word("drop_criterion").parse();
        Self {
            interval: at(settings.float("mutation_interval")).max(1),
            fraction: settings.float("mutation_fraction"),
            half: decay(0),
            end: decay(1),
            soft: settings.word("memory_bound") == "soft",
            criterion: criterion.expect("the setting allows the names of criteria only"),
            sparsity: context.sparsity,
            scope: context.scope,
        }
    }

    /// Way from dense to the budget of a network that has this share of the budget's weights beyond it.
    fn beyond(&self, share: f64) -> f64 {
        let zeros = 1.0 - (1.0 - self.sparsity) * (1.0 + share);
        if self.sparsity > 0.0 { (zeros / self.sparsity).max(0.0) } else { 1.0 }
    }

    /// The mutation after `step`, if there is one.
    fn mutate(&self, step: u64) -> Vec<WeightEdit> {
        let (criterion, scope) = (self.criterion, self.scope);
        let drop = |amount| WeightEdit::Drop { criterion, amount, scope };
        let share = if step < self.half { self.fraction } else { self.fraction / 2.0 };
        match step < self.end {
            true if !step.is_multiple_of(self.interval) => Vec::new(),
            true if self.soft => vec![
                drop(Amount::Ramp(self.beyond(share))),
                drop(Amount::Ramp(1.0)),
                WeightEdit::Regrow { criterion: Criterion::Random },
            ],
            true => {
                vec![drop(Amount::Fraction(share)), WeightEdit::Grow { criterion: Criterion::Random, scope }]
            }
            // A soft bound comes down to the budget.
            false if self.soft && step == self.end => vec![drop(Amount::Ramp(1.0))],
            false => Vec::new(),
        }
    }
}

impl Method for Mest {
    fn initial_structure(&self) -> InitialStructure {
        if self.soft { InitialStructure::Ramp(self.beyond(self.fraction)) } else { InitialStructure::Random }
    }

    fn plan(&self, step: u64) -> StepPlan {
        let mut plan = StepPlan::train("train");
        plan.then = Edits::Weights(self.mutate(step));
        if !plan.then.is_empty() {
            plan.stage = "mutation";
            plan.score.extend(self.criterion.needs_gradients().then_some(self.criterion));
        }
        plan
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::method;

    /// 160 epochs of 781 steps at 90 % sparsity: `--lower-bound 0.92-0.91-0.9`, every five epochs, less at 90, none at
    /// 120.
    #[test]
    fn mest_exchanges_two_percent_then_one_then_nothing() {
        let epoch = 781;
        let mest = method("mest", 160 * epoch, &[]);
        assert_eq!(mest.initial_structure(), InitialStructure::Random);
        let share = |step: u64| match mest.plan(step).then.weights() {
            [
                WeightEdit::Drop { amount: Amount::Fraction(share), .. },
                WeightEdit::Grow { criterion, .. },
            ] => {
                assert_eq!(*criterion, Criterion::Random);
                Some((step as f64 / epoch as f64, 0.1 * share))
            }
            _ => None,
        };
        let mutations: Vec<(f64, f64)> = (0..160 * epoch).filter_map(share).collect();
        assert_eq!(mutations.len(), 24);
        for (index, (at, share)) in mutations.iter().enumerate() {
            assert_eq!(*at, 5.0 * index as f64);
            let expected = if *at < 90.0 { 0.02 } else { 0.01 };
            assert!((share - expected).abs() < 1e-12, "epoch {at}: {share}");
        }
        assert_eq!(mest.plan(0).score, [Criterion::MagnitudeGradient]);
        assert!(mest.plan(1).score.is_empty());
    }

    /// The README's `--upper-bound 0.88-0.89-0.9` of EM&S: sparsities between two mutations, and that they come down
    /// to.
    #[test]
    fn a_soft_memory_bound_comes_down_to_the_budget() {
        let mest = method("mest", 1600, &[("memory_bound", "soft"), ("drop_criterion", "magnitude")]);
        let InitialStructure::Ramp(way) = mest.initial_structure() else { panic!() };
        assert!((0.9 * way - 0.88).abs() < 1e-12, "{way}");
        let bounds = |step: u64| -> Vec<f64> {
            let ramp = |edit: &WeightEdit| match edit {
                WeightEdit::Drop { amount: Amount::Ramp(way), .. } => Some(0.9 * way),
                _ => None,
            };
            mest.plan(step).then.weights().iter().filter_map(ramp).collect()
        };
        for (step, expected) in [(850, vec![0.88, 0.9]), (900, vec![0.89, 0.9]), (1200, vec![0.9])] {
            let found = bounds(step);
            assert_eq!(found.len(), expected.len(), "{step}");
            assert!(found.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-12), "{step}: {found:?}");
        }
        assert!((1201..1600).all(|step| mest.plan(step).then.is_empty()));
        for steps in [1, 2, 5] {
            let short = method("mest", steps, &[("memory_bound", "soft")]);
            let last = (0..steps).flat_map(|step| short.plan(step).then.weights().to_vec()).last();
            assert!(matches!(last, Some(WeightEdit::Drop { .. })), "{steps}: {last:?}");
        }
    }
}
