//! Gradual magnitude pruning (Zhu and Gupta, arXiv 1710.01878), the `Pruning`
//! rows of RigL's tables: from dense to the budget along a cubic ramp. With a
//! latency target, the channels of the smallest L2 norm (Li et al., arXiv 1608.08710)
//! go along the same ramp of latency.

use sparsity::{
    Accounting, Allowed, Amount, ChannelEdit, Criterion, Description, Edits, InitialStructure, Method,
    Prunes, Scope, SettingSpec, Settings, StepPlan, TrialContext, Value, WeightEdit, cubic_ramp,
};

pub(crate) const DESCRIPTION: Description = Description {
    name: "magnitude",
    summary: "gradual magnitude pruning of weights or channels along a cubic schedule, starting dense",
    source: "Zhu and Gupta, arXiv 1710.01878",
    revision: 0,
    prunes: Prunes::WeightsOrChannels,
    edits: true,
    pretrained: false,
    settings: specs,
    build: |settings, context| Box::new(Gradual::new(settings, context)),
};

fn specs() -> Vec<SettingSpec> {
    let spec = SettingSpec::new;
    vec![
        spec(
            "prune_begin",
            Value::Float(0.2048),
            Allowed::Float(0.0, 1.0),
            "share of training before the first pruning step",
            "RigL's CIFAR-10 code: step 20,000 of 97,656",
        ),
        spec(
            "prune_end",
            Value::Float(0.768),
            Allowed::Float(0.0, 1.0),
            "share of training after which the budget is reached",
            "RigL's CIFAR-10 code: step 75,000 of 97,656",
        ),
        spec(
            "prune_interval",
            Value::Int(1000),
            Allowed::Int(1, i64::MAX),
            "training steps between two pruning steps",
            "RigL's CIFAR-10 code",
        )
        .as_cadence(),
        Accounting::Outputs.setting("own choice: as HALP, so that only the criterion differs"),
    ]
}

struct Gradual {
    begin: u64,
    end: u64,
    interval: u64,
    scope: Scope,
    latency_target: Option<f64>,
}

impl Gradual {
    fn new(settings: &Settings, context: TrialContext) -> Self {
        let last = context.steps.saturating_sub(1);
        let at = |key: &str| ((settings.float(key) * context.steps as f64).round() as u64).min(last);
        let end = at("prune_end");
        Self {
            begin: at("prune_begin").min(end),
            end,
            interval: settings.int("prune_interval"),
            scope: context.scope,
            latency_target: context.latency_target,
        }
    }

    /// Share of the way to the budget after `step`, if a cut is due.
    fn ramp(&self, step: u64) -> Option<f64> {
        if step == self.end {
            return Some(1.0);
        }
        let due = (self.begin..self.end).contains(&step) && (step - self.begin).is_multiple_of(self.interval);
        due.then(|| cubic_ramp((step - self.begin) as f64 / (self.end - self.begin) as f64))
    }
}

impl Method for Gradual {
    fn initial_structure(&self) -> InitialStructure {
        InitialStructure::Dense
    }

    fn plan(&self, step: u64) -> StepPlan {
        let mut plan = StepPlan::train(if step <= self.end { "pruning" } else { "fine-tuning" });
        let criterion = Criterion::Magnitude;
        if let Some(ramp) = self.ramp(step) {
            let (amount, scope) = (Amount::Ramp(ramp), self.scope);
            plan.then = match self.latency_target {
                Some(target) => {
                    let latency = 1.0 - ramp * (1.0 - target);
                    Edits::Channels(vec![ChannelEdit::Drop { criterion, latency }])
                }
                None => Edits::Weights(vec![WeightEdit::Drop { criterion, amount, scope }]),
            };
        }
        plan
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{latencies, method, with_latency};

    #[test]
    fn gradual_pruning_reaches_the_budget_at_its_end() {
        let steps = 97_656;
        let magnitude = method("magnitude", steps, &[]);
        assert_eq!(magnitude.initial_structure(), InitialStructure::Dense);
        let ramps: Vec<(u64, f64)> = (0..steps)
            .filter_map(|step| match magnitude.plan(step).then.weights() {
                [WeightEdit::Drop { amount: Amount::Ramp(ramp), .. }] => Some((step, *ramp)),
                _ => None,
            })
            .collect();
        assert_eq!((ramps[0], ramps.last()), ((20_000, 0.0), Some(&(75_000, 1.0))));
        assert_eq!(ramps.len(), 56);
        assert!(ramps.windows(2).all(|pair| pair[0].1 < pair[1].1));
    }

    #[test]
    fn gradual_pruning_of_channels_follows_the_same_ramp() {
        let cuts =
            latencies(&*with_latency("magnitude", 10_000, &[("prune_interval", "100")], Some(0.4)), 10_000);
        let weights = method("magnitude", 10_000, &[("prune_interval", "100")]);
        for (step, latency) in cuts {
            let [WeightEdit::Drop { amount: Amount::Ramp(ramp), .. }] = weights.plan(step).then.weights()[..]
            else {
                panic!("{step}")
            };
            assert!((latency - (1.0 - 0.6 * ramp)).abs() < 1e-12);
        }
    }
}
