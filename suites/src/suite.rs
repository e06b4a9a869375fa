//! What a suite is: what it measures, on which data, by which recipe.

use crate::DataOperations;
use crate::preset::{Preset, read};
use crate::recipe::Recipe;
use records::Metric;
use sparsity::{SettingSpec, Settings};
use std::path::PathBuf;

/// One suite.
#[derive(Clone, Copy)]
pub struct Suite {
    /// Name on the command line, and of the published data set.
    pub name: &'static str,
    /// What it measures, in a line.
    pub about: &'static str,
    /// Number of classes of the published data set.
    pub classes: usize,
    /// Their names in the order of their labels, where those of the published data set are always the same; else empty.
    pub class_names: &'static [&'static str],
    /// Number of images that the published data set is trained on.
    pub train_images: usize,
    /// Number of images that the published data set is evaluated on.
    pub test_images: usize,
    /// Where the published data are looked for unless a folder is named.
    pub folder: &'static str,
    /// The environment variable that names the data's folder, if there is one.
    pub variable: Option<&'static str>,
    /// What an evaluation measures.
    pub metric: Metric,
    /// The settings of its recipe; their defaults are the published recipe.
    pub settings: fn() -> Vec<SettingSpec>,
    /// The recipe of such settings.
    pub recipe: fn(&Settings) -> Recipe,
    /// What can be done with its data.
    pub data: &'static dyn DataOperations,
    /// Name and TOML text of its profiles, the published one first.
    pub(crate) presets: &'static [(&'static str, &'static str)],
}

impl Suite {
    /// Where the published data are looked for unless a folder is named: in the folder that its variable
    /// names, else in its usual one.
    pub fn usual_folder(&self) -> PathBuf {
        self.named_folder().unwrap_or_else(|| self.folder.into())
    }

    /// The folder that its variable names, if that is set.
    pub fn named_folder(&self) -> Option<PathBuf> {
        let named = self.variable.and_then(std::env::var_os).filter(|folder| !folder.is_empty());
        named.map(PathBuf::from)
    }

    /// Every setting of its recipe at its default.
    pub fn default_settings(&self) -> Settings {
        Settings::resolve((self.settings)(), &[]).expect("without changes nothing can be refused")
    }

    /// The published recipe: every setting at its default.
    pub fn published_recipe(&self) -> Recipe {
        (self.recipe)(&self.default_settings())
    }

    /// The recipe with some settings as a user writes them.
    #[cfg(test)]
    pub(crate) fn recipe_with(&self, changes: &[(&str, &str)]) -> Recipe {
        let change = |(key, text): &(&str, &str)| sparsity::Override {
            key: key.to_string(),
            text: text.to_string(),
            origin: sparsity::Origin::User,
        };
        let changes: Vec<_> = changes.iter().map(change).collect();
        (self.recipe)(&Settings::resolve((self.settings)(), &changes).unwrap())
    }

    /// Its profiles, the published one first.
    pub fn presets(&self) -> Vec<Preset> {
        self.presets.iter().map(|(name, text)| read(name, text)).collect()
    }

    /// Its profile called `name`, one for channels included.
    pub fn preset(&self, name: &str) -> Option<Preset> {
        let mut both = self.presets().into_iter().flat_map(|preset| {
            let channels = preset.for_channels();
            [preset, channels]
        });
        both.find(|preset| preset.name == name)
    }
}
