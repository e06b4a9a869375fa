//! The plan: which trials there are, with every setting made up.
//!
//! Planning writes nothing and trains nothing, and everything that can be
//! wrong in a request is found here, before the first trial starts.

mod changes;
mod cost;
mod data;
mod prepare;
mod profile;
mod report;

pub use data::usual_folder;
pub use prepare::{Prepared, prepare};
pub use report::report;

use anyhow::bail;
use sparsity::{Description, Distribution, Origin, Override, Settings, Thins};
use suites::preset::Preset;
use suites::{Identity, Suite};
use trial::{NO_DISTRIBUTION, TrialSpec, WIDTH};

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
    /// What its table has, where it has one: of the profile's shares only these are its own, and all of
    /// these if the profile has none of them.
    pub among: Option<Vec<f64>>,
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
        }
    }

    /// Its shares of zeros, out of the `usual` ones.
    fn shares(&self, usual: &[f64]) -> Vec<f64> {
        match (&self.among, self.sparsities.is_empty()) {
            (_, false) => self.sparsities.clone(),
            (None, true) => usual.to_vec(),
            (Some(table), true) => {
                let both: Vec<f64> = usual.iter().copied().filter(|share| table.contains(share)).collect();
                if both.is_empty() { table.clone() } else { both }
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
}

impl Plan {
    /// Makes up and checks all settings and all trials.
    pub fn new(request: Request) -> anyhow::Result<Self> {
        if request.rows.is_empty() {
            bail!("no method is chosen; name some with --method, `harness list methods` lists them");
        }
        let methods: Vec<Description> = request.rows.iter().map(|row| row.description).collect();
        changes::check(&request.changes, request.suite, &methods)?;
        let preset = &request.preset;
        let planned = |row: &Row| {
            changes::check(&row.settings, request.suite, &[row.description])?;
            let set: Vec<Override> = row.settings.iter().chain(&request.changes).cloned().collect();
            let made = |specs, usual: &[Override]| changes::resolve(specs, usual, &set);
            Ok(PlannedRow {
                recipe: made((request.suite.recipe)(), &preset.recipe)?,
                settings: made((row.description.settings)(), preset.method(row.description.name))?,
                row: row.clone(),
            })
        };
        let rows = request.rows.iter().map(planned).collect::<anyhow::Result<_>>()?;
        let plan = Self { rows, request };
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
        let mut trials = Vec::new();
        for &seed in &self.request.seeds {
            for row in &self.rows {
                for sparsity in self.sparsities(&row.row) {
                    let spec = self.spec(row, sparsity, seed, data);
                    if !trials.contains(&spec) {
                        trials.push(spec);
                    }
                }
            }
        }
        trials
    }

    fn sparsities(&self, row: &Row) -> Vec<f64> {
        match row.description.thins {
            Thins::Nothing => vec![0.0],
            _ => row.shares(&self.request.sparsities),
        }
    }

    fn spec(&self, planned: &PlannedRow, sparsity: f64, seed: u64, data: &Identity) -> TrialSpec {
        let Request { suite, preset, model, .. } = &self.request;
        let description = &planned.row.description;
        let distribution = match description.thins {
            Thins::Nothing => NO_DISTRIBUTION,
            Thins::Width => WIDTH,
            Thins::Weights | Thins::Patterns => planned.row.distribution.name(),
        };
        TrialSpec {
            suite: suite.name.into(),
            dataset: data.dataset.clone(),
            data_fingerprint: data.fingerprint.clone(),
            classes: (data.classes != suite.classes).then_some(data.classes),
            model: model.clone(),
            initial_weights: self.request.initial_weights.clone(),
            method: description.name.into(),
            distribution: distribution.into(),
            sparsity,
            seed,
            profile: preset.name.into(),
            recipe: planned.recipe.changed(),
            settings: planned.settings.changed(),
        }
    }
}

/// What a person calls a trial: `iee erk 90% seed 0`, and what it sets beside its profile.
pub fn label(spec: &TrialSpec) -> String {
    let structure = match spec.distribution.as_str() {
        NO_DISTRIBUTION => String::new(),
        WIDTH => format!(" {}", percent(spec.sparsity)),
        pattern if pattern.contains(':') => format!(" {pattern}"),
        distribution => format!(" {distribution} {}", percent(spec.sparsity)),
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
