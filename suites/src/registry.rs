//! A suite by its name.

use crate::{SUITES, Suite};
use network::did_you_mean;

/// A name that no suite has.
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
        UnknownSuite { name: name.into(), hint: did_you_mean(name, &known), known: known.join(", ") }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use sparsity::{Origin, Settings};

    #[test]
    fn every_preset_fits_its_recipe_and_names_its_sources() {
        for suite in SUITES {
            for preset in suite.presets() {
                let what = format!("{} {}", suite.name, preset.name);
                for preset in [preset.for_channels(), preset.clone()] {
                    for method in preset.methods_named().chain([""]) {
                        let settings = Settings::resolve((suite.settings)(), &preset.recipe_for(method));
                        (suite.recipe)(&settings.unwrap()).check().unwrap();
                    }
                }
                let settings = Settings::resolve((suite.settings)(), &preset.recipe).unwrap();
                assert_eq!(preset.name == "paper", settings.changed().is_empty(), "{what}");
                for origin in preset.origins() {
                    let Origin::Preset(source) = origin else { panic!("{what}: {origin:?}") };
                    assert!(source.len() > 5, "{what}: {origin:?}");
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
