//! The specification of a trial and its key.
//!
//! A trial is a pure function of its spec. The key is a hash of the spec
//! written canonically: fields in a fixed order, settings by name, and only
//! those that differ from their defaults, so a setting added later does not
//! rename old trials.

use crate::registry;
use serde::{Deserialize, Serialize};
use sparsity::{
    Budget, Distribution, Horizon, Method, Origin, Override, Scope, SettingSpec, Settings, Value,
};
use std::collections::BTreeMap;

/// What is to be trained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrialSpec {
    /// The suite, such as `cifar10`.
    pub suite: String,
    /// The data set, such as `cifar10` or `cifar10-generated`.
    pub dataset: String,
    /// Fingerprint of the data set's files.
    pub data_fingerprint: String,
    /// The model's name.
    pub model: String,
    /// The method's name.
    pub method: String,
    /// The distribution's name; `none` for a method that makes nothing sparse.
    pub distribution: String,
    /// Share of zeros asked for.
    pub sparsity: f64,
    /// Seed of initial weights, structure, data order, augmentation and dropout.
    pub seed: u64,
    /// The profile the recipe started from.
    pub profile: String,
    /// Settings of the recipe that differ from their defaults.
    pub recipe: BTreeMap<String, Value>,
    /// Settings of the method that differ from their defaults.
    pub settings: BTreeMap<String, Value>,
}

/// Why a spec cannot be carried out.
#[derive(Debug, thiserror::Error)]
pub enum ResolveError {
    /// The model is not known.
    #[error(transparent)]
    Model(#[from] network::models::UnknownModel),
    /// The method is not known.
    #[error(transparent)]
    Method(#[from] registry::UnknownMethod),
    /// A setting is not known or not allowed.
    #[error(transparent)]
    Settings(#[from] sparsity::SettingsError),
    /// The distribution cannot be had.
    #[error(transparent)]
    Distribution(#[from] sparsity::DistributionError),
    /// The suite is not known.
    #[error("there is no suite `{0}`; the suites are cifar10")]
    Suite(String),
}

/// A spec with everything it names made up.
pub struct Resolved {
    /// The model.
    pub network: network::Network,
    /// The recipe.
    pub recipe: suites::recipe::Recipe,
    /// The active weights of each layer.
    pub budget: Budget,
    /// The method's settings.
    pub settings: Settings,
    description: sparsity::Description,
    scope: Scope,
}

impl Resolved {
    /// The method for a training of `steps` steps.
    pub fn method(&self, steps: u64) -> Box<dyn Method> {
        (self.description.build)(&self.settings, Horizon { steps, scope: self.scope })
    }
}

impl TrialSpec {
    /// The key: the first 16 hexadecimal digits of the hash of the canonical form.
    pub fn key(&self) -> String {
        blake3::hash(self.to_json().as_bytes()).to_hex()[..16].to_string()
    }

    /// The canonical form, as saved.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a spec holds nothing that JSON cannot") + "\n"
    }

    /// The settings that the user changed from what the profile gives, `key=value;key=value`.
    pub fn user_settings(&self) -> String {
        let preset = suites::preset::cifar10().into_iter().find(|preset| preset.name == self.profile);
        let method = registry::method(&self.method).map(|method| (method.settings)()).unwrap_or_default();
        let (recipe_changes, method_changes) = preset
            .as_ref()
            .map_or((&[][..], &[][..]), |preset| (preset.recipe.as_slice(), preset.method(&self.method)));
        let mut changed = differences(suites::recipe::cifar10(), recipe_changes, &self.recipe);
        changed.extend(differences(method, method_changes, &self.settings));
        changed.join(";")
    }

    /// Makes up everything the spec names, or says what it names wrongly.
    pub fn resolve(&self) -> Result<Resolved, ResolveError> {
        if self.suite != "cifar10" {
            return Err(ResolveError::Suite(self.suite.clone()));
        }
        let network = network::models::model(&self.model, 10)?;
        let description = registry::method(&self.method)?;
        let recipe = restore(suites::recipe::cifar10(), &self.recipe)?;
        let settings = restore((description.settings)(), &self.settings)?;
        let (budget, scope) = if description.sparse {
            let distribution: Distribution = self.distribution.parse()?;
            let scope = if distribution == Distribution::Global { Scope::Global } else { Scope::PerLayer };
            (distribution.budget(&network.layers(), self.sparsity)?, scope)
        } else {
            (Budget::dense(&network.layers()), Scope::PerLayer)
        };
        let recipe = suites::recipe::Recipe::new(&recipe);
        Ok(Resolved { network, recipe, budget, settings, description, scope })
    }
}

/// The saved values that differ from those of `specs` with a preset's `changes`.
fn differences(
    specs: Vec<SettingSpec>,
    changes: &[Override],
    saved: &BTreeMap<String, Value>,
) -> Vec<String> {
    let (Ok(given), Ok(used)) = (Settings::resolve(specs.clone(), changes), restore(specs, saved)) else {
        return Vec::new();
    };
    let pairs = given.iter().zip(used.iter()).filter(|(given, used)| given.value != used.value);
    pairs.map(|(_, used)| format!("{}={}", used.spec.key, used.value)).collect()
}

/// Settings with saved values put back.
fn restore(
    specs: Vec<SettingSpec>,
    saved: &BTreeMap<String, Value>,
) -> Result<Settings, sparsity::SettingsError> {
    let change = |(key, value): (&String, &Value)| Override {
        key: key.clone(),
        text: value.to_string(),
        origin: Origin::User,
    };
    Settings::resolve(specs, &saved.iter().map(change).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec() -> TrialSpec {
        TrialSpec {
            suite: "cifar10".into(),
            dataset: "cifar10".into(),
            data_fingerprint: "0123".into(),
            model: "wrn-22-2".into(),
            method: "rigl".into(),
            distribution: "erk".into(),
            sparsity: 0.9,
            seed: 0,
            profile: "paper".into(),
            recipe: BTreeMap::new(),
            settings: BTreeMap::new(),
        }
    }

    /// Old run directories are found by this key; a change here would orphan them.
    #[test]
    fn the_key_of_a_spec_stays() {
        assert_eq!(spec().key(), "3f170b44a26a6b7c");
    }

    #[test]
    fn every_field_enters_the_key() {
        let mut keys = vec![spec().key()];
        keys.push(TrialSpec { seed: 1, ..spec() }.key());
        keys.push(TrialSpec { sparsity: 0.8, ..spec() }.key());
        keys.push(TrialSpec { data_fingerprint: "4567".into(), ..spec() }.key());
        let settings = BTreeMap::from([("update_interval".to_string(), Value::Int(50))]);
        keys.push(TrialSpec { settings, ..spec() }.key());
        let count = keys.len();
        keys.sort();
        keys.dedup();
        assert_eq!(keys.len(), count);
    }

    #[test]
    fn a_spec_round_trips_and_resolves() {
        let settings = BTreeMap::from([("update_fraction".to_string(), Value::Float(0.1))]);
        let spec = TrialSpec { settings, ..spec() };
        let again: TrialSpec = serde_json::from_str(&spec.to_json()).unwrap();
        assert_eq!(again, spec);
        let resolved = again.resolve().unwrap();
        assert_eq!(resolved.settings.float("update_fraction"), 0.1);
        assert!((resolved.budget.sparsity() - 0.9).abs() < 1e-4);
    }

    #[test]
    fn only_what_differs_from_the_profile_is_the_users() {
        assert_eq!(spec().user_settings(), "");
        let interval = |steps| BTreeMap::from([("update_interval".to_string(), Value::Int(steps))]);
        let smoke = TrialSpec { profile: "smoke".into(), settings: interval(10), ..spec() };
        let recipe =
            suites::preset::cifar10().into_iter().find(|preset| preset.name == "smoke").unwrap().recipe;
        let recipe = Settings::resolve(suites::recipe::cifar10(), &recipe).unwrap().changed();
        let smoke = TrialSpec { recipe, ..smoke };
        assert_eq!(smoke.user_settings(), "");
        assert_eq!(TrialSpec { settings: interval(7), ..smoke }.user_settings(), "update_interval=7");
    }

    #[test]
    fn what_is_named_wrongly_is_said() {
        let failure = |spec: TrialSpec| spec.resolve().err().unwrap().to_string();
        assert!(failure(TrialSpec { method: "rigle".into(), ..spec() }).contains("rigl"));
        assert!(failure(TrialSpec { model: "vgg".into(), ..spec() }).contains("wrn"));
        assert!(failure(TrialSpec { distribution: "erks".into(), ..spec() }).contains("uniform"));
        assert!(failure(TrialSpec { sparsity: 1.0, ..spec() }).contains("[0, 1)"));
    }
}
