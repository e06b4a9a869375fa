//! Settings that describe themselves.
//!
//! One [`SettingSpec`] a setting is the source of the help text, the check of
//! a value, the line in a dry run, the saved form and the trial's key.
//! Settings left at their default do not enter the key, so a new setting does
//! not rename old trials.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// A setting's value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// A word of a list.
    Word(String),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Float(value) => write!(f, "{value}"),
            Self::Word(value) => f.write_str(value),
        }
    }
}

/// The values a setting may take.
#[derive(Clone, Debug, PartialEq)]
pub enum Allowed {
    /// `true` or `false`.
    Flag,
    /// A whole number from the first to the second, inclusive.
    Int(i64, i64),
    /// A number from the first to the second, inclusive.
    Float(f64, f64),
    /// One of these words.
    Word(&'static [&'static str]),
    /// Rising shares between 0 and 1, separated by commas; or the word `none`.
    Shares,
    /// So many positive numbers separated by commas.
    Factors(usize),
}

impl Allowed {
    /// The value that `text` writes, if it is allowed.
    fn parse(&self, text: &str) -> Option<Value> {
        let value = match self {
            Self::Flag => Value::Flag(text.parse().ok()?),
            Self::Int(..) => Value::Int(text.parse().ok()?),
            Self::Float(..) => Value::Float(text.parse().ok()?),
            Self::Word(_) | Self::Shares | Self::Factors(_) => Value::Word(text.into()),
        };
        self.accept(&value)
    }

    /// `value`, written in one way, if it is allowed.
    fn accept(&self, value: &Value) -> Option<Value> {
        let allowed = match (self, value) {
            (Self::Flag, Value::Flag(_)) => true,
            (Self::Int(low, high), Value::Int(value)) => (low..=high).contains(&value),
            (Self::Float(low, high), Value::Float(value)) => (low..=high).contains(&value),
            (Self::Float(..), Value::Int(value)) => return self.accept(&Value::Float(*value as f64)),
            (Self::Word(words), Value::Word(word)) => words.contains(&word.as_str()),
            (Self::Shares, Value::Word(text)) => shares(text).is_some(),
            (Self::Factors(count), Value::Word(text)) => {
                // Written in one way, so that the same factors are the same setting.
                let list = factors(text).filter(|list| list.len() == *count)?;
                let list: Vec<String> = list.iter().map(f64::to_string).collect();
                return Some(Value::Word(list.join(",")));
            }
            _ => false,
        };
        allowed.then(|| value.clone())
    }
}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("true or false"),
            Self::Int(low, high) if *high == i64::MAX => write!(f, "a whole number from {low}"),
            Self::Int(low, high) => write!(f, "a whole number from {low} to {high}"),
            Self::Float(low, high) => write!(f, "a number from {low} to {high}"),
            Self::Word(words) => write!(f, "one of {}", words.join(", ")),
            Self::Shares => {
                f.write_str("rising shares of 0 to 1 separated by commas, such as 0.5,0.75, or none")
            }
            Self::Factors(count) => {
                let example = vec!["1"; *count].join(",");
                write!(f, "{count} positive numbers separated by commas, such as {example}")
            }
        }
    }
}

/// The numbers of [`Allowed::Shares`], if `text` is such a list.
fn shares(text: &str) -> Option<Vec<f64>> {
    if text == "none" {
        return Some(Vec::new());
    }
    let shares: Vec<f64> = text.split(',').map(|share| share.trim().parse().ok()).collect::<Option<_>>()?;
    let rising = shares.windows(2).all(|pair| pair[0] < pair[1]);
    (rising && shares.iter().all(|share| (0.0..=1.0).contains(share))).then_some(shares)
}

/// Larger factors than this are mistakes.
const LARGEST_FACTOR: f64 = 1e6;

/// The numbers of [`Allowed::Factors`], if `text` is such a list.
fn factors(text: &str) -> Option<Vec<f64>> {
    let positive = |number: &f64| *number > 0.0 && *number <= LARGEST_FACTOR;
    text.split(',').map(|number| number.trim().parse().ok().filter(positive)).collect()
}

/// All there is to say of a setting.
#[derive(Clone, Debug, PartialEq)]
pub struct SettingSpec {
    /// Its name, as in `--set name=value`.
    pub key: &'static str,
    /// Its value unless a preset or the user says otherwise.
    pub default: Value,
    /// The values it may take.
    pub allowed: Allowed,
    /// What it does, with its unit.
    pub doc: &'static str,
    /// Where the default was read, or that it is the harness's own choice.
    pub source: &'static str,
}

impl SettingSpec {
    /// A setting from its five parts.
    pub fn new(
        key: &'static str,
        default: Value,
        allowed: Allowed,
        doc: &'static str,
        source: &'static str,
    ) -> Self {
        Self { key, default, allowed, doc, source }
    }

    /// Whether the default is stated nowhere and therefore chosen here.
    pub fn is_own_choice(&self) -> bool {
        self.source.starts_with("own ")
    }
}

/// Who gave a setting its value.
#[derive(Clone, Debug, PartialEq)]
pub enum Origin {
    /// Nobody: it is the default, from the source in its spec.
    Default,
    /// A preset, for this reason.
    Preset(String),
    /// The user, on the command line.
    User,
}

/// A value somebody gives a setting.
#[derive(Clone, Debug, PartialEq)]
pub struct Override {
    /// The setting's name.
    pub key: String,
    /// The value as written.
    pub text: String,
    /// Who gives it.
    pub origin: Origin,
}

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

/// A complete set of settings.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    entries: Vec<Setting>,
}

/// Why a setting cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// No setting has this name.
    #[error("there is no setting `{key}` here{hint}; the settings are {known}")]
    Unknown {
        /// The name as written.
        key: String,
        /// The nearest name, as a question, or nothing.
        hint: String,
        /// All names.
        known: String,
    },
    /// The value is not allowed.
    #[error("setting `{key}` cannot be `{text}`: it takes {allowed}")]
    Value {
        /// The setting's name.
        key: String,
        /// The value as written.
        text: String,
        /// What is allowed.
        allowed: String,
    },
}

impl Settings {
    /// The settings of `specs` with `overrides` applied in order.
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
    /// A whole number is taken for a number, since JSON does not tell them apart. Fails on a name that is
    /// not in `specs`, and on a value that its setting does not allow (any more).
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
            let (key, text, allowed) = (key.into(), text.into(), entry.spec.allowed.to_string());
            return Err(SettingsError::Value { key, text, allowed });
        };
        entry.value = value;
        entry.origin = origin;
        Ok(())
    }

    fn unknown(&self, key: &str) -> SettingsError {
        let known: Vec<&str> = self.entries.iter().map(|entry| entry.spec.key).collect();
        let hint = nearest(key, &known).map(|name| format!(" (did you mean `{name}`?)")).unwrap_or_default();
        SettingsError::Unknown { key: key.into(), hint, known: known.join(", ") }
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

    /// The list of factors `key`; panics like [`Settings::float`].
    pub fn factors(&self, key: &str) -> Vec<f64> {
        factors(self.word(key)).unwrap_or_else(|| panic!("setting `{key}` is not declared as factors"))
    }

    /// The word `key`; panics like [`Settings::float`].
    pub fn word(&self, key: &str) -> &str {
        match self.value(key) {
            Value::Word(value) => value,
            other => panic!("setting `{key}` is declared with {other:?}, not a word"),
        }
    }
}

/// The name most like `word`, if one is alike: what somebody may have meant.
pub fn nearest<'a>(word: &str, names: &[&'a str]) -> Option<&'a str> {
    let like = |name: &&&str| (strsim::jaro_winkler(word, name) * 1e6) as u64;
    names.iter().max_by_key(like).filter(|name| strsim::jaro_winkler(word, name) > 0.75).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn specs() -> Vec<SettingSpec> {
        let spec = |key, default, allowed| SettingSpec::new(key, default, allowed, "", "test");
        vec![
            spec("update_fraction", Value::Float(0.3), Allowed::Float(0.0, 1.0)),
            spec("interval", Value::Int(100), Allowed::Int(1, i64::MAX)),
            spec("decay", Value::Word("cosine".into()), Allowed::Word(&["cosine", "constant"])),
        ]
    }

    fn user(key: &str, text: &str) -> Override {
        Override { key: key.into(), text: text.into(), origin: Origin::User }
    }

    #[test]
    fn only_what_differs_from_the_default_is_changed() {
        let changes = [user("interval", "50"), user("update_fraction", "0.3")];
        let settings = Settings::resolve(specs(), &changes).unwrap();
        assert_eq!(settings.changed(), BTreeMap::from([("interval".into(), Value::Int(50))]));
        assert_eq!(settings.int("interval"), 50);
        assert_eq!(settings.word("decay"), "cosine");
    }

    #[test]
    fn shares_rise_between_zero_and_one() {
        assert_eq!(shares("0.5, 0.75"), Some(vec![0.5, 0.75]));
        assert_eq!(shares("none"), Some(vec![]));
        for bad in ["", "0.5,0.5", "0.5;0.7", "1.5", "0.7,0.5", "NaN"] {
            assert_eq!(shares(bad), None, "{bad}");
        }
    }

    #[test]
    fn factors_are_positive() {
        assert_eq!(factors("1, 0.5,2"), Some(vec![1.0, 0.5, 2.0]));
        assert_eq!(Allowed::Factors(2).parse("1.0, 0.50"), Some(Value::Word("1,0.5".into())));
        for bad in ["", "0", "1,-1", "inf", "1e30", "NaN", "1;2"] {
            assert_eq!(factors(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_wrong_name_is_answered_with_the_nearest() {
        let message = Settings::resolve(specs(), &[user("intervall", "3")]).unwrap_err().to_string();
        assert!(message.contains("did you mean `interval`"), "{message}");
        let message = Settings::resolve(specs(), &[user("zzz", "3")]).unwrap_err().to_string();
        assert!(!message.contains("did you mean") && message.contains("update_fraction"), "{message}");
    }

    #[test]
    fn a_wrong_value_is_answered_with_what_is_allowed() {
        for (key, text) in
            [("interval", "0"), ("interval", "x"), ("update_fraction", "NaN"), ("decay", "sine")]
        {
            let message = Settings::resolve(specs(), &[user(key, text)]).unwrap_err().to_string();
            assert!(message.contains("it takes"), "{message}");
        }
    }
}
