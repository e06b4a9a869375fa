//! The recipe of CIFAR-100: that of CIFAR-10, with CIFAR-100's own channel statistics. No results on CIFAR-100 were
//! published with it.

use crate::cifar10::recipe as shared;
use crate::recipe::{Normalisation, Recipe};
use sparsity::{SettingSpec, Settings};

/// Channel statistics of CIFAR-100's training images (weiaicunzai/pytorch-cifar100, conf/global_settings.py), rounded.
const CHANNELS: Normalisation =
    Normalisation::Channels { mean: [0.5071, 0.4865, 0.4409], deviation: [0.2673, 0.2564, 0.2762] };

/// The settings; the defaults are RigL's for CIFAR-10.
pub fn settings() -> Vec<SettingSpec> {
    shared::settings()
}

/// The recipe of settings that [`settings`] declares.
pub fn recipe(settings: &Settings) -> Recipe {
    let recipe = shared::recipe(settings);
    let normalisation = match recipe.normalisation {
        Normalisation::Image => Normalisation::Image,
        Normalisation::Channels { .. } => CHANNELS,
    };
    Recipe { normalisation, ..recipe }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_channel_statistics_are_its_own() {
        let both = |changes: &[(&str, &str)]| {
            [crate::cifar10::SUITE, crate::cifar100::SUITE].map(|suite| suite.recipe_with(changes))
        };
        let [ten, hundred] = both(&[]);
        assert_eq!(ten, hundred);
        let [ten, hundred] = both(&[("normalisation", "dataset")]);
        assert_eq!(hundred.normalisation, CHANNELS);
        assert_eq!(Recipe { normalisation: ten.normalisation, ..hundred }, ten);
    }
}
