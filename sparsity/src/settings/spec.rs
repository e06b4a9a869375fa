//! The description of a setting, and what changed its value.

use super::{Allowed, Value};

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
    /// Whether it counts the steps between two changes of the structure, so that a training much shorter than
    /// the published one needs fewer of them.
    pub cadence: bool,
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
        Self { key, default, allowed, doc, source, cadence: false }
    }

    /// The same as one that counts the steps between two changes of the structure: profiles that train briefly,
    /// and tests, shorten all such settings of all methods alike.
    pub fn as_cadence(self) -> Self {
        Self { cadence: true, ..self }
    }

    /// Whether the default is stated nowhere and therefore chosen here.
    pub fn is_own_choice(&self) -> bool {
        self.source.starts_with("own ")
    }
}

/// The changes that set every [cadence](SettingSpec::cadence) of `specs` to `steps` steps.
pub fn shortened(specs: &[SettingSpec], steps: i64, origin: &Origin) -> Vec<Override> {
    let value = Value::Int(steps);
    let changed = specs.iter().filter(|spec| spec.cadence && spec.default != value);
    let change = |spec: &SettingSpec| Override {
        key: spec.key.into(),
        text: value.to_string(),
        origin: origin.clone(),
    };
    changed.map(change).collect()
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

/// A value given to a setting.
#[derive(Clone, Debug, PartialEq)]
pub struct Override {
    /// The setting's name.
    pub key: String,
    /// The value as written.
    pub text: String,
    /// Who gives it.
    pub origin: Origin,
}
