//! Presets: the profiles of a suite, such as `paper`, `lite` and `smoke`, as TOML files
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
    methods: BTreeMap<String, MethodChanges>,
    /// What differs where channels are pruned; none in the profile for channels.
    channels: Option<Changes>,
}

/// What a profile changes of the settings.
#[derive(Clone, Debug, Default)]
struct Changes {
    revision: u32,
    recipe: Vec<Override>,
    pruning: Vec<Override>,
    methods: BTreeMap<String, MethodChanges>,
}

/// What a profile says of one method.
#[derive(Clone, Debug, Default)]
struct MethodChanges {
    /// Its settings.
    settings: Vec<Override>,
    /// The recipe where it is the method's own, beside the profile's.
    recipe: Vec<Override>,
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
    method: BTreeMap<String, MethodSection>,
    #[serde(default)]
    channels: Section,
}

/// `[method.NAME]` with the method's settings, and `[method.NAME.recipe]`.
#[derive(Deserialize)]
struct MethodSection {
    #[serde(default)]
    recipe: BTreeMap<String, Sourced>,
    #[serde(flatten)]
    settings: BTreeMap<String, Sourced>,
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
    method: BTreeMap<String, MethodSection>,
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
        replace(&mut changes, self.methods.get(name).map_or(&[], |own| &own.settings));
        changes
    }

    /// What the profile changes of the recipe for method `name` alone, beside [`Preset::recipe`]; nothing for most.
    pub fn own_recipe(&self, name: &str) -> &[Override] {
        self.methods.get(name).map_or(&[], |own| &own.recipe)
    }

    /// Changes of the recipe by which method `name` is trained.
    pub fn recipe_for(&self, name: &str) -> Vec<Override> {
        let mut changes = self.recipe.clone();
        replace(&mut changes, self.own_recipe(name));
        changes
    }

    /// The profile of a comparison in which channels are pruned. It has a name of its own where its recipe
    /// is another, since a dense network trained by it is not the profile's. A recipe that a method has of its own
    /// for single weights is not one for channels. The profile for channels is its own.
    pub fn for_channels(&self) -> Self {
        let mut preset = self.clone();
        let Some(channels) = preset.channels.take() else { return preset };
        if !channels.recipe.is_empty() {
            preset.name = format!("{}{CHANNELS}", self.name);
            preset.revision = channels.revision;
        }
        replace(&mut preset.recipe, &channels.recipe);
        replace(&mut preset.pruning, &channels.pruning);
        preset.methods.values_mut().for_each(|own| own.recipe.clear());
        for (method, changes) in channels.methods {
            let own = preset.methods.entry(method).or_default();
            replace(&mut own.settings, &changes.settings);
            own.recipe = changes.recipe;
        }
        preset
    }

    /// The methods that the profile says something of by name.
    #[cfg(test)]
    pub(crate) fn methods_named(&self) -> impl Iterator<Item = &str> {
        self.methods.keys().map(String::as_str)
    }

    /// Why everything is changed, of the recipe and of the methods.
    #[cfg(test)]
    pub(crate) fn origins(&self) -> impl Iterator<Item = &Origin> {
        let channels = || self.channels.iter();
        let methods = self.methods.values().chain(channels().flat_map(|changes| changes.methods.values()));
        let all = methods.flat_map(|own| own.settings.iter().chain(&own.recipe));
        let all = all.chain(&self.recipe).chain(&self.pruning);
        let all = all.chain(channels().flat_map(|changes| changes.recipe.iter().chain(&changes.pruning)));
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
    let of_method = |MethodSection { recipe, settings }: MethodSection| MethodChanges {
        settings: overrides(settings),
        recipe: overrides(recipe),
    };
    let all = |methods: BTreeMap<String, MethodSection>| {
        methods.into_iter().map(|(name, section)| (name, of_method(section))).collect()
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
        channels: Some(Changes {
            revision: file.channels.revision,
            recipe: overrides(file.channels.recipe),
            pruning: overrides(file.channels.pruning),
            methods: all(file.channels.method),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
        summary = "a test"
        model = "wrn-10-1"
        sparsities = [0.9]
        latency_targets = [0.5]
        seeds = [0]

        [recipe]
        epochs = { value = 6.0, source = "the profile" }
        momentum = { value = 0.8, source = "the profile" }

        [method.one]
        interval = { value = 5, source = "the method" }

        [method.one.recipe]
        epochs = { value = 12.0, source = "the method's paper" }

        [channels.method.two.recipe]
        momentum = { value = 0.5, source = "the method's paper" }
    "#;

    fn values(changes: &[Override]) -> Vec<(&str, &str)> {
        changes.iter().map(|change| (change.key.as_str(), change.text.as_str())).collect()
    }

    #[test]
    fn a_method_can_have_a_recipe_of_its_own() {
        let preset = read("test", TEXT);
        assert_eq!(values(&preset.recipe), [("epochs", "6"), ("momentum", "0.8")]);
        assert_eq!(values(&preset.recipe_for("one")), [("momentum", "0.8"), ("epochs", "12")]);
        assert_eq!(values(&preset.method("one", &[])), [("interval", "5")]);
        assert_eq!(preset.recipe_for("two"), preset.recipe);
        assert_eq!(preset.recipe_for("three"), preset.recipe);
        let channels = preset.for_channels();
        assert_eq!((channels.recipe_for("one"), &channels.name), (preset.recipe.clone(), &preset.name));
        assert_eq!(values(&channels.recipe_for("two")), [("epochs", "6"), ("momentum", "0.5")]);
        assert_eq!(channels.for_channels().recipe_for("two"), channels.recipe_for("two"));
    }
}
