//! Presets: the profiles `paper`, `lite` and `smoke` of a suite, as TOML files
//! in which every value has its source beside it.

use crate::SyntheticSet;
use serde::Deserialize;
use sparsity::{Origin, Override, SettingSpec, Value, shortened};
use std::collections::BTreeMap;

/// Suffix of the name of a profile for channels.
const CHANNELS: &str = "-channels";

/// A profile of a suite.
#[derive(Clone, Debug)]
pub struct Preset {
    /// Its name.
    pub name: String,
    /// How often its meaning has changed. It is raised when the profile, or the recipe that it starts from, leads to
    /// another training, so that trials of before are not taken for trials of today.
    pub revision: u32,
    /// What it is for, in a line.
    pub summary: String,
    /// The model unless another is asked for.
    pub model: String,
    /// What takes the place of the other models that tables are about.
    models: BTreeMap<String, String>,
    /// The sparsities unless others are asked for.
    pub sparsities: Vec<f64>,
    /// The latency targets unless others are asked for, where channels are pruned.
    pub latency_targets: Vec<f64>,
    /// The seeds unless others are asked for.
    pub seeds: Vec<u64>,
    /// The synthetic set it generates unless a data folder is named; none for real data.
    pub synthetic: Option<SyntheticSet>,
    /// Changes of the recipe.
    pub recipe: Vec<Override>,
    /// Changes of how channels are pruned, whatever the method.
    pub pruning: Vec<Override>,
    /// Steps between two changes of the structure, for every method that has a setting of them, and why.
    cadence: Option<(i64, Origin)>,
    methods: BTreeMap<String, Vec<Override>>,
    channels: Changes,
}

/// What a profile changes of the settings.
#[derive(Clone, Debug, Default)]
struct Changes {
    revision: u32,
    recipe: Vec<Override>,
    pruning: Vec<Override>,
    methods: BTreeMap<String, Vec<Override>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    revision: u32,
    summary: String,
    model: String,
    #[serde(default)]
    models: BTreeMap<String, String>,
    sparsities: Vec<f64>,
    latency_targets: Vec<f64>,
    seeds: Vec<u64>,
    generated: Option<SyntheticSet>,
    cadence: Option<Sourced<i64>>,
    #[serde(default)]
    recipe: BTreeMap<String, Sourced>,
    #[serde(default)]
    method: BTreeMap<String, BTreeMap<String, Sourced>>,
    #[serde(default)]
    channels: Section,
}

/// What differs where channels are pruned.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    /// Of the profile for channels, where that has a name of its own.
    #[serde(default)]
    revision: u32,
    #[serde(default)]
    recipe: BTreeMap<String, Sourced>,
    /// How they are, whatever the method.
    #[serde(default)]
    pruning: BTreeMap<String, Sourced>,
    #[serde(default)]
    method: BTreeMap<String, BTreeMap<String, Sourced>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sourced<T = Value> {
    value: T,
    source: String,
}

impl Preset {
    /// The model that takes the place of `published`, the one a table is about.
    pub fn model_for(&self, published: &str) -> &str {
        self.models.get(published).unwrap_or(&self.model)
    }

    /// Changes of the settings of method `name`, which has those of `specs`: the profile's cadence, and what
    /// the profile says of the method by name.
    pub fn method(&self, name: &str, specs: &[SettingSpec]) -> Vec<Override> {
        let cadence = self.cadence.as_ref();
        let mut changes = cadence.map(|(steps, origin)| shortened(specs, *steps, origin)).unwrap_or_default();
        replace(&mut changes, self.methods.get(name).map_or(&[], Vec::as_slice));
        changes
    }

    /// The profile of a comparison in which channels are pruned. It has a name of its own where its recipe
    /// is another, since a dense network trained by it is not the profile's.
    pub fn for_channels(&self) -> Self {
        let mut preset = self.clone();
        if !self.channels.recipe.is_empty() {
            preset.name = format!("{}{CHANNELS}", self.name);
            preset.revision = self.channels.revision;
        }
        replace(&mut preset.recipe, &self.channels.recipe);
        replace(&mut preset.pruning, &self.channels.pruning);
        for (method, changes) in &self.channels.methods {
            replace(preset.methods.entry(method.clone()).or_default(), changes);
        }
        preset.channels = Changes::default();
        preset
    }

    /// Why everything is changed, of the recipe and of the methods.
    #[cfg(test)]
    pub(crate) fn origins(&self) -> impl Iterator<Item = &Origin> {
        let all = self.recipe.iter().chain(self.methods.values().flatten());
        let all = all.chain(&self.channels.recipe).chain(self.channels.methods.values().flatten());
        let all = all.chain(&self.pruning).chain(&self.channels.pruning);
        all.map(|change| &change.origin).chain(self.cadence.iter().map(|(_, origin)| origin))
    }
}

/// Replaces what `settings` says of the settings in `changes`.
fn replace(settings: &mut Vec<Override>, changes: &[Override]) {
    settings.retain(|old| changes.iter().all(|new| new.key != old.key));
    settings.extend_from_slice(changes);
}

/// Reads an embedded preset. A mistake in one is a bug, which the tests find.
pub(crate) fn read(name: &'static str, text: &str) -> Preset {
    let file: File = toml::from_str(text).unwrap_or_else(|error| panic!("preset {name}: {error}"));
    let overrides = |values: BTreeMap<String, Sourced>| -> Vec<Override> {
        let change = |(key, Sourced { value, source }): (String, Sourced)| Override {
            key,
            text: value.to_string(),
            origin: Origin::Preset(source),
        };
        values.into_iter().map(change).collect()
    };
    let all = |methods: BTreeMap<String, BTreeMap<String, Sourced>>| {
        methods.into_iter().map(|(name, values)| (name, overrides(values))).collect()
    };
    Preset {
        name: name.into(),
        revision: file.revision,
        summary: file.summary,
        model: file.model,
        models: file.models,
        sparsities: file.sparsities,
        latency_targets: file.latency_targets,
        seeds: file.seeds,
        synthetic: file.generated,
        recipe: overrides(file.recipe),
        pruning: Vec::new(),
        cadence: file.cadence.map(|Sourced { value, source }| (value, Origin::Preset(source))),
        methods: all(file.method),
        channels: Changes {
            revision: file.channels.revision,
            recipe: overrides(file.channels.recipe),
            pruning: overrides(file.channels.pruning),
            methods: all(file.channels.method),
        },
    }
}
