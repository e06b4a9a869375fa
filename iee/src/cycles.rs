//! When the structure changes: the cycles of a training and the stages of a cycle.

use sparsity::{Settings, TrialContext};

/// The stages of a cycle and where in the training its cycles are.
pub(crate) struct Cycles {
    /// The step of the first cycle.
    pub start: u64,
    /// How many there are.
    pub count: u64,
    /// Steps of importance estimation.
    pub importance: u64,
    /// Steps of recovery.
    pub recovery: u64,
    /// Steps of exploration.
    pub exploration: u64,
    /// How many end with an exploration whose steps are none of the recipe's.
    uncounted: u64,
}

impl Cycles {
    /// Those that the settings give a training.
    ///
    /// From its start to `update_end` as many as fit. Where channels are pruned, `latency_window` puts them elsewhere,
    /// and `latency_cycles` stretches or shortens them to so many; the first comes after the warm-up of the learning
    /// rate. Whether the steps of explorations are among those of the recipe, `exploration_counts` says.
    pub fn of(settings: &Settings, context: TrialContext) -> Self {
        let scales = settings.factors("stage_scales");
        let keys = ["importance_steps", "recovery_steps", "exploration_steps"];
        let stages: [u64; 3] = std::array::from_fn(|stage| {
            let (steps, scaled) =
                (settings.int(keys[stage]), settings.int(keys[stage]) as f64 * scales[stage]);
            // A stage that is switched on is never scaled to nothing.
            if steps == 0 { 0 } else { scaled.round().max(1.0) as u64 }
        });
        let channels = context.latency_target.is_some();
        let window = if channels { settings.shares("latency_window") } else { Vec::new() };
        let (start, end) = match window[..] {
            [start, end] => {
                let at = |share: f64| (share * context.steps as f64).round() as u64;
                (at(start), at(end))
            }
            _ => {
                let end = (settings.float("update_end") * context.steps as f64) as u64;
                (if channels { context.warmup_steps.min(end) } else { 0 }, end)
            }
        };
        let counts = settings.flag("exploration_counts");
        // Steps of the recipe in a cycle.
        let counted = |[importance, recovery, exploration]: [u64; 3]| {
            importance + recovery + if counts { exploration } else { 0 }
        };
        let wanted = if channels { settings.int("latency_cycles") } else { 0 };
        let stages = match wanted {
            0 => stages,
            count => {
                let share = ((end - start) / count) as f64 / counted(stages) as f64;
                stretched(stages, (stages.iter().sum::<u64>() as f64 * share).round() as u64)
            }
        };
        let most = if wanted > 0 { wanted } else { u64::MAX };
        let count = ((end - start) / counted(stages)).min(most);
        let [importance, recovery, exploration] = stages;
        Self { start, count, importance, recovery, exploration, uncounted: if counts { 0 } else { count } }
    }

    /// The same where no exploration follows the last prune.
    pub fn without_last_exploration(mut self) -> Self {
        self.uncounted = self.uncounted.min(self.count.saturating_sub(1));
        self
    }

    /// Steps of all explorations that are none of the recipe's.
    pub fn extra_steps(&self) -> u64 {
        self.uncounted * self.exploration
    }

    /// How many steps of the recipe lie before `step`.
    pub fn recipe_step(&self, step: u64) -> u64 {
        let since = step.saturating_sub(self.start);
        let (cycle, at) = (since / self.length(), since % self.length());
        let explored = match cycle < self.uncounted {
            true => cycle * self.exploration + at.saturating_sub(self.exploit()),
            false => self.extra_steps(),
        };
        step - explored
    }

    /// Steps of a cycle.
    pub fn length(&self) -> u64 {
        self.exploit() + self.exploration
    }

    /// Steps of a cycle before its exploration.
    pub fn exploit(&self) -> u64 {
        self.importance + self.recovery
    }

    /// The cycle that `step` is in, and its place there; none before the first and after the last.
    pub fn at(&self, step: u64) -> Option<(u64, u64)> {
        let since = step.checked_sub(self.start)?;
        let (cycle, at) = (since / self.length(), since % self.length());
        (cycle < self.count).then_some((cycle, at))
    }
}

/// Stages of `length` steps together in the proportions of `stages`, each that has steps with one at least.
fn stretched(stages: [u64; 3], length: u64) -> [u64; 3] {
    let all: u64 = stages.iter().sum();
    let mut left = stages.iter().filter(|stage| **stage > 0).count() as u64;
    let (mut sum, mut begin) = (0, 0);
    stages.map(|stage| {
        if stage == 0 {
            return 0;
        }
        (sum, left) = (sum + stage, left - 1);
        let end = (length as f64 * sum as f64 / all as f64).round() as u64;
        // One step is left for each stage to come.
        let end = end.min(length.saturating_sub(left)).max(begin + 1);
        let steps = end - begin;
        begin = end;
        steps
    })
}
