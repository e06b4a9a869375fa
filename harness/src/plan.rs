//! The plan: which trials there are, with every setting made up.
//!
//! Planning writes nothing and trains nothing, and everything that can be
//! wrong in a request is found here, before the first trial starts.

mod changes;
mod cost;
mod data;
mod latency;
mod prepare;
mod profile;
mod report;

pub use data::usual_folder;
pub use prepare::{Prepared, prepare};
pub use report::report;

use anyhow::bail;
use sparsity::{Description, Distribution, Origin, Override, Prunes, Settings};
use suites::preset::Preset;
use suites::{Identity, Suite};
use trial::{ChannelTarget, Target, TrialSpec};

/// A method with what its trials have of their own.
#[derive(Clone)]
pub struct Row {
    /// The method.
    pub description: Description,
    /// How its zeros are divided among the layers.
    pub distribution: Distribution,
    /// What it sets beside the profile.
    pub settings: Vec<Override>,
    /// Its shares of zeros; those of the request where there are none.
    pub sparsities: Vec<f64>,
    /// What its table has, where it has one: the profile's shares if the table has them all, else the
    /// first of the table's, as many as the profile has.
    pub among: Option<Vec<f64>>,
    /// Whether it starts from pretrained weights; as its method is meant to if nothing is said.
    pub pretrained: Option<bool>,
}

impl Row {
    /// `description` under `distribution`, with `settings` on account of `why`.
    pub fn new(
        description: Description,
        distribution: Distribution,
        settings: &[(&str, &str)],
        why: &str,
    ) -> Self {
        let set = |(key, text): &(&str, &str)| Override {
            key: (*key).into(),
            text: (*text).into(),
            origin: Origin::Preset(why.into()),
        };
        Self {
            description,
            distribution,
            settings: settings.iter().map(set).collect(),
            sparsities: Vec::new(),
            among: None,
            pretrained: None,
        }
    }

    /// Its shares of zeros, out of the `usual` ones.
    fn shares(&self, usual: &[f64]) -> Vec<f64> {
        match (&self.among, self.sparsities.is_empty()) {
            (_, false) => self.sparsities.clone(),
            (None, true) => usual.to_vec(),
            (Some(table), true) => {
                let both: Vec<f64> = usual.iter().copied().filter(|share| table.contains(share)).collect();
                let few = table.len().min(usual.len());
                if both.len() == usual.len() { both } else { table[..few].to_vec() }
            }
        }
    }
}

/// What a command is about, before its options.
pub struct Subject {
    /// The suite.
    pub suite: &'static Suite,
    /// The methods, each with what is its own.
    pub rows: Vec<Row>,
    /// The model of the published values, if there are any.
    pub model: Option<&'static str>,
    /// Whether channels are pruned, whatever the options say.
    pub channels: bool,
}

/// What trials start from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origins {
    /// Their seed.
    Seed,
    /// The weights of the dense trial of the same seed.
    Dense,
    /// The weights of a file, by its hash.
    File(String),
}

/// What channels are pruned to.
#[derive(Clone, Debug)]
pub struct LatencyRequest {
    /// Shares of the dense network's latency.
    pub targets: Vec<f64>,
    /// Hash of the latency table, or `macs`.
    pub table: String,
}

/// What is asked for.
#[derive(Clone)]
pub struct Request {
    /// The suite.
    pub suite: &'static Suite,
    /// The profile.
    pub preset: Preset,
    /// The methods, each with what is its own.
    pub rows: Vec<Row>,
    /// The model.
    pub model: String,
    /// Hash of the weights to start from, if not from the seed's.
    pub initial_weights: Option<String>,
    /// What methods of channels start from, if it is said.
    pub pretrained: Option<Origins>,
    /// The latencies, where channels are pruned.
    pub latency: Option<LatencyRequest>,
    /// Shares of zeros.
    pub sparsities: Vec<f64>,
    /// Seeds.
    pub seeds: Vec<u64>,
    /// Settings from the command line, of recipe and methods.
    pub changes: Vec<Override>,
}

/// A row with all settings made up.
pub struct PlannedRow {
    /// The row.
    pub row: Row,
    /// Settings of its recipe.
    pub recipe: Settings,
    /// Settings of its method.
    pub settings: Settings,
}

/// Everything that the trials have in common, checked.
pub struct Plan {
    /// What was asked for.
    pub request: Request,
    /// The rows.
    pub rows: Vec<PlannedRow>,
    /// The dense network that others start from.
    dense: PlannedRow,
    /// How channels are pruned, whatever the method.
    pub channels: Settings,
}

impl Plan {
    /// Makes up and checks all settings and all trials.
    pub fn new(request: Request) -> anyhow::Result<Self> {
        if request.rows.is_empty() {
            bail!("no method is chosen; name some with --method, `harness list methods` lists them");
        }
        let methods: Vec<Description> = request.rows.iter().map(|row| row.description).collect();
        let channels = request.latency.is_some();
        changes::check(&request.changes, request.suite, &methods, channels)?;
        let preset = &request.preset;
        let planned = |row: &Row| {
            changes::check(&row.settings, request.suite, &[row.description], channels)?;
            let set: Vec<Override> = row.settings.iter().chain(&request.changes).cloned().collect();
            let made = |specs, usual: &[Override]| changes::resolve(specs, usual, &set);
            Ok(PlannedRow {
                recipe: made((request.suite.settings)(), &preset.recipe)?,
                settings: made((row.description.settings)(), preset.method(row.description.name))?,
                row: row.clone(),
            })
        };
        let rows = request.rows.iter().map(planned).collect::<anyhow::Result<_>>()?;
        let dense = planned(&Row::new(trial::registry::method("dense")?, Distribution::Erk, &[], ""))?;
        let channels = changes::resolve(trial::channel_settings(), &[], &request.changes)?;
        let plan = Self { rows, dense, channels, request };
        // No data set is known yet, and none is needed to check what does not depend on it.
        let nothing = Identity {
            dataset: String::new(),
            fingerprint: String::new(),
            classes: plan.request.suite.classes,
            train: 0,
            test: 0,
        };
        for spec in plan.trials(&nothing) {
            spec.resolve()?;
        }
        Ok(plan)
    }

    /// The trials on a data set: seed by seed, so that a plan cut short is complete in its first seeds.
    /// A method that makes nothing sparse has one trial a seed.
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
                        for target in row.row.shares(&latency.targets) {
                            self.channels(row, &latency.table, target, seed, data)
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
        row: &PlannedRow,
        table: &str,
        target: f64,
        seed: u64,
        data: &Identity,
    ) -> Vec<TrialSpec> {
        let target = ChannelTarget {
            latency_target: target,
            latency_table: table.into(),
            settings: self.channels.changed(),
        };
        let spec = TrialSpec { target: Target::Channels(target), ..self.spec(row, 0.0, seed, data) };
        let meant = row.row.pretrained.unwrap_or(row.row.description.pretrained);
        match &self.request.pretrained {
            _ if spec.initial_weights.is_some() => vec![spec],
            // What a row says of scratch it means.
            Some(_) if row.row.pretrained == Some(false) => vec![spec],
            Some(Origins::File(hash)) => {
                vec![TrialSpec { initial_weights: Some(hash.clone()), pretraining_cost: Some(1.0), ..spec }]
            }
            Some(Origins::Dense) => self.after_dense(spec, seed, data),
            None if meant => self.after_dense(spec, seed, data),
            Some(Origins::Seed) | None => vec![spec],
        }
    }

    fn after_dense(&self, spec: TrialSpec, seed: u64, data: &Identity) -> Vec<TrialSpec> {
        let dense = self.spec(&self.dense, 0.0, seed, data);
        let spec = spec.pretrained_by(&dense);
        vec![dense, spec]
    }

    fn sparsities(&self, row: &Row) -> Vec<f64> {
        match row.description.prunes {
            Prunes::Nothing => vec![0.0],
            _ => row.shares(&self.request.sparsities),
        }
    }

    fn spec(&self, planned: &PlannedRow, sparsity: f64, seed: u64, data: &Identity) -> TrialSpec {
        let Request { suite, preset, model, .. } = &self.request;
        let description = &planned.row.description;
        let target = match description.prunes {
            // Channels have a target of their own, which takes the place of this one.
            Prunes::Nothing | Prunes::Channels => Target::Dense,
            Prunes::Width => Target::Width { sparsity },
            Prunes::Weights | Prunes::WeightsOrChannels | Prunes::Patterns => {
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
            profile: preset.name.clone(),
            recipe: planned.recipe.changed(),
            settings: planned.settings.changed(),
        }
    }
}

/// What a person calls a trial: `iee erk 90% seed 0`, and what it sets beside its profile.
pub fn label(spec: &TrialSpec) -> String {
    let structure = match &spec.target {
        Target::Dense => String::new(),
        Target::Width { sparsity } => format!(" {}", percent(*sparsity)),
        Target::Channels(target) => {
            let origin = if spec.pretrained().is_some() { " pretrained" } else { "" };
            format!("{origin} to {} latency", percent(target.latency_target))
        }
        Target::Weights { distribution: Distribution::Pattern(pattern), .. } => format!(" {pattern}"),
        Target::Weights { distribution, sparsity } => {
            format!(" {} {}", distribution.name(), percent(*sparsity))
        }
    };
    let settings = match spec.user_settings() {
        settings if settings.is_empty() => settings,
        settings => format!(" [{}]", settings.replace(';', "; ")),
    };
    format!("{}{structure}{settings} seed {}", spec.method, spec.seed)
}

/// A share as a percentage, with the digits it needs.
pub fn percent(share: f64) -> String {
    format!("{}%", (share * 1e5).round() / 1e3)
}

#[cfg(test)]
#[path = "plan/tests.rs"]
mod tests;
