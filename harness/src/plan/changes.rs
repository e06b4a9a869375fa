//! Where `--set key=value` goes: to the recipe if it has the key, and to every
//! chosen method that has it. What a row of a table sets goes the same way. What
//! the user says wins over what a row says, and that over what a preset says.

use anyhow::bail;
use sparsity::{Description, Override, SettingSpec, Settings, SettingsError};
use suites::Suite;

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
            bail!("setting `{key}` belongs to the recipe of {suites}, not to that of {}", suite.name);
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

fn has(specs: &[SettingSpec], key: &str) -> bool {
    specs.iter().any(|spec| spec.key == key)
}
