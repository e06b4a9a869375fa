//! The trials whose steps are checked: as small as a profile on synthetic images makes them, and shorter.

use records::words::MACS;
use sparsity::{
    Description, Distribution, Origin, Override, Prunes, SettingSpec, Settings, Value, shortened,
};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use suites::preset::Preset;
use suites::{Identity, Suite, SyntheticSet};
use trial::{ChannelTarget, Target, TrialSpec};

/// Steps between two changes of the structure, whatever the method.
const CADENCE: i64 = 2;
/// Images of a step.
const BATCH: usize = 16;
/// Images to train on and to evaluate: ten steps an epoch.
const IMAGES: (usize, usize) = (10 * BATCH, 50);
/// 24 steps.
const EPOCHS: f64 = 2.4;

/// A suite with a small synthetic data set.
pub struct SmallSuite {
    pub suite: &'static Suite,
    preset: Preset,
}

impl SmallSuite {
    /// All suites that have a profile on synthetic images.
    pub fn all() -> Vec<Self> {
        let small = |suite: &'static Suite| {
            let preset = suite.presets().into_iter().find(|preset| preset.synthetic.is_some())?;
            Some(Self { suite, preset })
        };
        suites::SUITES.iter().filter_map(small).collect()
    }

    /// Its synthetic images.
    pub fn images(&self) -> SyntheticSet {
        let classes = self.preset.synthetic.as_ref().map_or(10, |set| set.classes);
        SyntheticSet { classes, train: IMAGES.0, test: IMAGES.1, seed: 1 }
    }

    /// Whether its recipe has a setting called `key`.
    pub fn has(&self, key: &str) -> bool {
        (self.suite.settings)().iter().any(|spec| spec.key == key)
    }

    /// A trial of `method` on `data` that changes its structure every few of its 24 steps; `recipe` are settings beside
    /// those that make it small.
    pub fn trial(
        &self,
        method: &Description,
        target: Target,
        data: &Identity,
        recipe: &[(&str, Value)],
    ) -> TrialSpec {
        let small = [
            ("epochs", Value::Float(EPOCHS)),
            ("batch_size", Value::Int(BATCH as i64)),
            ("evaluate_every", Value::Float(0.8)),
            ("dropout", Value::Float(0.0)),
        ];
        let mut changes = self.preset.recipe_for("");
        for (key, value) in small.iter().chain(recipe).filter(|(key, _)| self.has(key)) {
            changes.retain(|change| change.key != *key);
            changes.push(Override { key: key.to_string(), text: value.to_string(), origin: Origin::User });
        }
        let of_method = (method.settings)();
        let shorter = shortened(&of_method, CADENCE, &Origin::User);
        TrialSpec {
            suite: self.suite.name.into(),
            dataset: data.dataset.clone(),
            data_fingerprint: data.fingerprint.clone(),
            classes: (data.classes != self.suite.classes).then_some(data.classes),
            model: self.preset.model.clone(),
            initial_weights: None,
            pretraining_cost: None,
            method: method.name.into(),
            target,
            seed: 3,
            threads: NonZeroUsize::MIN,
            profile: self.preset.name.clone(),
            recipe: changed((self.suite.settings)(), &changes),
            settings: changed(of_method, &shorter),
            method_revision: method.revision,
            profile_revision: self.preset.revision,
        }
    }
}

/// What a method makes smaller unless something else is asked for.
pub fn usual_target(method: &Description) -> Target {
    let weights = |distribution: Distribution, sparsity| Target::Weights { distribution, sparsity };
    match method.prunes {
        Prunes::Nothing => Target::Dense,
        Prunes::Width => Target::Width { sparsity: 0.8 },
        Prunes::Patterns => weights("2:4".parse().expect("a distribution"), 0.5),
        Prunes::Unasked => Target::Learned,
        Prunes::Channels => channels(),
        Prunes::Weights | Prunes::WeightsOrChannels | Prunes::FanIn => {
            weights("erk".parse().expect("a distribution"), 0.8)
        }
    }
}

/// Half of the multiply-accumulates.
pub fn channels() -> Target {
    let (latency_target, latency_table) = (0.5, MACS.into());
    Target::Channels(ChannelTarget { latency_target, latency_table, settings: BTreeMap::new() })
}

/// The settings that differ from their defaults.
fn changed(specs: Vec<SettingSpec>, changes: &[Override]) -> BTreeMap<String, Value> {
    Settings::resolve(specs, changes).expect("a profile's settings are allowed").changed()
}
