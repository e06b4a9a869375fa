//! A plan from its file. What is wrong is said with the line and the key.

use super::{Asked, Origin, SavedPlan};
use crate::command_line;
use crate::commands::Arguments;
use anyhow::{Context, anyhow, bail};
use clap::Error;
use clap::error::{ContextKind, ContextValue};
use records::read_named_or_piped;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use toml::{Spanned, Value};

/// Most bytes of a plan: one of 100,000 trials has a tenth of them.
const LARGEST: u64 = 1 << 26;

/// Commands that have a plan.
const COMMANDS: [&str; 2] = ["suite", "reproduce"];

/// The file as it is read. The version is for people.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    #[serde(rename = "version")]
    _version: Option<String>,
    #[serde(rename = "commit")]
    _commit: Option<String>,
    command: Spanned<String>,
    of: String,
    #[serde(default)]
    options: BTreeMap<String, Spanned<Value>>,
    #[serde(default)]
    trials: BTreeMap<String, String>,
}

impl SavedPlan {
    /// The plan in `file`.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or is no plan: with the line and the key.
    pub fn read(file: &Path) -> anyhow::Result<Self> {
        let unreadable = || format!("cannot read the plan {}; `--save-plan FILE` writes one", file.display());
        let bytes = read_named_or_piped(file, LARGEST).with_context(unreadable)?;
        let text = String::from_utf8(bytes).with_context(unreadable)?;
        let read: Read = toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(1, |span| line(&text, span.start));
            anyhow!("{}:{line}: {}", file.display(), error.message())
        })?;
        let command = read.command.get_ref();
        if !COMMANDS.contains(&command.as_str()) {
            let line = line(&text, read.command.span().start);
            let hint = network::did_you_mean(command, &COMMANDS);
            bail!(
                "{}:{line}: command: there is no plan of `{command}`{hint}; write suite or reproduce",
                file.display()
            );
        }
        let places = read.options.iter().map(|(name, value)| (name.clone(), value.span())).collect();
        let origin = Origin { file: file.into(), text, places };
        let mut options = BTreeMap::new();
        for (name, value) in &read.options {
            if let Some(values) = values(value.get_ref()).map_err(|why| origin.at(name, &why))? {
                options.insert(name.clone(), values);
            }
        }
        let asked = Asked { command: command.clone(), of: read.of, options, plan: None };
        Ok(Self { asked, trials: read.trials, origin: Some(origin) })
    }

    /// The command line that it stands for, in which `more` options take the place of those of the same names, and
    /// settings that of the same settings. Where `more` asks for help, the program ends with it.
    ///
    /// # Errors
    ///
    /// If an option is refused: one of the file with its line and key, one of `more` as usual.
    pub fn arguments(&self, more: &[String]) -> anyhow::Result<(Arguments, Asked)> {
        let mut asked = self.asked.clone();
        for name in names(more).filter(|name| *name != SET) {
            asked.options.remove(name);
        }
        let set: Vec<&str> = settings(more).map(key).collect();
        if let Some(own) = asked.options.get_mut(SET) {
            own.retain(|assignment| !set.contains(&key(assignment)));
            if own.is_empty() {
                asked.options.remove(SET);
            }
        }
        let words = asked.words();
        let typed = [&["harness".to_string()], &words[..], more].concat();
        let (arguments, now) = command_line::parsed(typed.into_iter().map(Into::into).collect())
            .map_err(|error| self.refused(&error, more))?;
        Ok((arguments, Asked { plan: Some(Box::new(self.clone())), ..now }))
    }

    /// A refusal with the line and the key of what is refused, if that is in the file and not in `more`.
    fn refused(&self, error: &Error, more: &[String]) -> anyhow::Error {
        if !error.use_stderr() {
            // Help, or the version, which is no error.
            error.exit();
        }
        let text = error.to_string();
        let whole = text.split("\n\nUsage:").next().and_then(|text| text.split("\n\nFor more").next());
        let why = whole.unwrap_or(&text).trim_start_matches("error: ").trim_end().to_string();
        let argument = match error.get(ContextKind::InvalidArg) {
            Some(ContextValue::String(argument)) => argument.as_str(),
            Some(ContextValue::Strings(arguments)) => arguments.first().map_or("", String::as_str),
            _ => "",
        };
        let name = argument.trim_start_matches("--").split([' ', '=']).next().unwrap_or_default();
        match &self.origin {
            Some(origin) if origin.places.contains_key(name) && !names(more).any(|typed| typed == name) => {
                origin.at(name, &why)
            }
            Some(origin) if argument.starts_with('<') => anyhow!("{}: of: {why}", origin.file.display()),
            _ => anyhow!(why),
        }
    }
}

impl Origin {
    /// What is wrong with the option `name`.
    fn at(&self, name: &str, why: &str) -> anyhow::Error {
        let line = self.places.get(name).map_or(1, |place| line(&self.text, place.start));
        anyhow!("{}:{line}: options.{name}: {why}", self.file.display())
    }
}

/// The option of settings, of which there can be several.
const SET: &str = "set";

/// The names of the options in `words`.
fn names(words: &[String]) -> impl Iterator<Item = &str> {
    let long = words.iter().filter_map(|word| word.strip_prefix("--"));
    long.map(|word| word.split('=').next().unwrap_or(word))
}

/// The assignments of the settings in `words`, as `key=value`.
fn settings(words: &[String]) -> impl Iterator<Item = &str> {
    words.iter().enumerate().filter_map(move |(at, word)| match word.strip_prefix("--set")? {
        "" => words.get(at + 1).map(String::as_str),
        value => value.strip_prefix('='),
    })
}

/// The key of an assignment.
fn key(assignment: &str) -> &str {
    assignment.split('=').next().unwrap_or(assignment).trim()
}

/// The line that a place is in, from 1.
fn line(text: &str, place: usize) -> usize {
    text.as_bytes()[..place.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1
}

/// The values of an option; none for a flag that is not set.
fn values(value: &Value) -> Result<Option<Vec<String>>, String> {
    let one = |value: &Value| match value {
        Value::String(text) => Ok(text.clone()),
        Value::Integer(_) | Value::Float(_) => Ok(value.to_string()),
        _ => Err("write text, a number, a list of these, or true".to_string()),
    };
    match value {
        Value::Boolean(set) => Ok(set.then(Vec::new)),
        Value::Array(all) if all.is_empty() => Ok(None),
        Value::Array(all) => all.iter().map(one).collect::<Result<_, _>>().map(Some),
        value => one(value).map(|value| Some(vec![value])),
    }
}
