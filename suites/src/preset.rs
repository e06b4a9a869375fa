//! Presets: the profiles `paper`, `lite` and `smoke` of a suite, as TOML files
//! in which every value has its source beside it.

use serde::Deserialize;
use sparsity::{Origin, Override, Value};
use std::collections::BTreeMap;

/// A profile of a suite.
#[derive(Clone, Debug)]
pub struct Preset {
    /// Its name.
    pub name: &'static str,
    /// What it is for, in a line.
    pub summary: String,
    /// The model unless another is asked for.
    pub model: String,
    /// What takes the place of the other models that tables are about.
    models: BTreeMap<String, String>,
    /// The sparsities unless others are asked for.
    pub sparsities: Vec<f64>,
    /// The seeds unless others are asked for.
    pub seeds: Vec<u64>,
    /// The data it generates when no data folder is given; none for real data.
    pub generated: Option<Generated>,
    /// Changes of the recipe.
    pub recipe: Vec<Override>,
    methods: BTreeMap<String, Vec<Override>>,
}

/// Size and seed of a generated data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Generated {
    /// Classes.
    #[serde(default = "ten")]
    pub classes: usize,
    /// Training images.
    pub train: usize,
    /// Images for evaluation.
    pub test: usize,
    /// Seed of the drawings.
    pub seed: u64,
}

fn ten() -> usize {
    10
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    summary: String,
    model: String,
    #[serde(default)]
    models: BTreeMap<String, String>,
    sparsities: Vec<f64>,
    seeds: Vec<u64>,
    generated: Option<Generated>,
    #[serde(default)]
    recipe: BTreeMap<String, Sourced>,
    #[serde(default)]
    method: BTreeMap<String, BTreeMap<String, Sourced>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sourced {
    value: Value,
    source: String,
}

impl Preset {
    /// The model that stands for `published`, the one a table is about.
    pub fn model_for(&self, published: &str) -> &str {
        self.models.get(published).unwrap_or(&self.model)
    }

    /// Changes of the settings of method `name`.
    pub fn method(&self, name: &str) -> &[Override] {
        self.methods.get(name).map_or(&[], Vec::as_slice)
    }

    /// Every change, of the recipe and of the methods.
    #[cfg(test)]
    pub(crate) fn changes(&self) -> impl Iterator<Item = &Override> {
        self.recipe.iter().chain(self.methods.values().flatten())
    }
}

/// Reads an embedded preset; a mistake in one is a bug, found by the tests.
pub(crate) fn read(name: &'static str, text: &str) -> Preset {
    let file: File = toml::from_str(text).unwrap_or_else(|error| panic!("preset {name}: {error}"));
    let overrides = |values: BTreeMap<String, Sourced>| -> Vec<Override> {
        let change = |(key, Sourced { value, source })| Override {
            key,
            text: value.to_string(),
            origin: Origin::Preset(source),
        };
        values.into_iter().map(change).collect()
    };
    Preset {
        name,
        summary: file.summary,
        model: file.model,
        models: file.models,
        sparsities: file.sparsities,
        seeds: file.seeds,
        generated: file.generated,
        recipe: overrides(file.recipe),
        methods: file.method.into_iter().map(|(name, values)| (name, overrides(values))).collect(),
    }
}
