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
}

impl Cycles {
    /// Those that the settings give a training.
    ///
    /// From its start to `update_end` as many as fit. Where channels are pruned, `latency_window` puts them elsewhere,
    /// and `latency_cycles` stretches or shortens them to so many.
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
            _ => (0, (settings.float("update_end") * context.steps as f64) as u64),
        };
        let wanted = if channels { settings.int("latency_cycles") } else { 0 };
        let [importance, recovery, exploration] = match wanted {
            0 => stages,
            count => stretched(stages, (end - start) / count),
        };
        let mut cycles = Self { start, count: 0, importance, recovery, exploration };
        cycles.count = (end - start) / cycles.length();
        if wanted > 0 {
            cycles.count = cycles.count.min(wanted);
        }
        cycles
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
