//! Which latency a channel is priced at, and the setting of it that methods have.

use crate::{Allowed, SettingSpec, Settings, Value};

const KEY: &str = "latency_accounting";
const NAMES: [(&str, Accounting); 2] =
    [("outputs", Accounting::Outputs), ("outputs-and-inputs", Accounting::OutputsAndInputs)];

/// Which savings the price of a group's channels counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accounting {
    /// Those of the layers that make the channels; HALP's published code.
    Outputs,
    /// Those of the layers that read them as well.
    OutputsAndInputs,
}

impl Accounting {
    /// The setting by which a method that prunes channels has it, with the method's own default.
    pub fn setting(self, source: &'static str) -> SettingSpec {
        let name = NAMES.iter().find(|(_, accounting)| *accounting == self).map_or("", |(name, _)| name);
        SettingSpec::new(
            KEY,
            Value::Word(name.into()),
            Allowed::Word(const { &[NAMES[0].0, NAMES[1].0] }),
            "with a latency target: whether a channel is priced by the layers that produce it, or also by those that \
             read it, which is more accurate",
            source,
        )
    }

    /// What the settings of such a method say.
    pub fn of(settings: &Settings) -> Self {
        let named = NAMES.into_iter().find(|(name, _)| *name == settings.word(KEY));
        named.map_or(Self::Outputs, |(_, accounting)| accounting)
    }
}
