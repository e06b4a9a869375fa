//! HALP (Shen et al., "Structural Pruning via Latency-Saliency Knapsack", arXiv
//! 2210.06659): channels of a pretrained network are pruned in a few steps early in
//! training, each to a latency that falls exponentially, and never come back.

use sparsity::{
    Accounting, Allowed, Criterion, Description, Edit, InitialStructure, Method, Prunes, SettingSpec,
    Settings, StepPlan, TrialContext, Value,
};

pub(crate) const DESCRIPTION: Description = Description {
    name: "halp",
    summary: "prune channels of pretrained weights to a latency that falls exponentially, by a knapsack of importance and latency",
    source: "HALP, arXiv 2210.06659",
    prunes: Prunes::Channels,
    pretrained: true,
    settings: specs,
    build: |settings, context| Box::new(Halp::new(settings, context)),
};

const CODE: &str = "HALP's code: configuration of ResNet-50";
const PRICES: &str = "HALP's code prices the layers that make a channel only";

fn specs() -> Vec<SettingSpec> {
    let spec = SettingSpec::new;
    vec![
        spec(
            "prune_start",
            Value::Int(0),
            Allowed::Int(0, 1_000_000_000),
            "training step at which importance begins to be gathered",
            CODE,
        ),
        spec(
            "prune_interval",
            Value::Int(40),
            Allowed::Int(1, 1_000_000_000),
            "training steps between two prunes, over which importance is averaged",
            CODE,
        ),
        spec(
            "prune_steps",
            Value::Int(30),
            Allowed::Int(1, 1_000_000),
            "number of prunes; fewer if training is shorter, the last always reaching the target",
            CODE,
        ),
        spec(
            "criterion",
            Value::Word("taylor".into()),
            Allowed::Word(&["taylor", "taylor-weights", "magnitude", "random"]),
            "importance of channels",
            "arXiv 2210.06659: first-order Taylor of batch norms",
        ),
        Accounting::Outputs.setting(PRICES),
    ]
}

struct Halp {
    start: u64,
    interval: u64,
    prunes: u64,
    latency_target: f64,
    criterion: Criterion,
}

impl Halp {
    fn new(settings: &Settings, context: TrialContext) -> Self {
        let start = settings.int("prune_start").min(context.steps.saturating_sub(1));
        let interval = settings.int("prune_interval").min(context.steps - start);
        Self {
            start,
            interval,
            prunes: settings.int("prune_steps").min((context.steps - start) / interval),
            latency_target: context.latency_target.unwrap_or(1.0),
            criterion: settings
                .word("criterion")
                .parse()
                .unwrap_or_else(|_| panic!("`criterion` allows a word it cannot read")),
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
            plan.then.push(Edit::DropChannels { criterion: self.criterion, latency });
        }
        plan
    }
}
