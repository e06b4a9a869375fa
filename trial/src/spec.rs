//! The specification of a trial and its key.
//!
//! A trial is a pure function of its spec. The key is a hash of the spec
//! written canonically: fields in a fixed order, settings by name, and only
//! those that differ from their defaults, so a setting added later does not
//! rename old trials.

use crate::latency::LatencyGoal;
use crate::registry;
use network::Network;
use serde::{Deserialize, Serialize};
use sparsity::{
    Budget, ChannelSpace, ChannelSpaceError, Criterion, Distribution, Latency, Method, Origin, Override,
    Prunes, Scope, SettingSpec, Settings, TrialContext, Value,
};
use std::collections::BTreeMap;
use suites::Suite;
use suites::recipe::Recipe;

/// Distribution of a method that makes nothing sparse.
pub const NO_DISTRIBUTION: &str = "none";
/// Distribution of a method that narrows the network.
pub const WIDTH: &str = "width";
/// Distribution of a method that takes out channels.
pub const LATENCY: &str = "latency";

/// What [`TrialSpec::initial_weights`] begins with where another trial made them; its key follows.
const OF_TRIAL: &str = "trial:";

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
    /// Number of classes of the data set, where it is not that of the suite's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classes: Option<usize>,
    /// The model's name.
    pub model: String,
    /// What training starts from, where it does not start from the seed: the hash of a weights file, or
    /// [another trial](TrialSpec::initial_trial).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initial_weights: Option<String>,
    /// What training those weights cost, over a dense training, where it is to be counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pretraining_cost: Option<f64>,
    /// The method's name.
    pub method: String,
    /// The distribution's name; [`NO_DISTRIBUTION`], [`WIDTH`] or [`LATENCY`] where there is none.
    pub distribution: String,
    /// Share of zeros asked for.
    pub sparsity: f64,
    /// Latency asked for, where channels are taken out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency: Option<LatencyGoal>,
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
    /// Settings of the recipe do not fit each other.
    #[error(transparent)]
    Recipe(#[from] suites::recipe::RecipeError),
    /// The suite is not known.
    #[error(transparent)]
    Suite(#[from] suites::UnknownSuite),
    /// The method makes patterns only.
    #[error("{method} makes N:M patterns and nothing else; give it one with --distribution, such as 2:4")]
    NoPattern {
        /// The method's name.
        method: String,
    },
    /// The method takes out channels, and no latency is asked for.
    #[error("{method} takes out channels to a latency; say which with --latency-target, such as 0.3")]
    NoLatency {
        /// The method's name.
        method: String,
    },
    /// The method does not take out channels.
    #[error("{method} takes out no channels, so it has no latency target; the methods that do are {able}")]
    NoChannels {
        /// The method's name.
        method: String,
        /// The methods that do.
        able: String,
    },
    /// A criterion that is one of single weights.
    #[error(
        "{key}={criterion} judges single weights, not channels; choose magnitude, taylor, taylor-weights or random"
    )]
    WeightsOnly {
        /// The setting.
        key: String,
        /// Its value.
        criterion: String,
    },
    /// The channels cannot be taken out.
    #[error(transparent)]
    Channels(#[from] sparsity::ChannelSpaceError),
}

/// A spec with everything it names made up.
pub struct Resolved {
    /// The suite.
    pub suite: &'static Suite,
    /// The network that is trained.
    pub network: Network,
    /// The dense network that every ratio is relative to.
    pub dense: Network,
    /// The recipe.
    pub recipe: Recipe,
    /// The active weights of each layer.
    pub budget: Budget,
    /// The method's settings.
    pub settings: Settings,
    /// Latency asked for over that of the dense network, and the settings of channels.
    pub latency: Option<(f64, Settings)>,
    pretrained: bool,
    description: sparsity::Description,
    scope: Scope,
}

impl Resolved {
    /// The method for a training of `steps` steps.
    pub fn method(&self, steps: u64) -> Box<dyn Method> {
        let latency = self.latency.as_ref().map(|(target, _)| *target);
        let context = TrialContext { steps, scope: self.scope, latency, pretrained: self.pretrained };
        (self.description.build)(&self.settings, context)
    }

    /// What the network's channels can become under `latency`, if channels are taken out.
    pub fn space(&self, latency: Latency) -> Result<Option<ChannelSpace>, ChannelSpaceError> {
        let space = |(_, settings): &(f64, Settings)| {
            LatencyGoal::space(settings, &self.settings, &self.network, latency)
        };
        self.latency.as_ref().map(space).transpose()
    }
}

/// What a spec calls a file of weights or latencies: the first 16 hexadecimal digits of its hash.
pub fn file_hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex()[..16].to_string()
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

    /// The settings that differ from what the profile gives, `key=value;key=value`.
    pub fn user_settings(&self) -> String {
        let Ok(suite) = suites::suite(&self.suite) else {
            return String::new();
        };
        let preset = suite.preset(&self.profile);
        let preset = if self.latency.is_some() { preset.map(|preset| preset.for_channels()) } else { preset };
        let method = registry::method(&self.method).map(|method| (method.settings)()).unwrap_or_default();
        let (recipe_changes, method_changes) = preset
            .as_ref()
            .map_or((&[][..], &[][..]), |preset| (preset.recipe.as_slice(), preset.method(&self.method)));
        let mut changed = differences((suite.settings)(), recipe_changes, &self.recipe);
        changed.extend(differences(method, method_changes, &self.settings));
        // What was pretrained on purpose has a column of its own.
        let initial = self.initial_weights.iter().filter(|_| self.pretraining_cost.is_none());
        changed.extend(initial.map(|hash| format!("initial_weights={hash}")));
        if let Some(goal) = &self.latency {
            changed.extend(goal.settings.iter().map(|(key, value)| format!("{key}={value}")));
        }
        changed.join(";")
    }

    /// What to set to need about half the memory, in words. A batch that can be cut in pieces stays
    /// what it is.
    pub fn less_memory(&self) -> String {
        let Ok(resolved) = self.resolve() else {
            return "free some".into();
        };
        let recipe = &resolved.recipe;
        let divides = |piece: &u64| recipe.batch_size.is_multiple_of(*piece);
        let half = (1..=(recipe.micro_batch / 2).max(1)).rev().find(divides).unwrap_or(1);
        let pieces = (resolved.suite.settings)().iter().any(|setting| setting.key == "micro_batch");
        let key = if pieces { "micro_batch" } else { "batch_size" };
        format!("free some, or try --set {key}={half} (this trial has {})", recipe.micro_batch)
    }

    /// Makes up everything the spec names, or says what it names wrongly.
    pub fn resolve(&self) -> Result<Resolved, ResolveError> {
        let suite = suites::suite(&self.suite)?;
        let recipe = (suite.recipe)(&restore((suite.settings)(), &self.recipe)?);
        recipe.check()?;
        let classes = self.classes.unwrap_or(suite.classes);
        let dense = network::models::model(&self.model, classes, recipe.sides.crop)?;
        let description = registry::method(&self.method)?;
        let settings = restore((description.settings)(), &self.settings)?;
        let (network, budget, scope) = self.thin(description.prunes, &dense)?;
        let latency = self.channels(description.prunes, &settings)?;
        let pretrained = self.initial_weights.is_some();
        Ok(Resolved {
            suite,
            network,
            dense,
            recipe,
            budget,
            settings,
            latency,
            pretrained,
            description,
            scope,
        })
    }

    /// The trial whose weights this one starts from, if there is one.
    pub fn initial_trial(&self) -> Option<&str> {
        self.initial_weights.as_ref()?.strip_prefix(OF_TRIAL)
    }

    /// Whose weights it starts from: a trial's key or a file's hash, where their training is to be counted.
    pub fn pretrained(&self) -> Option<&str> {
        let weights = self.initial_weights.as_deref().filter(|_| self.pretraining_cost.is_some())?;
        Some(weights.strip_prefix(OF_TRIAL).unwrap_or(weights))
    }

    /// The same, starting from the weights that a trained dense network ends with.
    pub fn pretrained_by(self, dense: &TrialSpec) -> Self {
        let initial_weights = Some(format!("{OF_TRIAL}{}", dense.key()));
        // Over a dense training of the usual length.
        let cost = dense.resolve().map_or(1.0, |dense| dense.recipe.length);
        Self { initial_weights, pretraining_cost: Some(cost), ..self }
    }

    /// The latency target and the settings of channels, if channels are taken out.
    fn channels(&self, prunes: Prunes, settings: &Settings) -> Result<Option<(f64, Settings)>, ResolveError> {
        let method = || self.method.clone();
        let Some(goal) = &self.latency else {
            return if prunes == Prunes::Channels {
                Err(ResolveError::NoLatency { method: method() })
            } else {
                Ok(None)
            };
        };
        if !prunes.channels() {
            let able = registry::all().into_iter().filter(|method| method.prunes.channels());
            let able = able.map(|method| method.name).collect::<Vec<_>>().join(", ");
            return Err(ResolveError::NoChannels { method: method(), able });
        }
        for key in ["criterion", "grow_criterion"].into_iter().filter(|key| settings.has(key)) {
            let criterion = settings.word(key);
            if criterion.parse().is_ok_and(|criterion: Criterion| !criterion.judges_channels()) {
                return Err(ResolveError::WeightsOnly { key: key.into(), criterion: criterion.into() });
            }
        }
        Ok(Some((goal.target, goal.resolve()?)))
    }

    /// The network that is trained, its active weights, and how they compete.
    fn thin(&self, prunes: Prunes, dense: &Network) -> Result<(Network, Budget, Scope), ResolveError> {
        let whole = |network: Network| {
            let budget = Budget::dense(&network.layers());
            Ok((network, budget, Scope::PerLayer))
        };
        match prunes {
            Prunes::Nothing | Prunes::Channels => whole(dense.clone()),
            _ if self.latency.is_some() => whole(dense.clone()),
            Prunes::Width => {
                // The sparsity is checked where every distribution checks it.
                Distribution::Global.budget(&dense.layers(), self.sparsity)?;
                whole(dense.with_share_of_weights(1.0 - self.sparsity))
            }
            Prunes::Weights | Prunes::WeightsOrChannels | Prunes::Patterns => {
                let distribution: Distribution = self.distribution.parse()?;
                if prunes == Prunes::Patterns && distribution.pattern().is_none() {
                    return Err(ResolveError::NoPattern { method: self.method.clone() });
                }
                let global = distribution == Distribution::Global;
                let scope = if global { Scope::Global } else { Scope::PerLayer };
                Ok((dense.clone(), distribution.budget(&dense.layers(), self.sparsity)?, scope))
            }
        }
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
pub(crate) fn restore(
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
mod tests;
