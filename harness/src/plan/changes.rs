//! Where `--set key=value` goes: to the recipe if it has the key, and to every
//! chosen method that has it. What a row of a table sets goes the same way. What
//! the user says wins over what a row says, and that over what a preset says.

use anyhow::bail;
use sparsity::{Description, Override, SettingSpec, Settings, SettingsError};
use suites::Suite;

/// Options that may be taken for settings.
const OPTIONS: [&str; 8] =
    ["sparsity", "distribution", "latency_target", "seeds", "model", "method", "threads", "device"];

/// Refuses keys that neither the recipe nor a chosen method has, with the nearest name.
pub fn check(
    changes: &[Override],
    suite: &Suite,
    methods: &[Description],
    channels: bool,
) -> anyhow::Result<()> {
    let mut known = (suite.settings)();
    known.extend(methods.iter().flat_map(|method| (method.settings)()));
    let of_channels = trial::channel_settings();
    if channels {
        known.extend(of_channels.clone());
    }
    let mut specs: Vec<SettingSpec> = Vec::new();
    for spec in known {
        if !specs.iter().any(|other| other.key == spec.key) {
            specs.push(spec);
        }
    }
    for change in changes.iter().filter(|change| !has(&specs, &change.key)) {
        let others = trial::registry::all().into_iter().filter(|m| has(&(m.settings)(), &change.key));
        let others: Vec<&str> = others.map(|method| method.name).collect();
        if !others.is_empty() {
            let (key, others) = (&change.key, others.join(", "));
            bail!(
                "setting `{key}` belongs to {others}, which is not among the chosen methods; add it to --method"
            );
        }
        if has(&of_channels, &change.key) {
            bail!("setting `{}` is for channel pruning; it needs a --latency-target", change.key);
        }
        let elsewhere = suites::SUITES.iter().filter(|other| has(&(other.settings)(), &change.key));
        let elsewhere: Vec<&str> = elsewhere.map(|suite| suite.name).collect();
        if !elsewhere.is_empty() {
            let (key, suites) = (&change.key, elsewhere.join(", "));
            let hint = alike(key, &(suite.settings)());
            bail!("setting `{key}` belongs to the recipe of {suites}, not to that of {}{hint}", suite.name);
        }
        if OPTIONS.contains(&change.key.as_str()) {
            let (key, value) = (&change.key, &change.text);
            bail!(
                "`{key}` is no setting but an option of its own: write --{} {value}",
                key.replace('_', "-")
            );
        }
        Settings::resolve(specs.clone(), std::slice::from_ref(change))?;
    }
    Ok(())
}

/// The settings of `specs` with the changes of a preset, then those of the row and of the user.
pub fn resolve(
    specs: Vec<SettingSpec>,
    preset: &[Override],
    set: &[Override],
) -> Result<Settings, SettingsError> {
    let set = set.iter().filter(|change| has(&specs, &change.key));
    let changes: Vec<Override> = preset.iter().chain(set).cloned().collect();
    Settings::resolve(specs, &changes)
}

/// The setting of `specs` that is meant by the name that another recipe has for it, as a question: the one that has the
/// whole name in its own, else the nearest.
fn alike(key: &str, specs: &[SettingSpec]) -> String {
    let names: Vec<&str> = specs.iter().map(|spec| spec.key).collect();
    let with_more = names.iter().find(|name| name.ends_with(&format!("_{key}")));
    match with_more {
        Some(name) => format!(" (did you mean `{name}`?)"),
        None => network::did_you_mean(key, &names),
    }
}

/// What is to be said of settings that are given more than once: the last value counts.
pub fn repeated(set: &[(String, String)]) -> Option<String> {
    let last =
        |key: &str| set.iter().rfind(|(other, _)| other == key).map_or("", |(_, value)| value.as_str());
    let is_repeated = |at: usize| {
        let (key, _) = &set[at];
        let is_first = !set[..at].iter().any(|(other, _)| other == key);
        is_first && set.iter().any(|(other, value)| other == key && value != last(key))
    };
    let repeated: Vec<String> = (0..set.len())
        .filter(|at| is_repeated(*at))
        .map(|at| format!("`{}` is set more than once: {} counts", set[at].0, last(&set[at].0)))
        .collect();
    (!repeated.is_empty()).then(|| repeated.join("; "))
}

fn has(specs: &[SettingSpec], key: &str) -> bool {
    specs.iter().any(|spec| spec.key == key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sparsity::Origin;

    fn refusal(suite: &str, key: &str) -> String {
        let change = Override { key: key.into(), text: "0.9".into(), origin: Origin::User };
        let methods = trial::registry::all();
        check(&[change], suites::suite(suite).unwrap(), &methods, false).unwrap_err().to_string()
    }

    #[test]
    fn a_setting_of_another_recipe_leads_to_the_one_that_is_meant() {
        let said = refusal("imagenet", "learning_rate");
        assert!(said.contains("cifar10, cifar100, not to that of imagenet"), "{said}");
        assert!(said.ends_with("(did you mean `base_learning_rate`?)"), "{said}");
    }

    #[test]
    fn an_option_that_is_written_as_a_setting_is_named() {
        for (key, option) in [("sparsity", "--sparsity 0.9"), ("latency_target", "--latency-target 0.9")] {
            let said = refusal("cifar10", key);
            assert!(said.ends_with(option) && !said.contains("the settings are"), "{said}");
        }
        // None of them is the name of a setting, which would be asked for in vain.
        for suite in suites::SUITES {
            let methods = trial::registry::all().into_iter().flat_map(|method| (method.settings)());
            let mut settings = (suite.settings)().into_iter().chain(methods).chain(trial::channel_settings());
            assert!(settings.all(|spec| !OPTIONS.contains(&spec.key)), "{}", suite.name);
        }
    }

    #[test]
    fn a_value_that_does_not_count_is_said() {
        let set = |text: &str| {
            let pairs = text.split_whitespace().map(|pair| pair.split_once('=').unwrap());
            repeated(&pairs.map(|(key, value)| (key.into(), value.into())).collect::<Vec<_>>())
        };
        assert_eq!(set("epochs=1 batch_size=2"), None);
        assert_eq!(set("epochs=1 epochs=1"), None);
        let said = set("epochs=1 a=1 epochs=2 a=1 epochs=3").unwrap();
        assert_eq!(said, "`epochs` is set more than once: 3 counts");
        assert_eq!(set("a=1 a=2 a=1").unwrap(), "`a` is set more than once: 1 counts");
        let said = set("a=1 b=1 b=2 a=3").unwrap();
        assert_eq!(said, "`a` is set more than once: 3 counts; `b` is set more than once: 2 counts");
    }
}
