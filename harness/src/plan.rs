//! The plan: which trials there are, with every setting resolved.
//!
//! Planning writes nothing and trains nothing, and everything that can be
//! wrong in a request is found here, before the first trial starts.

mod changes;
mod cost;
mod data;
mod label;
mod latency;
mod planned_trial;
mod prepare;
mod profile;
mod report;
mod request;
mod row;
mod structure;
mod summary;
mod weights;

pub use label::{label, percent};
pub use planned_trial::{PlannedTrial, kinds};
pub use prepare::{PreparedPlan, prepare};
pub use report::report;
pub use request::{Experiment, PlanRequest, StartingWeights};
pub use row::PlanRow;
pub use summary::{summary, works};

use anyhow::bail;
use sparsity::{Description, Distribution, Override, Prunes, Settings};
use suites::Identity;
use trial::{ChannelTarget, ResolveError, Target, TrialSpec};

/// A row with all settings resolved.
pub struct ResolvedRow {
    /// The row.
    pub row: PlanRow,
    /// Settings of its recipe.
    pub recipe: Settings,
    /// Settings of its method.
    pub settings: Settings,
}

/// Everything that the trials have in common, checked.
pub struct Plan {
    /// What was asked for.
    pub request: PlanRequest,
    /// The rows.
    pub rows: Vec<ResolvedRow>,
    /// The dense network that others start from.
    dense: ResolvedRow,
    /// How channels are pruned, whatever the method.
    pub channels: Settings,
}

impl Plan {
    /// Resolves and checks all settings and all trials.
    pub fn new(request: PlanRequest) -> anyhow::Result<Self> {
        if request.rows.is_empty() {
            bail!("no method is chosen; name some with --method, `harness list methods` lists them");
        }
        let methods: Vec<Description> = request.rows.iter().map(|row| row.description).collect();
        let channels = request.latency.is_some();
        changes::check(&request.changes, request.suite, &methods, channels)?;
        let preset = &request.preset;
        let planned = |row: &PlanRow| {
            changes::check(&row.settings, request.suite, &[row.description], channels)?;
            let set: Vec<Override> = row.settings.iter().chain(&request.changes).cloned().collect();
            let made = |specs, usual: &[Override]| changes::resolve(specs, usual, &set);
            let specs = (row.description.settings)();
            Ok(ResolvedRow {
                recipe: made((request.suite.settings)(), &preset.recipe_for(row.description.name))?,
                settings: made(specs.clone(), &preset.method(row.description.name, &specs))?,
                row: row.clone(),
            })
        };
        let rows = request.rows.iter().map(planned).collect::<anyhow::Result<_>>()?;
        let dense = planned(&PlanRow::new(trial::registry::method("dense")?, Distribution::Erk, &[], ""))?;
        let channels = changes::resolve(trial::channel_settings(), &preset.pruning, &request.changes)?;
        let plan = Self { rows, dense, channels, request };
        // No data set is known yet, and none is needed to check what does not depend on it.
        let nothing = Identity {
            dataset: String::new(),
            fingerprint: String::new(),
            classes: plan.request.suite.classes,
            train: 0,
            test: 0,
            notes: Vec::new(),
            unusable: Vec::new(),
        };
        plan.resolved_trials(&nothing)?;
        Ok(plan)
    }

    /// The trials on a data set with everything that their specs name.
    ///
    /// # Errors
    ///
    /// If a trial cannot be carried out: the first one that cannot, with the reason.
    pub fn resolved_trials(&self, data: &Identity) -> Result<Vec<PlannedTrial>, ResolveError> {
        self.trials(data).into_iter().map(PlannedTrial::new).collect()
    }

    /// The trials on a data set: seed by seed, so that a plan cut short is complete in its first seeds.
    /// A method that prunes nothing, or no sparsity that is asked for, has one trial per seed.
    pub fn trials(&self, data: &Identity) -> Vec<TrialSpec> {
        let mut trials: Vec<TrialSpec> = Vec::new();
        let mut add = |spec: TrialSpec| {
            if !trials.contains(&spec) {
                trials.push(spec);
            }
        };
        for &seed in &self.request.seeds {
            for row in &self.rows {
                match self.request.latency.as_ref().filter(|_| row.row.description.prunes != Prunes::Nothing)
                {
                    None => self
                        .sparsities(&row.row)
                        .into_iter()
                        .for_each(|sparsity| add(self.spec(row, sparsity, seed, data))),
                    Some(latency) => {
                        for latency_target in row.row.levels(&latency.latency_targets) {
                            self.channels(row, &latency.latency_table, latency_target, seed, data)
                                .into_iter()
                                .for_each(&mut add);
                        }
                    }
                }
            }
        }
        trials
    }

    /// A trial that prunes channels, after the dense one whose weights it starts from.
    fn channels(
        &self,
        row: &ResolvedRow,
        latency_table: &str,
        latency_target: f64,
        seed: u64,
        data: &Identity,
    ) -> Vec<TrialSpec> {
        let latency_table = latency_table.into();
        let target = ChannelTarget { latency_target, latency_table, settings: self.channels.changed() };
        let spec = TrialSpec { target: Target::Channels(target), ..self.spec(row, 0.0, seed, data) };
        let meant = row.row.pretrained.unwrap_or(row.row.description.pretrained);
        match &self.request.pretrained {
            _ if spec.initial_weights.is_some() => vec![spec],
            // A row that is to start from scratch does.
            Some(_) if row.row.pretrained == Some(false) => vec![spec],
            Some(StartingWeights::File(hash)) => {
                vec![TrialSpec { initial_weights: Some(hash.clone()), pretraining_cost: Some(1.0), ..spec }]
            }
            Some(StartingWeights::Dense) => self.after_dense(spec, seed, data),
            None if meant => self.after_dense(spec, seed, data),
            Some(StartingWeights::Seed) | None => vec![spec],
        }
    }

    fn after_dense(&self, spec: TrialSpec, seed: u64, data: &Identity) -> Vec<TrialSpec> {
        let dense = self.spec(&self.dense, 0.0, seed, data);
        let spec = spec.pretrained_by(&dense);
        vec![dense, spec]
    }

    fn sparsities(&self, row: &PlanRow) -> Vec<f64> {
        match row.description.prunes {
            Prunes::Nothing | Prunes::Unasked => vec![0.0],
            _ => row.levels(&self.request.sparsities),
        }
    }

    fn spec(&self, planned: &ResolvedRow, sparsity: f64, seed: u64, data: &Identity) -> TrialSpec {
        let PlanRequest { suite, preset, model, .. } = &self.request;
        let description = &planned.row.description;
        let target = match description.prunes {
            // Channels have their own target, which replaces this one.
            Prunes::Nothing | Prunes::Channels => Target::Dense,
            Prunes::Unasked => Target::Learned,
            Prunes::Width => Target::Width { sparsity },
            Prunes::Weights | Prunes::WeightsOrChannels | Prunes::Patterns | Prunes::FanIn => {
                Target::Weights { distribution: planned.row.distribution, sparsity }
            }
        };
        TrialSpec {
            suite: suite.name.into(),
            dataset: data.dataset.clone(),
            data_fingerprint: data.fingerprint.clone(),
            classes: (data.classes != suite.classes).then_some(data.classes),
            model: model.clone(),
            initial_weights: self.request.initial_weights.clone(),
            pretraining_cost: None,
            method: description.name.into(),
            target,
            seed,
            threads: self.request.threads,
            profile: preset.name.clone(),
            recipe: planned.recipe.changed(),
            settings: planned.settings.changed(),
            method_revision: description.revision,
            profile_revision: preset.revision,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
