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

pub use data::DEFAULT_FOLDER;
pub use prepare::{Prepared, prepare};
pub use report::report;

use anyhow::bail;
use sparsity::{Description, Distribution, Override, Settings};
use suites::cifar10::Identity;
use suites::preset::Preset;
use trial::TrialSpec;

/// The suite; the only one so far.
pub const SUITE: &str = "cifar10";
/// The suites, each with what it is.
pub const SUITES: &[(&str, &str)] = &[(
    SUITE,
    "CIFAR-10 classification: 50,000 training and 10,000 test images of 32 x 32 pixels, top-1 accuracy",
)];

/// What is asked for.
#[derive(Clone)]
pub struct Request {
    /// The profile.
    pub preset: Preset,
    /// The methods.
    pub methods: Vec<Description>,
    /// The model.
    pub model: String,
    /// Shares of zeros.
    pub sparsities: Vec<f64>,
    /// How they are divided among the layers.
    pub distribution: Distribution,
    /// Seeds.
    pub seeds: Vec<u64>,
    /// Settings from the command line, of recipe and methods.
    pub changes: Vec<Override>,
}

/// A method with its settings.
pub struct PlannedMethod {
    /// The method.
    pub description: Description,
    /// Its settings.
    pub settings: Settings,
}

/// Everything that the trials have in common, checked.
pub struct Plan {
    /// What was asked for.
    pub request: Request,
    /// Settings of the recipe.
    pub recipe: Settings,
    /// The methods.
    pub methods: Vec<PlannedMethod>,
}

impl Plan {
    /// Makes up and checks all settings and all trials.
    pub fn new(request: Request) -> anyhow::Result<Self> {
        if request.methods.is_empty() {
            bail!("no method is chosen; name some with --method, `harness list methods` lists them");
        }
        changes::check(&request.changes, &request.methods)?;
        let preset = &request.preset;
        let recipe = changes::resolve(suites::recipe::cifar10(), &preset.recipe, &request.changes)?;
        let planned = |description: &Description| {
            let specs = (description.settings)();
            let settings = changes::resolve(specs, preset.method(description.name), &request.changes)?;
            Ok(PlannedMethod { description: *description, settings })
        };
        let methods = request.methods.iter().map(planned).collect::<anyhow::Result<_>>()?;
        let plan = Self { recipe, methods, request };
        // No data set is known yet, and none is needed to check what does not depend on it.
        let nothing = Identity { dataset: String::new(), fingerprint: String::new(), train: 0, test: 0 };
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
            for method in &self.methods {
                let dense = !method.description.sparse;
                let sparsities = if dense { &[0.0][..] } else { &self.request.sparsities };
                for &sparsity in sparsities {
                    let spec = self.spec(method, sparsity, seed, data);
                    if !trials.contains(&spec) {
                        trials.push(spec);
                    }
                }
            }
        }
        trials
    }

    fn spec(&self, method: &PlannedMethod, sparsity: f64, seed: u64, data: &Identity) -> TrialSpec {
        let distribution = if method.description.sparse { self.request.distribution.name() } else { "none" };
        TrialSpec {
            suite: SUITE.into(),
            dataset: data.dataset.clone(),
            data_fingerprint: data.fingerprint.clone(),
            model: self.request.model.clone(),
            method: method.description.name.into(),
            distribution: distribution.into(),
            sparsity,
            seed,
            profile: self.request.preset.name.into(),
            recipe: self.recipe.changed(),
            settings: method.settings.changed(),
        }
    }
}

/// What a person calls a trial: `iee 90% seed 0`.
pub fn label(spec: &TrialSpec) -> String {
    let sparsity =
        if spec.distribution == "none" { String::new() } else { format!(" {}", percent(spec.sparsity)) };
    format!("{}{sparsity} seed {}", spec.method, spec.seed)
}

/// A share as a percentage, with the digits it needs.
pub fn percent(share: f64) -> String {
    format!("{}%", (share * 1e5).round() / 1e3)
}

#[cfg(test)]
#[path = "plan/tests.rs"]
mod tests;
