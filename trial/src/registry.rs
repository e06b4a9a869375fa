//! Every method by name. A new method is one line in [`all`] or in `baselines::all`.

use network::did_you_mean;
use sparsity::Description;

/// Every method, in the order in which tables list them.
pub fn all() -> Vec<Description> {
    let mut methods = baselines::all();
    methods.push(iee::DESCRIPTION);
    methods
}

/// A name that no method has.
#[derive(Debug, thiserror::Error)]
#[error("there is no method `{name}`{hint}; the methods are {known}")]
pub struct UnknownMethod {
    name: String,
    hint: String,
    known: String,
}

/// The method called `name`.
///
/// # Errors
///
/// If no method has this name; the message names the nearest one.
pub fn method(name: &str) -> Result<Description, UnknownMethod> {
    all().into_iter().find(|method| method.name == name).ok_or_else(|| {
        let known: Vec<&str> = all().iter().map(|method| method.name).collect();
        UnknownMethod { name: name.into(), hint: did_you_mean(name, &known), known: known.join(", ") }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_name_is_answered_with_the_nearest() {
        let message = method("rigel").err().unwrap().to_string();
        assert!(message.contains("did you mean `rigl`") && message.contains("snfs"), "{message}");
    }
}
