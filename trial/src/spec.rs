//! The specification of a trial and its key.
//!
//! A trial is a pure function of its spec. The key is a hash of the spec
//! written canonically: fields in a fixed order, settings by name, and only
//! those that differ from their defaults, so a setting added later does not
//! rename old trials.

mod changes;
mod file;
mod resolve;

pub use file::TargetError;
pub use resolve::{ResolveError, Resolved};

use crate::{Target, file_hash};
use records::words::{NEW_HEAD, OF_FILE};
use serde::{Deserialize, Serialize};
use sparsity::Value;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;

/// What [`TrialSpec::initial_weights`] begins with where another trial made them; its key follows.
const OF_TRIAL: &str = "trial:";

/// What [`TrialSpec::initial_weights`] is for a weights file with this fingerprint, whose head is used or not.
pub fn of_weights_file(fingerprint: &str, new_head: bool) -> String {
    format!("{}{fingerprint}", if new_head { NEW_HEAD } else { OF_FILE })
}

/// What is to be trained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "file::SpecFile", into = "file::SpecFile")]
pub struct TrialSpec {
    /// The suite, such as `cifar10`.
    pub suite: String,
    /// The data set, such as `cifar10` or `cifar10-generated`.
    pub dataset: String,
    /// Fingerprint of the data set's files.
    pub data_fingerprint: String,
    /// Number of classes of the data set, where it is not that of the suite's own.
    pub classes: Option<usize>,
    /// The model's name.
    pub model: String,
    /// What training starts from, where it does not start from the seed: [a weights file](of_weights_file), or
    /// [another trial](TrialSpec::initial_trial).
    pub initial_weights: Option<String>,
    /// What training those weights cost, over a dense training, where it is to be counted.
    pub pretraining_cost: Option<f64>,
    /// The method's name.
    pub method: String,
    /// What is made smaller, and by how much.
    pub target: Target,
    /// Seed of initial weights, structure, data order, augmentation and dropout.
    pub seed: u64,
    /// Processor threads that compute the training. Sums are divided among them, so another number gives another
    /// result; it enters the key where it is not 1.
    pub threads: NonZeroUsize,
    /// The profile the recipe started from.
    pub profile: String,
    /// Settings of the recipe that differ from their defaults.
    pub recipe: BTreeMap<String, Value>,
    /// Settings of the method that differ from their defaults.
    pub settings: BTreeMap<String, Value>,
    /// Revision of the method; it enters the key where it is not 0.
    pub method_revision: u32,
    /// Revision of the profile; it enters the key where it is not 0.
    pub profile_revision: u32,
}

impl TrialSpec {
    /// The key: the first 16 hexadecimal digits of the hash of the canonical form.
    pub fn key(&self) -> String {
        file_hash(self.to_json().as_bytes())
    }

    /// The canonical form, as saved.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a spec holds nothing that JSON cannot") + "\n"
    }

    /// The trial whose weights this one starts from, if there is one.
    pub fn initial_trial(&self) -> Option<&str> {
        self.initial_weights.as_ref()?.strip_prefix(OF_TRIAL)
    }

    /// Whether it starts from a weights file.
    pub fn has_initial_file(&self) -> bool {
        self.initial_weights.is_some() && self.initial_trial().is_none()
    }

    /// Whether the head starts from the seed, and a weights file fills everything else.
    pub fn has_new_head(&self) -> bool {
        self.initial_weights.as_ref().is_some_and(|weights| weights.starts_with(NEW_HEAD))
    }

    /// Whose weights it starts from, where their training is to be counted: a trial's key, or a
    /// [weights file](of_weights_file).
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
}

#[cfg(test)]
mod tests;
