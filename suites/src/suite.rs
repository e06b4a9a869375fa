//! The suites: what each measures, on which data, by which recipe.

use crate::preset::{Generated, Preset, read};
use crate::recipe::{self, Recipe};
use crate::{cifar10, imagenet};
use sparsity::{SettingSpec, Settings, nearest};
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
    /// The settings of its recipe.
    pub recipe: fn() -> Vec<SettingSpec>,
    /// The recipe of such settings.
    pub make: fn(&Settings) -> Recipe,
    /// Says which set a folder holds.
    pub identify: fn(&Path) -> Result<Identity, DataFailure>,
    /// Draws a set in a folder, unless it is there.
    pub generate: fn(&Path, &Generated) -> Result<Drawn, DataFailure>,
    presets: &'static [(&'static str, &'static str)],
}

impl Suite {
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

/// Every suite.
pub const SUITES: &[Suite] = &[
    Suite {
        name: "cifar10",
        about: "CIFAR-10 classification: 50,000 training and 10,000 test images of 32 x 32 pixels, top-1 accuracy",
        classes: cifar10::CLASSES,
        folder: "data/cifar10",
        variable: None,
        recipe: recipe::cifar10::specs,
        make: recipe::cifar10::recipe,
        identify: |folder| {
            let cifar10::Identity { dataset, fingerprint, train, test } = cifar10::fingerprint(folder)?;
            Ok(Identity { dataset, fingerprint, classes: cifar10::CLASSES, train, test })
        },
        generate: |folder, set| {
            Ok(match cifar10::generate(folder, set.train, set.test, set.seed)? {
                cifar10::Generated::Written => Drawn::Written,
                cifar10::Generated::AlreadyThere => Drawn::AlreadyThere,
            })
        },
        presets: &[
            ("paper", include_str!("../presets/cifar10/paper.toml")),
            ("lite", include_str!("../presets/cifar10/lite.toml")),
            ("smoke", include_str!("../presets/cifar10/smoke.toml")),
        ],
    },
    Suite {
        name: "imagenet",
        about: "ImageNet classification: class folders of photographs, 1,281,167 to train on and 50,000 to evaluate, top-1 accuracy",
        classes: 1000,
        folder: "data/imagenet",
        variable: Some("IMAGENET_DIR"),
        recipe: recipe::imagenet::specs,
        make: recipe::imagenet::recipe,
        identify: |folder| {
            let imagenet::Identity { dataset, fingerprint, classes, train, val } =
                imagenet::identify(folder)?;
            Ok(Identity { dataset, fingerprint, classes, train, test: val })
        },
        generate: |folder, set| {
            let each = |images: usize| images.div_ceil(set.classes);
            let drawn = imagenet::generate(folder, set.classes, each(set.train), each(set.test), set.seed)?;
            Ok(match drawn {
                imagenet::Generated::Written => Drawn::Written,
                imagenet::Generated::AlreadyThere => Drawn::AlreadyThere,
            })
        },
        presets: &[
            ("paper", include_str!("../presets/imagenet/paper.toml")),
            ("lite", include_str!("../presets/imagenet/lite.toml")),
            ("smoke", include_str!("../presets/imagenet/smoke.toml")),
        ],
    },
];

/// A name that is no suite.
#[derive(Debug, thiserror::Error)]
#[error("there is no suite `{name}`{hint}; the suites are {known}")]
pub struct UnknownSuite {
    name: String,
    hint: String,
    known: String,
}

/// The suite called `name`.
pub fn suite(name: &str) -> Result<&'static Suite, UnknownSuite> {
    SUITES.iter().find(|suite| suite.name == name).ok_or_else(|| {
        let known: Vec<&str> = SUITES.iter().map(|suite| suite.name).collect();
        UnknownSuite {
            name: name.into(),
            hint: nearest(name, &known).map(|name| format!(" (did you mean `{name}`?)")).unwrap_or_default(),
            known: known.join(", "),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use sparsity::Origin;

    #[test]
    fn every_preset_fits_its_recipe_and_names_its_sources() {
        for suite in SUITES {
            for preset in suite.presets() {
                let what = format!("{} {}", suite.name, preset.name);
                for preset in [preset.for_channels(), preset.clone()] {
                    let settings = Settings::resolve((suite.recipe)(), &preset.recipe).unwrap();
                    (suite.make)(&settings).check().unwrap();
                }
                let settings = Settings::resolve((suite.recipe)(), &preset.recipe).unwrap();
                assert_eq!(preset.name == "paper", settings.changed().is_empty(), "{what}");
                for change in preset.changes() {
                    let Origin::Preset(source) = &change.origin else { panic!("{change:?}") };
                    assert!(source.len() > 5, "{what}: {change:?}");
                }
            }
        }
    }

    #[test]
    fn a_wrong_name_is_answered_with_the_nearest() {
        let message = suite("imagnet").err().unwrap().to_string();
        assert!(message.contains("did you mean `imagenet`"), "{message}");
    }
}
