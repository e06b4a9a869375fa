//! HALP (Shen et al., "Structural Pruning via Latency-Saliency Knapsack", arXiv
//! 2210.06659): channels of a pretrained network are pruned in a few steps early in
//! training, each to a lower latency along an exponential schedule, and never return.

use sparsity::{
    Accounting, Allowed, ChannelEdit, Criterion, Description, Edits, InitialStructure, Method, Prunes,
    SettingSpec, Settings, StepPlan, TrialContext, Value,
};

pub(crate) const DESCRIPTION: Description = Description {
    name: "halp",
    summary: "prunes channels of a pretrained network to a latency budget that falls exponentially, by a knapsack of importance and latency",
    source: "HALP, arXiv 2210.06659",
    revision: 0,
    prunes: Prunes::Channels,
    edits: true,
    pretrained: true,
    settings: specs,
    build: |settings, context| {
        let criterion = settings.word("criterion").parse();
        let criterion = criterion.expect("the setting allows the names of criteria only");
        Box::new(Halp::new(settings, context, criterion))
    },
};

const CODE: &str = "HALP's code: configuration of ResNet-50";
const PRICES: &str = "HALP's code prices the layers that make a channel only";

fn specs() -> Vec<SettingSpec> {
    let criterion = SettingSpec::new(
        "criterion",
        Value::Word("taylor".into()),
        Allowed::Word(&["taylor", "taylor-weights", "magnitude", "random"]),
        "saliency criterion of channels",
        "arXiv 2210.06659: first-order Taylor of batch norms",
    );
    [vec![criterion], schedule()].concat()
}

/// The settings of when channels are pruned, and how they are priced.
pub(crate) fn schedule() -> Vec<SettingSpec> {
    let spec = SettingSpec::new;
    vec![
        spec(
            "prune_start",
            Value::Int(0),
            Allowed::Int(0, 1_000_000_000),
            "training step from which importance is accumulated",
            CODE,
        ),
        spec(
            "prune_interval",
            Value::Int(40),
            Allowed::Int(1, 1_000_000_000),
            "training steps between two pruning steps, over which importance is averaged",
            CODE,
        )
        .as_cadence(),
        spec(
            "prune_steps",
            Value::Int(30),
            Allowed::Int(1, 1_000_000),
            "number of pruning steps; fewer if training is shorter, and the last one always reaches the target",
            CODE,
        ),
        Accounting::Outputs.setting(PRICES),
    ]
}

/// HALP's schedule of latencies with any saliency.
pub(crate) struct Halp {
    start: u64,
    interval: u64,
    prunes: u64,
    latency_target: f64,
    criterion: Criterion,
}

impl Halp {
    pub(crate) fn new(settings: &Settings, context: TrialContext, criterion: Criterion) -> Self {
        let start = settings.int("prune_start").min(context.steps.saturating_sub(1));
        let interval = settings.int("prune_interval").min(context.steps - start);
        Self {
            start,
            interval,
            prunes: settings.int("prune_steps").min((context.steps - start) / interval),
            latency_target: context.latency_target.unwrap_or(1.0),
            criterion,
        }
    }
}

impl Method for Halp {
    fn initial_structure(&self) -> InitialStructure {
        InitialStructure::Dense
    }

    fn plan(&self, step: u64) -> StepPlan {
        let end = self.start + self.interval * self.prunes;
        if step < self.start || step >= end {
            return StepPlan::train(if step < self.start { "training" } else { "fine-tuning" });
        }
        let mut plan = StepPlan { score: vec![self.criterion], ..StepPlan::train("pruning") };
        plan.score.retain(|criterion| criterion.needs_gradients());
        let done = step + 1 - self.start;
        if done.is_multiple_of(self.interval) {
            // L = exp(a ln L_target + (1 - a) ln L_0), with the dense network's latency as the unit.
            let latency = self.latency_target.powf((done / self.interval) as f64 / self.prunes as f64);
            plan.then = Edits::Channels(vec![ChannelEdit::Drop { criterion: self.criterion, latency }]);
        }
        plan
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{latencies, with_latency};

    /// 30 prunes in 1,200 steps, each leaving the same share of what was there: L = exp(a ln 0.3), a = t / 30.
    #[test]
    fn halp_prunes_in_1200_steps_to_its_target() {
        let halp = with_latency("halp", 112_590, &[], Some(0.3));
        let cuts = latencies(&*halp, 112_590);
        assert_eq!((cuts.len(), cuts[0].0, cuts[29].0), (30, 39, 1_199));
        assert!((cuts[29].1 - 0.3).abs() < 1e-12);
        assert!(cuts.windows(2).all(|pair| (pair[1].1 / pair[0].1 - 0.3f64.powf(1.0 / 30.0)).abs() < 1e-12));
        assert_eq!(halp.plan(1_199).score, [Criterion::Taylor]);
        assert!(halp.plan(1_200).score.is_empty());
    }

    /// A training that is too short for the schedule has fewer prunes; the last reaches the target.
    #[test]
    fn halp_reaches_its_target_however_short_the_training() {
        for steps in [1, 7, 41, 130, 5_000] {
            let cuts = latencies(&*with_latency("halp", steps, &[], Some(0.5)), steps);
            assert!((cuts.last().unwrap().1 - 0.5).abs() < 1e-12, "{steps}: {cuts:?}");
        }
        let late = latencies(&*with_latency("halp", 100, &[("prune_start", "90")], Some(0.5)), 100);
        assert_eq!(late, [(99, 0.5)]);
    }
}
