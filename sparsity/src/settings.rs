//! Settings that describe themselves.
//!
//! One [`SettingSpec`] per setting is the source of the help text, the check of
//! a value, the line in a dry run, the saved form and the trial's key.
//! Settings left at their default do not enter the key, so a new setting does
//! not rename old trials.

mod spec;
mod value;

pub use spec::{Origin, Override, SettingSpec, shortened};
pub use value::{Allowed, Value};

use network::did_you_mean;
use std::collections::BTreeMap;
use value::{factors, knots, names, share, shares};

/// A setting with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// What it is.
    pub spec: SettingSpec,
    /// What it is set to.
    pub value: Value,
    /// By whom.
    pub origin: Origin,
}

/// A complete set of settings: each of a list of specs with its value.
///
/// ```
/// use sparsity::{Allowed, Origin, Override, SettingSpec, Settings, Value};
///
/// let fraction = SettingSpec::new(
///     "update_fraction",
///     Value::Float(0.3),
///     Allowed::Float(0.0, 1.0),
///     "share of the active weights exchanged at the first update",
///     "RigL, arXiv 1911.11134: 0.3",
/// );
/// let change =
///     |text: &str| Override { key: "update_fraction".into(), text: text.into(), origin: Origin::User };
///
/// let settings = Settings::resolve(vec![fraction.clone()], &[change("0.1")])?;
/// assert_eq!(settings.float("update_fraction"), 0.1);
/// // What differs from the defaults is saved, and is all that is needed to have the same settings again.
/// assert_eq!(Settings::saved(vec![fraction.clone()], &settings.changed())?.float("update_fraction"), 0.1);
///
/// let error = Settings::resolve(vec![fraction], &[change("2")]).unwrap_err().to_string();
/// assert_eq!(error, "setting `update_fraction` cannot be `2`: it takes a number from 0 to 1");
/// # Ok::<(), sparsity::SettingsError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    entries: Vec<Setting>,
}

/// Why a setting cannot be changed so.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// No setting has this name.
    #[error("there is no setting `{key}`{hint}{known}")]
    Unknown {
        /// The name as written.
        key: String,
        /// The nearest name, as a question, or nothing.
        hint: String,
        /// All names, behind a remark, where none is like it.
        known: String,
    },
    /// The value is not allowed.
    #[error("setting `{key}` cannot be `{text}`{hint}: it takes {allowed}")]
    Value {
        /// The setting's name.
        key: String,
        /// The value as written.
        text: String,
        /// The nearest word that is allowed, as a question, or nothing.
        hint: String,
        /// What is allowed.
        allowed: String,
    },
}

impl Settings {
    /// The settings of `specs` with `overrides` applied in order.
    ///
    /// # Errors
    ///
    /// If no setting has the name of an override, or its setting does not allow its text.
    pub fn resolve(specs: Vec<SettingSpec>, overrides: &[Override]) -> Result<Self, SettingsError> {
        let entry =
            |spec: SettingSpec| Setting { value: spec.default.clone(), origin: Origin::Default, spec };
        let mut settings = Self { entries: specs.into_iter().map(entry).collect() };
        for change in overrides {
            settings.apply(change)?;
        }
        Ok(settings)
    }

    /// The settings of `specs` with `saved` values put back, as [`Settings::changed`] gave them.
    ///
    /// A whole number is taken for a number, since JSON does not distinguish them.
    ///
    /// # Errors
    ///
    /// If no setting has the name of a value, or its setting does not allow it (any more).
    pub fn saved(specs: Vec<SettingSpec>, saved: &BTreeMap<String, Value>) -> Result<Self, SettingsError> {
        let mut settings = Self::resolve(specs, &[])?;
        for (key, value) in saved {
            settings.set(key, &value.to_string(), Origin::User, |allowed| allowed.accept(value))?;
        }
        Ok(settings)
    }

    fn apply(&mut self, change: &Override) -> Result<(), SettingsError> {
        self.set(&change.key, &change.text, change.origin.clone(), |allowed| allowed.parse(&change.text))
    }

    /// Gives the setting `key` the value that `read` makes of what it allows; `text` is for messages.
    fn set(
        &mut self,
        key: &str,
        text: &str,
        origin: Origin,
        read: impl FnOnce(&Allowed) -> Option<Value>,
    ) -> Result<(), SettingsError> {
        let Some(entry) = self.entries.iter_mut().find(|entry| entry.spec.key == key) else {
            return Err(self.unknown(key));
        };
        let Some(value) = read(&entry.spec.allowed) else {
            let allowed = &entry.spec.allowed;
            let hint = did_you_mean(text, allowed.words());
            let (key, text, allowed) = (key.into(), text.into(), allowed.to_string());
            return Err(SettingsError::Value { key, text, hint, allowed });
        };
        entry.value = value;
        entry.origin = origin;
        Ok(())
    }

    fn unknown(&self, key: &str) -> SettingsError {
        let known: Vec<&str> = self.entries.iter().map(|entry| entry.spec.key).collect();
        let hint = did_you_mean(key, &known);
        let known = match hint.is_empty() {
            true => format!("; the settings are {}", known.join(", ")),
            false => "; `harness list settings` lists all".into(),
        };
        SettingsError::Unknown { key: key.into(), hint, known }
    }

    /// All settings, in the order of their specs.
    pub fn iter(&self) -> impl Iterator<Item = &Setting> {
        self.entries.iter()
    }

    /// Whether a setting has this name.
    pub fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|entry| entry.spec.key == key)
    }

    /// The values that differ from the defaults: what enters the key.
    pub fn changed(&self) -> BTreeMap<String, Value> {
        let changed = self.entries.iter().filter(|entry| entry.value != entry.spec.default);
        changed.map(|entry| (entry.spec.key.to_string(), entry.value.clone())).collect()
    }

    fn value(&self, key: &str) -> &Value {
        let entry = self.entries.iter().find(|entry| entry.spec.key == key);
        &entry.unwrap_or_else(|| panic!("the code asks for an undeclared setting `{key}`")).value
    }

    /// The number `key`. The spec declares it, so a caller's spelling mistake is a bug and panics.
    pub fn float(&self, key: &str) -> f64 {
        match self.value(key) {
            Value::Float(value) => *value,
            other => panic!("setting `{key}` is declared with {other:?}, not a number"),
        }
    }

    /// The whole number `key`; panics like [`Settings::float`].
    pub fn int(&self, key: &str) -> u64 {
        match self.value(key) {
            Value::Int(value) => *value as u64,
            other => panic!("setting `{key}` is declared with {other:?}, not a whole number"),
        }
    }

    /// The flag `key`; panics like [`Settings::float`].
    pub fn flag(&self, key: &str) -> bool {
        match self.value(key) {
            Value::Flag(value) => *value,
            other => panic!("setting `{key}` is declared with {other:?}, not a flag"),
        }
    }

    /// The list of shares `key`; panics like [`Settings::float`].
    pub fn shares(&self, key: &str) -> Vec<f64> {
        shares(self.word(key)).unwrap_or_else(|| panic!("setting `{key}` is not declared as shares"))
    }

    /// The share `key`, or none where it has the word instead; panics like [`Settings::float`].
    pub fn share(&self, key: &str) -> Option<f64> {
        share(self.word(key))
    }

    /// The list of factors `key`; panics like [`Settings::float`].
    pub fn factors(&self, key: &str) -> Vec<f64> {
        factors(self.word(key)).unwrap_or_else(|| panic!("setting `{key}` is not declared as factors"))
    }

    /// The list of names `key`; panics like [`Settings::float`].
    pub fn names(&self, key: &str) -> Vec<String> {
        names(self.word(key)).unwrap_or_else(|| panic!("setting `{key}` is not declared as names"))
    }

    /// The knots `key`, each a place as a share of the last and a factor; panics like [`Settings::float`].
    pub fn knots(&self, key: &str) -> Vec<(f64, f64)> {
        knots(self.word(key)).unwrap_or_else(|| panic!("setting `{key}` is not declared as knots"))
    }

    /// The word `key`; panics like [`Settings::float`].
    pub fn word(&self, key: &str) -> &str {
        match self.value(key) {
            Value::Word(value) => value,
            other => panic!("setting `{key}` is declared with {other:?}, not a word"),
        }
    }
}

#[cfg(test)]
mod tests;
