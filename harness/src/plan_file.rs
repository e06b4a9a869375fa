//! A plan as a file: the record of what was asked for, and a way to run it again.
//!
//! It holds the options by their names, as they were typed, the profile and the folder of the data where these were left
//! to the program, and the keys of the trials that all of this led to, so that a run with other data or by another program
//! is noticed.

mod asked;
mod read;

pub use asked::Asked;

use serde::Serialize;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;
use toml::Value;

const ABOUT: &str = "\
# A plan of `harness`: what was asked for, by the names of the options, with the profile and the data that were chosen,
# and the trials that this came to.
# `harness run FILE` trains them; paths are relative to the folder in which that is run.
";

/// A plan that is written to a file, or was read from one.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedPlan {
    /// What was asked for.
    pub asked: Asked,
    /// What every trial is called, by its key.
    pub trials: BTreeMap<String, String>,
    /// The file that it was read from, with the place of every option's value in its text.
    origin: Option<Origin>,
}

/// Where a plan was read.
#[derive(Clone, Debug, PartialEq)]
struct Origin {
    file: PathBuf,
    text: String,
    places: BTreeMap<String, Range<usize>>,
}

/// The file as it is written.
#[derive(Serialize)]
struct Written<'a> {
    version: &'a str,
    commit: &'a str,
    command: &'a str,
    of: &'a str,
    options: BTreeMap<&'a str, Value>,
    trials: &'a BTreeMap<String, String>,
}

impl SavedPlan {
    /// The plan of what was `asked` for, which came to `trials`, each with what it is called.
    pub fn new(asked: Asked, trials: BTreeMap<String, String>) -> Self {
        Self { asked, trials, origin: None }
    }

    /// The text of the file.
    pub fn to_toml(&self) -> anyhow::Result<String> {
        let value = |values: &Vec<String>| match &values[..] {
            [] => Value::Boolean(true),
            [one] => Value::String(one.clone()),
            several => Value::Array(several.iter().cloned().map(Value::String).collect()),
        };
        let written = Written {
            version: env!("CARGO_PKG_VERSION"),
            commit: env!("HARNESS_COMMIT"),
            command: &self.asked.command,
            of: &self.asked.of,
            options: self.asked.options.iter().map(|(name, values)| (name.as_str(), value(values))).collect(),
            trials: &self.trials,
        };
        Ok(format!("{ABOUT}{}", toml::to_string(&written)?))
    }

    /// What is to be said if a run of this plan comes to other trials; nothing if it comes to the same, or names none.
    pub fn differences<'a>(&self, keys: impl Iterator<Item = &'a str>) -> Option<String> {
        if self.trials.is_empty() {
            return None;
        }
        let now: std::collections::BTreeSet<&str> = keys.collect();
        let gone = self.trials.iter().filter(|(key, _)| !now.contains(key.as_str()));
        let gone: Vec<&str> = gone.map(|(_, label)| label.as_str()).collect();
        let new = now.iter().filter(|key| !self.trials.contains_key(**key)).count();
        (!gone.is_empty() || new > 0).then(|| {
            let first = gone.first().map(|label| format!(" (such as {label})")).unwrap_or_default();
            format!(
                "the plan comes to other trials than when it was saved, without {} of its {}{first} and with {new} new \
                 ones; the data, the options or the program differ",
                gone.len(),
                self.trials.len(),
            )
        })
    }
}

#[cfg(test)]
mod tests;
