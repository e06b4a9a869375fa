//! The names in a state dict as those of the plain model: what wrappers and counters add to it is taken off.
//!
//! - `module.` is added by DataParallel, `_orig_mod.` by torch.compile, `model.` by a module that holds the model.
//!   Each is taken off where every tensor has it, also one within another.
//! - `num_batches_tracked` counts the batches of a batch norm; `total_ops` and `total_params` are left behind by thop.
//! - `X_orig` and `X_mask` are what torch.nn.utils.prune makes of `X`: the product of both.

use std::collections::BTreeMap;

const PREFIXES: [&str; 3] = ["module.", "model.", "_orig_mod."];
const COUNTERS: [&str; 3] = ["num_batches_tracked", "total_ops", "total_params"];

/// Where the values of a tensor are, by the names in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    /// The values.
    pub values: String,
    /// What they are multiplied by, if they are pruned.
    pub mask: Option<String>,
}

/// The tensors with the plain names of those called `names` in a file.
pub(crate) fn plain<'a>(names: impl Iterator<Item = &'a String>) -> BTreeMap<String, Origin> {
    let is_counter = |name: &str| COUNTERS.contains(&name.rsplit('.').next().unwrap_or(name));
    let names: Vec<&str> = names.map(String::as_str).filter(|name| !is_counter(name)).collect();
    let length = prefix(&names);
    let mut plain: BTreeMap<String, Origin> = names
        .iter()
        .map(|name| (name[length..].to_string(), Origin { values: name.to_string(), mask: None }))
        .collect();
    let pruned: Vec<String> =
        plain.keys().filter_map(|name| name.strip_suffix("_orig")).map(str::to_string).collect();
    for name in pruned {
        let [values, mask] = ["orig", "mask"].map(|part| format!("{name}_{part}"));
        if plain.contains_key(&name) {
            continue;
        }
        if let (Some(origin), Some(by)) = (plain.get(&values).cloned(), plain.remove(&mask)) {
            plain.remove(&values);
            plain.insert(name, Origin { mask: Some(by.values), ..origin });
        }
    }
    plain
}

/// How many bytes of prefixes all `names` have.
fn prefix(names: &[&str]) -> usize {
    let mut length = 0;
    while let Some(prefix) = PREFIXES
        .iter()
        .find(|prefix| !names.is_empty() && names.iter().all(|name| name[length..].starts_with(**prefix)))
    {
        length += prefix.len();
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(names: &[&str]) -> Vec<(String, String, Option<String>)> {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        plain(names.iter()).into_iter().map(|(name, origin)| (name, origin.values, origin.mask)).collect()
    }

    fn entry(name: &str, values: &str, mask: Option<&str>) -> (String, String, Option<String>) {
        (name.into(), values.into(), mask.map(Into::into))
    }

    #[test]
    fn wrappers_and_counters_are_taken_off_where_all_have_them() {
        assert_eq!(
            of(&["module._orig_mod.conv1.weight", "module._orig_mod.bn1.num_batches_tracked", "total_ops"]),
            [entry("conv1.weight", "module._orig_mod.conv1.weight", None)]
        );
        assert_eq!(
            of(&["model.conv1.weight", "criterion.weight"]),
            [
                entry("criterion.weight", "criterion.weight", None),
                entry("model.conv1.weight", "model.conv1.weight", None)
            ]
        );
        assert_eq!(of(&["module.bn1.num_batches_tracked"]), []);
        assert_eq!(of(&[]), []);
    }

    #[test]
    fn pruned_tensors_are_a_product() {
        assert_eq!(
            of(&["module.conv1.weight_orig", "module.conv1.weight_mask", "module.fc.weight"]),
            [
                entry("conv1.weight", "module.conv1.weight_orig", Some("module.conv1.weight_mask")),
                entry("fc.weight", "module.fc.weight", None)
            ]
        );
        // Half a pair is none.
        assert_eq!(of(&["a.weight_orig"]), [entry("a.weight_orig", "a.weight_orig", None)]);
    }
}
