//! IEE: iterative exploitation and exploration (Sun et al., "Advancing Weight
//! and Channel Sparsification with Enhanced Saliency", arXiv 2502.03658).
//!
//! The weights are divided into the active set Theta_K and the exploration set
//! Theta_P. One update step of the structure has five stages:
//!
//! 1. *importance*: Theta_K trains for H steps; its saliency is gathered;
//! 2. *prune*: the least important share Omega of Theta_K moves to Theta_P;
//! 3. *recovery* (the paper's accuracy improvement): Theta_K trains for J steps;
//! 4. *exploration*: Theta_P comes back with its most recently used (MRU)
//!    values and trains for Q steps while Theta_K is frozen;
//! 5. *grow*: the most important of Theta_P return to Theta_K.
//!
//! It repeats until the update period ends; then Theta_K trains to the end.
//!
//! What happens to everything that is not a weight of the set being trained:
//!
//! | | importance, recovery | exploration |
//! |---|---|---|
//! | weights of Theta_K | trained, decayed | frozen: neither moved nor decayed |
//! | weights of Theta_P | keep their MRU values (`grown_values`; `unused_values` if they never had one), no decay | trained, decayed |
//! | momentum of Theta_K | updated | unchanged, or set to zero (`frozen_momentum`) |
//! | momentum of Theta_P | zero | starts at zero, updated; a grown weight keeps it, the others lose it |
//! | batch-norm scale and shift, biases | trained | frozen (`explore_others`) |
//! | batch normalisation | by the batch | by the batch |
//! | running statistics | tracked | held (`explore_statistics`): the sparse network is what is evaluated |
//! | learning rate | scheduled | the same schedule (`exploration_rate`); that of the next step that counts, where exploration does not |
//! | steps | of the recipe | of the recipe, or beyond it (`exploration_counts`) |
//!
//! Where channels are pruned and not weights ([`channels`]), the same holds of the
//! weights, scales, shifts and statistics that belong to an inactive channel, but
//! for one thing: exploration trains the scales and shifts of inactive channels too.
//!
//! The lengths of the stages are fixed, as in the paper. With `stage_end=settled` they are the greatest: importance and
//! exploration end once the set that would be pruned or grown hardly changes any more.
//!
//! The paper leaves several of these open; such settings are marked as the
//! harness's own choice wherever they are printed.
//!
//! Logs of detection on PASCAL VOC that are probably IEE's ([`channels`]) show another practice. How its exploration,
//! the second half of every second epoch, differs from the one above:
//!
//! | | as logged | here |
//! |---|---|---|
//! | active weights, scales and shifts | no gradient, but decayed: by 5 % in all explorations together | frozen (`freeze`), not decayed |
//! | their momentum | set to zero | unchanged (for single weights, `frozen_momentum` can set it to zero) |
//! | inactive scales and shifts | trained | trained |
//! | batch normalisation | by the batch, running statistics tracked | the same with `explore_statistics=track`, as in the VOC presets |
//! | removed channels | return with their last values | the same |
//! | importance for growth | the mean over the exploration | the same |
//!
//! Before a batch norm the size of weights does not matter, so the decay changes little more than the effective
//! learning rate; there is no setting for it, nor for the momentum of channels.

mod channels;
mod cycles;
mod settings;

use channels::LatencyPath;
use cycles::Cycles;
use sparsity::{
    Amount, BatchStatistics, ChannelEdit, Criterion, Decay, Description, Dormant, Edits, InitialStructure,
    Method, Population, Prunes, Scope, Settings, Settling, StepPlan, TrialContext, Update, WeightEdit,
};

/// IEE for the registry.
pub const DESCRIPTION: Description = Description {
    name: "iee",
    summary: "prunes by importance, recovers, explores the inactive weights with the active ones frozen, grows by the same importance",
    source: "arXiv 2502.03658",
    revision: 1,
    prunes: Prunes::WeightsOrChannels,
    edits: true,
    pretrained: false,
    settings: settings::specs,
    build: |settings, context| Box::new(Iee::new(settings, context)),
};

/// The method with its settings resolved.
pub struct Iee {
    cycles: Cycles,
    update_fraction: f64,
    decay: Decay,
    criterion: Criterion,
    grow_criterion: Criterion,
    freeze: bool,
    dormant: Dormant,
    /// Whether a grown weight begins at zero, whatever exploration made of it.
    clear_grown: bool,
    scope: Scope,
    /// Learning rate of exploration over the recipe's.
    exploration_rate: f64,
    /// Whether the momentum of what exploration froze is set to zero afterwards.
    clear_frozen: bool,
    explore_others: bool,
    explore_statistics: BatchStatistics,
    latency: Option<LatencyPath>,
    settled: Option<Settled>,
}

/// When importance estimation and exploration of weights end before their last step.
struct Settled {
    /// Share of the choice that must not have changed since the last look.
    overlap: f64,
    /// Looks in a stage, its end included.
    looks: u64,
}

impl Iee {
    /// IEE for the trial of `context`; `settings` are those of [`DESCRIPTION`].
    pub fn new(settings: &Settings, context: TrialContext) -> Self {
        let cycles = Cycles::of(settings, context);
        let latency = LatencyPath::of(settings, context, cycles.count);
        let cycles = match &latency {
            Some(path) if !path.ends_with_growth() => cycles.without_last_exploration(),
            _ => cycles,
        };
        let criterion = match (settings.word("criterion"), context.latency_target) {
            ("auto", None) => Criterion::Magnitude,
            ("auto", Some(_)) => Criterion::Taylor,
            _ => word(settings, "criterion"),
        };
        let grow_criterion = match settings.word("grow_criterion") {
            "same" if cycles.exploration > 0 => criterion,
            // Channels that do not run have no gradients to rank them by.
            "same" if context.latency_target.is_some() => Criterion::Random,
            // Without exploration the values of Theta_P carry no new information.
            "same" => Criterion::Gradient,
            _ => word(settings, "grow_criterion"),
        };
        let clear_frozen =
            settings.word("frozen_momentum") == "zero" && settings.flag("freeze") && cycles.exploration > 0;
        Self {
            settled: (settings.word("stage_end") == "settled" && latency.is_none()).then(|| Settled {
                overlap: settings.float("settled_overlap"),
                looks: settings.int("settled_looks"),
            }),
            latency,
            cycles,
            update_fraction: settings.float("update_fraction"),
            decay: word(settings, "update_decay"),
            criterion,
            grow_criterion,
            freeze: settings.flag("freeze"),
            dormant: match (settings.word("grown_values"), settings.word("unused_values")) {
                _ if context.latency_target.is_some() => Dormant::Keep,
                ("zero", _) => Dormant::Forget,
                ("last-active", _) => Dormant::KeepActive,
                (_, "initial") => Dormant::Keep,
                _ => Dormant::KeepUsed,
            },
            clear_grown: settings.word("grown_values") == "zero-grown",
            scope: if settings.word("scope") == "global" { Scope::Global } else { context.scope },
            exploration_rate: settings.float("exploration_rate"),
            clear_frozen,
            explore_others: settings.flag("explore_others"),
            explore_statistics: match settings.word("explore_statistics") {
                "hold" => BatchStatistics::Hold,
                _ => BatchStatistics::Track,
            },
        }
    }

    /// Omega of a cycle.
    fn share(&self, cycle: u64) -> f64 {
        self.update_fraction * self.decay.factor(cycle as f64 / self.cycles.count as f64)
    }

    /// What changes at the end of a stage: the prune, the growth, both where no stage is between, or nothing.
    fn edits(&self, cycle: u64, prunes: bool, grows: bool) -> Edits {
        match &self.latency {
            None => {
                let drop = prunes.then(|| self.drop(cycle));
                let grow = grows.then(|| self.grow());
                let clear = (grows && self.clear_grown).then_some(WeightEdit::ClearGrown);
                let rest = (grows && self.clear_frozen)
                    .then_some(WeightEdit::ClearMomentum { others: !self.explore_others });
                Edits::Weights([drop, grow, clear, rest].into_iter().flatten().collect())
            }
            Some(path) => {
                let (criterion, latency) = (self.criterion, path.prune(cycle, self.share(cycle)));
                let drop = prunes.then_some(ChannelEdit::Drop { criterion, latency });
                let (criterion, limit) = (self.grow_criterion, path.growth(cycle));
                let grow = grows.then_some(ChannelEdit::Grow { criterion, limit });
                Edits::Channels(drop.into_iter().chain(grow).collect())
            }
        }
    }

    /// The prune of weights in a cycle.
    fn drop(&self, cycle: u64) -> WeightEdit {
        let amount = Amount::Fraction(self.share(cycle));
        WeightEdit::Drop { criterion: self.criterion, amount, scope: self.scope }
    }

    /// The growth of weights.
    fn grow(&self) -> WeightEdit {
        WeightEdit::Grow { criterion: self.grow_criterion, scope: self.scope }
    }

    /// The look after `step`, the one numbered `at` of a stage of `length` steps that ends with `edit`, if one is due.
    fn settling(&self, edit: WeightEdit, step: u64, at: u64, length: u64) -> Option<Settling> {
        let Settled { overlap, looks } = *self.settled.as_ref()?;
        let looked = |steps: u64| steps * looks / length;
        let due = looked(at + 1) > looked(at) && at + 1 < length;
        due.then_some(Settling { edit, overlap, last: step + length - 1 - at })
    }

    fn explore(&self) -> StepPlan {
        StepPlan {
            forward: Population::Everything,
            update: match self.freeze {
                true => Update::Inactive { others: self.explore_others },
                false => Update::Everything,
            },
            rate: self.exploration_rate,
            statistics: self.explore_statistics,
            score: gathered(self.grow_criterion),
            ..StepPlan::train("exploration")
        }
    }
}

impl Method for Iee {
    fn initial_structure(&self) -> InitialStructure {
        self.latency.as_ref().map_or(InitialStructure::Random, LatencyPath::initial_structure)
    }

    fn dormant(&self) -> Dormant {
        self.dormant
    }

    fn plan(&self, step: u64) -> StepPlan {
        let Cycles { importance, exploration, .. } = self.cycles;
        let Some((cycle, at)) = self.cycles.at(step) else {
            return StepPlan::train(if step < self.cycles.start { "training" } else { "convergence" });
        };
        let last = cycle + 1 == self.cycles.count;
        let grows_in_cycle = !last || self.latency.as_ref().is_none_or(LatencyPath::ends_with_growth);
        if at >= importance && !grows_in_cycle {
            return StepPlan::train("convergence");
        }
        let exploit = self.cycles.exploit();
        let mut plan = if at < importance {
            let settling = self.settling(self.drop(cycle), step, at, importance);
            StepPlan { score: gathered(self.criterion), settling, ..StepPlan::train("importance") }
        } else if at < exploit {
            StepPlan::train("recovery")
        } else {
            StepPlan {
                settling: self.settling(self.grow(), step, at - exploit, exploration),
                ..self.explore()
            }
        };
        let (prunes, grows) = (at + 1 == importance, at + 1 == self.cycles.length() && grows_in_cycle);
        if grows && exploration == 0 {
            plan.score.extend(gathered(self.grow_criterion));
            plan.score.dedup();
        }
        if prunes || grows {
            plan.then = self.edits(cycle, prunes, grows);
        }
        plan
    }

    fn extra_steps(&self) -> u64 {
        self.cycles.extra_steps()
    }

    fn recipe_step(&self, step: u64) -> u64 {
        self.cycles.recipe_step(step)
    }
}

/// What must be gathered during training for `criterion`.
fn gathered(criterion: Criterion) -> Vec<Criterion> {
    if criterion.needs_gradients() { vec![criterion] } else { Vec::new() }
}

/// A word setting as the type it names; the setting allows no other words.
fn word<T: std::str::FromStr>(settings: &Settings, key: &str) -> T {
    settings.word(key).parse().unwrap_or_else(|_| panic!("setting `{key}` allows a word it cannot read"))
}

#[cfg(test)]
mod tests;
