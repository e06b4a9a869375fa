//! The state dict in the pickle of a file of torch.save: one of its entries, or the whole of it.

use super::machine::{self, MOST_OF_NAME, Objects};
use super::object::{Id, Object, Tensor};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What to do about a file that holds more than weights.
pub(super) const REMEDY: &str =
    "save its weights alone in Python: torch.save(model.state_dict(), \"weights.pth\")";
/// Entries that hold the state dict of a training's checkpoint, in the order in which they are looked for.
const WRAPPINGS: [&str; 3] = ["state_dict", "model", "model_state_dict"];

/// The tensors by name that `program` makes. A checkpoint may have tensors beside its state dict, such as the best
/// accuracy, so its entry is looked for first.
///
/// # Errors
///
/// If it names a class or function that no state dict needs, holds something else, or ends early.
pub(super) fn state_dict(program: &[u8]) -> Result<BTreeMap<String, Arc<Tensor>>, String> {
    let (objects, top) = machine::run(program)?;
    let whole = tensors(&objects, top).ok_or_else(|| format!("it is not a dict of tensors; {REMEDY}"))?;
    let some = |tensors: &BTreeMap<String, Arc<Tensor>>| !tensors.is_empty();
    let wrapped =
        WRAPPINGS.iter().find_map(|name| tensors(&objects, entry(&objects, top, name)?).filter(some));
    wrapped.or_else(|| Some(whole).filter(some)).ok_or_else(|| {
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

/// The keys of a dict that are short texts.
fn keys(objects: &Objects, dict: Id) -> Vec<&str> {
    let text = |(key, _): &(Id, Id)| match objects.get(*key) {
        Some(Object::Text(text)) if text.len() <= MOST_OF_NAME => Some(text.as_str()),
        _ => None,
    };
    items(objects, dict).unwrap_or_default().iter().filter_map(text).collect()
}

/// The tensors among the entries of a dict; none if it is no dict.
fn tensors(objects: &Objects, dict: Id) -> Option<BTreeMap<String, Arc<Tensor>>> {
    let mut tensors = BTreeMap::new();
    for (key, value) in items(objects, dict)? {
        if let (Object::Text(name), Object::Tensor(tensor)) = (objects.get(*key)?, objects.get(*value)?) {
            tensors.insert(name.clone(), Arc::clone(tensor));
        }
    }
    Some(tensors)
}
