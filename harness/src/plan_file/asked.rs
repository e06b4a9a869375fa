//! What was asked for on a command line, by the names of the options.

use crate::plan_file::SavedPlan;
use clap::parser::ValueSource;
use clap::{ArgMatches, Command};
use std::collections::BTreeMap;

/// Options that say what to do with a plan, and are no part of it.
const NO_PART: [&str; 6] = ["save-plan", "dry-run", "quiet", "verbose", "calibrate", "assume-data"];
/// Options that change how trials are trained, and not which.
const SAME_TRIALS: [&str; 7] =
    ["device", "out", "jobs", "ranks", "free-only", "time-budget", "no-cuda-graphs"];
/// Options that say how a cluster runs a plan.
const OF_CLUSTER: [&str; 5] = ["executor", "slurm-args", "array-parallelism", "max-requeues", "wait"];

/// A command with its options, as they were typed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Asked {
    /// The command, such as `suite`.
    pub command: String,
    /// What it is about, such as `cifar10`; empty for a command that has no such thing.
    pub of: String,
    /// The options by their long names, each with its values; a flag has none.
    pub options: BTreeMap<String, Vec<String>>,
    /// The plan that it comes from, if it was read from a file.
    pub plan: Option<Box<SavedPlan>>,
}

impl Asked {
    /// What `matches` of `program` hold.
    pub fn of(program: &Command, matches: &ArgMatches) -> Self {
        let Some((name, matches)) = matches.subcommand() else { return Self::default() };
        let Some(command) = program.find_subcommand(name) else { return Self::default() };
        let mut asked = Self { command: name.into(), ..Self::default() };
        for argument in command.get_arguments() {
            let id = argument.get_id().as_str();
            if matches.value_source(id) != Some(ValueSource::CommandLine) {
                continue;
            }
            let raw = matches.get_raw(id).into_iter().flatten();
            let values: Vec<String> = raw.map(|value| value.to_string_lossy().into_owned()).collect();
            match argument.get_long() {
                None => asked.of = values.join(" "),
                Some(long) if NO_PART.contains(&long) => {}
                Some(long) => {
                    let is_flag = !argument.get_action().takes_values();
                    asked.options.insert(long.into(), if is_flag { Vec::new() } else { values });
                }
            }
        }
        asked
    }

    /// With the value of an option that was left to the program.
    pub fn with(mut self, option: &str, value: &str) -> Self {
        self.options.entry(option.into()).or_insert_with(|| vec![value.into()]);
        self
    }

    /// Without what says how a cluster runs it.
    pub fn without_cluster(mut self) -> Self {
        self.options.retain(|name, _| !OF_CLUSTER.contains(&name.as_str()));
        self
    }

    /// The first option whose value is no Unicode text, such as a path in another encoding, which no file of text can
    /// hold.
    pub fn without_text(&self) -> Option<&str> {
        let is_no_text = |value: &String| value.contains(char::REPLACEMENT_CHARACTER);
        let found = self.options.iter().find(|(_, values)| values.iter().any(is_no_text));
        found.map(|(name, _)| name.as_str())
    }

    /// Whether it asks for the same trials as `other`, as far as the options say.
    pub fn asks_the_same(&self, other: &Self) -> bool {
        let options = |asked: &Self| -> BTreeMap<String, String> {
            let matters = |name: &str| !SAME_TRIALS.contains(&name) && !OF_CLUSTER.contains(&name);
            let which = asked.options.iter().filter(|(name, _)| matters(name));
            which.map(|(name, values)| (name.clone(), values.join(","))).collect()
        };
        (&self.command, &self.of, options(self)) == (&other.command, &other.of, options(other))
    }

    /// The words that ask for it, without the program's name.
    pub fn words(&self) -> Vec<String> {
        let option = |(name, values): (&String, &Vec<String>)| match values.is_empty() {
            true => vec![format!("--{name}")],
            false => values.iter().map(|value| format!("--{name}={value}")).collect(),
        };
        let options = self.options.iter().flat_map(option);
        [self.command.clone(), self.of.clone()].into_iter().chain(options).collect()
    }
}
