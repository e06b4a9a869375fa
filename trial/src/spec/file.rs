//! A spec as `spec.json` holds it.
//!
//! The order of the fields and their names are those of the first version, because the key of a trial is the
//! hash of this form: what a trial makes smaller stands in three fields, a distribution, a sparsity and,
//! where channels are pruned, a latency.

use super::TrialSpec;
use crate::{ChannelTarget, Target};
use records::words;
use serde::{Deserialize, Serialize};
use sparsity::{Distribution, DistributionError, Value};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;

/// The fields of `spec.json`; [`TrialSpec`] says what each means.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SpecFile {
    suite: String,
    dataset: String,
    data_fingerprint: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    classes: Option<usize>,
    model: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    initial_weights: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pretraining_cost: Option<f64>,
    method: String,
    distribution: String,
    sparsity: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    latency: Option<ChannelTarget>,
    seed: u64,
    #[serde(default = "one", skip_serializing_if = "is_one")]
    threads: NonZeroUsize,
    profile: String,
    recipe: BTreeMap<String, Value>,
    settings: BTreeMap<String, Value>,
    #[serde(default, skip_serializing_if = "is_first")]
    method_revision: u32,
    #[serde(default, skip_serializing_if = "is_first")]
    profile_revision: u32,
}

/// The threads of a spec that does not mention them.
fn one() -> NonZeroUsize {
    NonZeroUsize::MIN
}

/// Whether there is one thread, which specs do not mention.
fn is_one(threads: &NonZeroUsize) -> bool {
    *threads == NonZeroUsize::MIN
}

/// Whether a revision is the first one, which specs do not mention.
fn is_first(revision: &u32) -> bool {
    *revision == 0
}

/// Why three fields name no [`Target`].
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// The distribution is not known.
    #[error(transparent)]
    Distribution(#[from] DistributionError),
    /// The fields contradict each other.
    #[error(
        "distribution `{distribution}` does not go with sparsity {sparsity} {latency} a latency target: `none` \
         and `learned` have sparsity 0, `latency` has sparsity 0 and a latency target, and no other has a latency target"
    )]
    Contradiction {
        /// The distribution.
        distribution: String,
        /// The sparsity.
        sparsity: f64,
        /// `with` or `without`.
        latency: &'static str,
    },
}

/// The target that the three fields name.
fn target(
    distribution: String,
    sparsity: f64,
    latency: Option<ChannelTarget>,
) -> Result<Target, TargetError> {
    match (distribution.as_str(), latency) {
        (words::DENSE, None) if sparsity == 0.0 => Ok(Target::Dense),
        (words::LEARNED, None) if sparsity == 0.0 => Ok(Target::Learned),
        (words::LATENCY, Some(target)) if sparsity == 0.0 => Ok(Target::Channels(target)),
        (words::WIDTH, None) => Ok(Target::Width { sparsity }),
        (words::DENSE | words::LEARNED | words::LATENCY, latency) | (_, latency @ Some(_)) => {
            let latency = if latency.is_some() { "with" } else { "without" };
            Err(TargetError::Contradiction { distribution, sparsity, latency })
        }
        (name, None) => {
            let distribution: Distribution = name.parse()?;
            Ok(Target::Weights { distribution, sparsity })
        }
    }
}

impl TryFrom<SpecFile> for TrialSpec {
    type Error = TargetError;

    fn try_from(file: SpecFile) -> Result<Self, TargetError> {
        Ok(Self {
            suite: file.suite,
            dataset: file.dataset,
            data_fingerprint: file.data_fingerprint,
            classes: file.classes,
            model: file.model,
            initial_weights: file.initial_weights,
            pretraining_cost: file.pretraining_cost,
            method: file.method,
            target: target(file.distribution, file.sparsity, file.latency)?,
            seed: file.seed,
            threads: file.threads,
            profile: file.profile,
            recipe: file.recipe,
            settings: file.settings,
            method_revision: file.method_revision,
            profile_revision: file.profile_revision,
        })
    }
}

impl From<TrialSpec> for SpecFile {
    fn from(spec: TrialSpec) -> Self {
        Self {
            suite: spec.suite,
            dataset: spec.dataset,
            data_fingerprint: spec.data_fingerprint,
            classes: spec.classes,
            model: spec.model,
            initial_weights: spec.initial_weights,
            pretraining_cost: spec.pretraining_cost,
            method: spec.method,
            distribution: spec.target.name().into(),
            sparsity: spec.target.sparsity().unwrap_or(0.0),
            latency: spec.target.channels().cloned(),
            seed: spec.seed,
            threads: spec.threads,
            profile: spec.profile,
            recipe: spec.recipe,
            settings: spec.settings,
            method_revision: spec.method_revision,
            profile_revision: spec.profile_revision,
        }
    }
}
