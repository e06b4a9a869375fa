//! What is shown to a person about a spec: what differs from its profile, and what would need less memory.

use super::TrialSpec;
use crate::{channel_settings, registry};
use records::words::INITIAL_WEIGHTS;
use sparsity::{Override, SettingSpec, Settings, Value};
use std::collections::BTreeMap;
use suites::recipe::BatchNorms;

impl TrialSpec {
    /// The settings that differ from what the profile gives, `key=value;key=value`.
    pub fn user_settings(&self) -> String {
        let Ok(suite) = suites::suite(&self.suite) else {
            return String::new();
        };
        let preset = suite.preset(&self.profile);
        let channels = self.target.channels();
        let preset = if channels.is_some() { preset.map(|preset| preset.for_channels()) } else { preset };
        let method = registry::method(&self.method).map(|method| (method.settings)()).unwrap_or_default();
        let recipe_changes = preset.as_ref().map_or(Vec::new(), |preset| preset.recipe_for(&self.method));
        let method_changes = preset.as_ref().map(|preset| preset.method(&self.method, &method));
        let mut changed = differences((suite.settings)(), &recipe_changes, &self.recipe);
        changed.extend(differences(method, &method_changes.unwrap_or_default(), &self.settings));
        // What was pretrained on purpose has a column of its own.
        let initial = self.initial_weights.iter().filter(|_| self.pretraining_cost.is_none());
        changed.extend(initial.map(|weights| format!("{INITIAL_WEIGHTS}={weights}")));
        if let Some(target) = channels {
            let pruning = preset.as_ref().map_or(&[][..], |preset| preset.pruning.as_slice());
            changed.extend(differences(channel_settings(), pruning, &target.settings));
        }
        changed.join(";")
    }

    /// What to do where memory ran out, in words: the setting that needs about half of it, and what becomes of what
    /// was trained. A batch that can be divided into micro-batches keeps its size.
    ///
    /// The size of either is part of the key, since batch norms see one micro-batch: with another, it is another
    /// trial, which starts anew.
    pub fn less_memory(&self) -> String {
        let Ok(resolved) = self.resolve() else {
            return "free some".into();
        };
        let recipe = &resolved.recipe;
        let divides = |images: &u64| recipe.batch_size.is_multiple_of(*images);
        let half = (1..=(recipe.micro_batch / 2).max(1)).rev().find(divides).unwrap_or(1);
        let divided = (resolved.suite.settings)().iter().any(|setting| setting.key == "micro_batch");
        let key = if divided { "micro_batch" } else { "batch_size" };
        let go_on = "free some, with fewer --jobs if several trials share the device, and run the same command to \
                     resume from the last checkpoint";
        if recipe.micro_batch == 1 {
            return go_on.into();
        }
        if recipe.batch_norms == BatchNorms::Batch {
            return format!(
                "{go_on}; or take more --ranks, each of which runs its part of the {} images that batch norms see",
                recipe.batch_size
            );
        }
        format!(
            "{go_on}; or try --set {key}={half} (this trial has {}), which is another trial, trained from its first \
             step, because batch norms see {half} images at a time then",
            recipe.micro_batch
        )
    }
}

/// The saved values that differ from those of `specs` with a preset's `changes`.
fn differences(
    specs: Vec<SettingSpec>,
    changes: &[Override],
    saved: &BTreeMap<String, Value>,
) -> Vec<String> {
    let (Ok(given), Ok(used)) = (Settings::resolve(specs.clone(), changes), Settings::saved(specs, saved))
    else {
        return Vec::new();
    };
    let pairs = given.iter().zip(used.iter()).filter(|(given, used)| given.value != used.value);
    pairs.map(|(_, used)| format!("{}={}", used.spec.key, used.value)).collect()
}
