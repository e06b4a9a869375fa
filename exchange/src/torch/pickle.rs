//! The state dict in the pickle of a file of torch.save: the whole of it, or one of its entries.

use super::machine::{self, Objects};
use super::object::{Id, Object, Tensor};
use std::collections::BTreeMap;

/// What to do about a file that holds more than weights.
pub(super) const REMEDY: &str =
    "save its weights alone in Python: torch.save(model.state_dict(), \"weights.pth\")";
/// Entries that hold the state dict of a training's checkpoint, in the order in which they are looked for.
const WRAPPINGS: [&str; 3] = ["state_dict", "model", "model_state_dict"];

/// The tensors by name that `program` makes.
///
/// # Errors
///
/// If it names a class or function that no state dict needs, holds something else, or ends early.
pub(super) fn state_dict(program: &[u8]) -> Result<BTreeMap<String, Tensor>, String> {
    let (objects, top) = machine::run(program)?;
    let whole = tensors(&objects, top).ok_or_else(|| format!("it is not a dict of tensors; {REMEDY}"))?;
    if !whole.is_empty() {
        return Ok(whole);
    }
    let wrapped = WRAPPINGS.iter().find_map(|name| tensors(&objects, entry(&objects, top, name)?));
    wrapped.filter(|tensors| !tensors.is_empty()).ok_or_else(|| {
        let names = keys(&objects, top).into_iter().take(5).map(|name| format!("`{name}`"));
        let names = names.collect::<Vec<_>>().join(", ");
        format!(
            "none of its entries ({names}) is a tensor, and neither `state_dict` nor `model` holds some; {REMEDY}"
        )
    })
}

/// The items of a dict.
fn items(objects: &Objects, dict: Id) -> Option<&[(Id, Id)]> {
    match objects.get(dict)? {
        Object::Dict(items) => Some(items),
        _ => None,
    }
}

/// The entry `name` of a dict: the last one that was set.
fn entry(objects: &Objects, dict: Id, name: &str) -> Option<Id> {
    let mut items = items(objects, dict)?.iter().rev();
    items
        .find(|(key, _)| matches!(objects.get(*key), Some(Object::Text(text)) if text == name))
        .map(|(_, value)| *value)
}

fn keys(objects: &Objects, dict: Id) -> Vec<&str> {
    let text = |(key, _): &(Id, Id)| match objects.get(*key) {
        Some(Object::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    items(objects, dict).unwrap_or_default().iter().filter_map(text).collect()
}

/// The tensors among the entries of a dict; none if it is no dict.
fn tensors(objects: &Objects, dict: Id) -> Option<BTreeMap<String, Tensor>> {
    let tensors = items(objects, dict)?.iter().filter_map(|(key, value)| {
        match (objects.get(*key)?, objects.get(*value)?) {
            (Object::Text(name), Object::Tensor(tensor)) => Some((name.clone(), tensor.clone())),
            _ => None,
        }
    });
    Some(tensors.collect())
}
