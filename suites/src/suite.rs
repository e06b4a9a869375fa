//! The suites: what each measures, on which data, by which recipe.

use crate::preset::{Generated, Preset, read};
use crate::recipe::Recipe;
use sparsity::{SettingSpec, Settings};
use std::error::Error;
use std::path::Path;

/// Why data cannot be identified or drawn, in the words of the suite.
pub type DataFailure = Box<dyn Error + Send + Sync>;

/// What a data set is, told by its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Its name; generated and other sets have names of their own.
    pub dataset: String,
    /// Hash of its content, or of what stands for it.
    pub fingerprint: String,
    /// Number of classes.
    pub classes: usize,
    /// Number of training images.
    pub train: usize,
    /// Number of images for evaluation.
    pub test: usize,
}

/// What became of a request to draw a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawn {
    /// It is drawn now.
    Written,
    /// It was there.
    AlreadyThere,
}

/// One suite.
#[derive(Clone, Copy)]
pub struct Suite {
    /// Name on the command line, and of the real data set.
    pub name: &'static str,
    /// What it measures, in a line.
    pub about: &'static str,
    /// Number of classes of the real data set.
    pub classes: usize,
    /// Where the real data are looked for when nothing is said.
    pub folder: &'static str,
    /// The environment variable that names the data's folder, if there is one.
    pub variable: Option<&'static str>,
    /// The settings of its recipe; their defaults are the published recipe.
    pub settings: fn() -> Vec<SettingSpec>,
    /// The recipe of such settings.
    pub recipe: fn(&Settings) -> Recipe,
    /// Says which set a folder holds.
    pub identify: fn(&Path) -> Result<Identity, DataFailure>,
    /// Draws a set in a folder, unless it is there.
    pub generate: fn(&Path, &Generated) -> Result<Drawn, DataFailure>,
    /// Name and TOML text of its profiles, the published one first.
    pub(crate) presets: &'static [(&'static str, &'static str)],
}

impl Suite {
    /// The recipe of the paper: every setting at its default.
    pub fn published_recipe(&self) -> Recipe {
        (self.recipe)(&Settings::resolve((self.settings)(), &[]).expect("the defaults are allowed"))
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
