//! Where `--set key=value` goes: to the recipe if it has the key, and to every
//! chosen method that has it. What the user says wins over what a preset says.

use anyhow::bail;
use sparsity::{Description, Override, SettingSpec, Settings, SettingsError};

/// Refuses keys that neither the recipe nor a chosen method has, with the nearest name.
pub fn check(changes: &[Override], methods: &[Description]) -> anyhow::Result<()> {
    let mut known = suites::recipe::cifar10();
    known.extend(methods.iter().flat_map(|method| (method.settings)()));
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
        Settings::resolve(specs.clone(), std::slice::from_ref(change))?;
    }
    Ok(())
}

/// The settings of `specs` with what a preset and then the user says of them.
pub fn resolve(
    specs: Vec<SettingSpec>,
    preset: &[Override],
    user: &[Override],
) -> Result<Settings, SettingsError> {
    let user = user.iter().filter(|change| has(&specs, &change.key));
    let changes: Vec<Override> = preset.iter().chain(user).cloned().collect();
    Settings::resolve(specs, &changes)
}

fn has(specs: &[SettingSpec], key: &str) -> bool {
    specs.iter().any(|spec| spec.key == key)
}
