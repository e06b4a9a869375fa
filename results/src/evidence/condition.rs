//! What was run, without the seed: the trials of one condition may be averaged and tested.
//!
//! Comparisons and the regression check know a condition by the same columns, so what one calls
//! the same is the same to the other. What the harness chose where nothing was set is in the revisions: the text of
//! those choices also changes with a setting that is new and changes nothing.

use std::fmt::Write;

use records::Record;

use crate::page::number::percent;
use crate::paper::settings::parse;

/// A column that describes what was run, and its value for a record.
type ConditionColumn = (&'static str, fn(&Record) -> String);

/// The columns, in the order in which conditions are sorted.
const COLUMNS: [ConditionColumn; N] = [
    ("suite", |record| record.suite.clone()),
    ("dataset", |record| record.dataset.clone()),
    ("data_fingerprint", |record| record.data_fingerprint.clone()),
    ("profile", |record| record.profile.clone()),
    ("model", |record| record.model.clone()),
    ("method", |record| record.method.clone()),
    ("criterion", |record| record.criterion.clone()),
    ("distribution", |record| record.distribution.clone()),
    ("sparsity_target", |record| number(record.sparsity_target)),
    ("latency_target", |record| number(record.latency_target)),
    ("latency_table", |record| record.latency_table.clone()),
    ("pretrained", |record| if record.pretrained.is_empty() { "" } else { "yes" }.to_string()),
    ("epochs", |record| number(record.epochs.filter(|_| !has_own_length(record)))),
    ("steps", |record| {
        let steps = record.steps.filter(|_| !has_own_length(record));
        steps.map(|steps| steps.to_string()).unwrap_or_default()
    }),
    ("settings", |record| record.settings.clone()),
    ("method_revision", |record| revision(record.method_revision)),
    ("profile_revision", |record| revision(record.profile_revision)),
    ("threads", |record| {
        record.threads.filter(|threads| *threads > 1).map(|threads| threads.to_string()).unwrap_or_default()
    }),
];

const N: usize = 18;

/// Columns that say how far a trial came: what was asked for is in the profile and the settings.
/// A trial that diverged is short of it.
pub const LENGTH: [&str; 2] = ["epochs", "steps"];

/// Columns whose value explains itself, so that labels leave the name away.
const BARE: [&str; 7] = ["suite", "dataset", "profile", "model", "method", "criterion", "distribution"];

/// What was run: the value of every column, empty where it does not apply or is not to count.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Condition([String; N]);

/// Whether a training ends when its stages have settled, so that how long it was is a result, and not what was asked
/// for.
fn has_own_length(record: &Record) -> bool {
    parse(&record.settings).contains(&("stage_end", "settled"))
}

fn number(value: Option<f64>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// A revision; the first one, which old records do not mention, is empty.
fn revision(value: Option<u64>) -> String {
    value.filter(|revision| *revision > 0).map(|revision| revision.to_string()).unwrap_or_default()
}

impl Condition {
    /// The condition of a record's trial.
    pub fn of(record: &Record) -> Condition {
        Condition(COLUMNS.map(|(_, value)| value(record)))
    }

    /// The names of the columns.
    pub fn columns() -> [&'static str; N] {
        COLUMNS.map(|(name, _)| name)
    }

    /// The same, regardless of these columns.
    pub fn without(mut self, columns: &[impl AsRef<str>]) -> Condition {
        for ((name, _), value) in COLUMNS.iter().zip(&mut self.0) {
            if columns.iter().any(|column| column.as_ref() == *name) {
                value.clear();
            }
        }
        self
    }

    /// The value of a column; empty if there is none of that name.
    pub fn value(&self, column: &str) -> &str {
        COLUMNS.iter().position(|(name, _)| *name == column).map_or("", |at| &self.0[at])
    }

    /// All columns with their values.
    pub fn values(&self) -> impl Iterator<Item = (&'static str, &str)> {
        COLUMNS.iter().zip(&self.0).map(|((name, _), value)| (*name, value.as_str()))
    }

    /// The columns in which two conditions differ, with both values.
    pub fn differences<'a>(&'a self, other: &'a Condition) -> Vec<Difference<'a>> {
        let both = self.values().zip(other.values());
        let differing = both.filter(|((_, here), (_, there))| here != there);
        differing.map(|((column, here), (_, there))| Difference { column, here, there }).collect()
    }

    /// The condition among others that differs in the fewest columns.
    pub fn nearest<'a>(&self, others: impl Iterator<Item = &'a Condition>) -> Option<&'a Condition> {
        others.min_by_key(|other| self.0.iter().zip(&other.0).filter(|(here, there)| here != there).count())
    }

    /// The whole condition in one line: `cifar10 lite wrn-16-1 rigl erk 90%`.
    pub fn label(&self) -> String {
        self.label_of(|_| true)
    }

    /// Its values in the columns that are to be shown.
    pub fn label_of(&self, is_said: impl Fn(&str) -> bool) -> String {
        let mut label = String::new();
        for (name, value) in self.values().filter(|(name, value)| !value.is_empty() && is_said(name)) {
            let gap = if label.is_empty() { "" } else { " " };
            let share = || value.parse().map_or_else(|_| value.to_string(), percent);
            let said = match name {
                _ if BARE.contains(&name) => write!(label, "{gap}{value}"),
                // What a method of channels was not asked for.
                "sparsity_target" if !self.value("latency_target").is_empty() => Ok(()),
                "sparsity_target" => write!(label, "{gap}{}", share()),
                "latency_target" => write!(label, "{gap}latency {}", share()),
                "pretrained" => write!(label, "{gap}pretrained"),
                "settings" => write!(label, "{gap}[{}]", value.replace(';', "; ")),
                _ => write!(label, "{gap}{name}={value}"),
            };
            said.expect("a string takes every character");
        }
        label
    }
}

/// A column in which two conditions differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference<'a> {
    /// The column.
    pub column: &'static str,
    /// The value of one condition.
    pub here: &'a str,
    /// The value of the other.
    pub there: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::short_rigl as record;

    #[test]
    fn what_was_run_counts_and_what_came_of_it_does_not() {
        let same = Record { seed: 7, top1: Some(90.0), commit: "c".into(), key: "j".into(), ..record() };
        assert_eq!(Condition::of(&same), Condition::of(&record()));
        let file = Record { pretrained: "ab".into(), ..record() };
        assert_eq!(Condition::of(&file), Condition::of(&Record { pretrained: "cd".into(), ..record() }));
        let (here, there) = (Condition::of(&record()), Condition::of(&file));
        let difference = Difference { column: "pretrained", here: "", there: "yes" };
        assert_eq!(here.differences(&there), [difference]);
        let short = Condition::of(&Record { steps: Some(3), ..record() });
        assert_ne!(short, here);
        assert_eq!(short.without(&LENGTH), here.clone().without(&LENGTH));
    }

    /// Sums are divided among threads: another number is another trial, and no seed of the same.
    #[test]
    fn trials_of_other_threads_are_of_another_condition() {
        let of = |threads| Condition::of(&Record { threads, ..record() });
        assert_eq!(of(None), of(Some(1)));
        assert_eq!(of(Some(2)).differences(&of(Some(1))).len(), 1);
        assert!(of(Some(2)).label().ends_with("threads=2"));
    }

    /// Where stages end once they have settled, seeds differ in their steps.
    #[test]
    fn trials_that_end_by_themselves_are_of_one_condition() {
        let settled = |steps: u64, end: &str| {
            let settings = format!("epochs=10;stage_end={end}");
            let epochs = Some(steps as f64 / 10.0);
            Condition::of(&Record { settings, steps: Some(steps), epochs, ..record() })
        };
        assert_eq!(settled(88, "settled"), settled(93, "settled"));
        assert_ne!(settled(88, "fixed"), settled(93, "fixed"));
    }

    #[test]
    fn every_column_is_one_of_the_record() {
        let columns = Record::columns();
        assert!(Condition::columns().iter().all(|name| columns.iter().any(|column| column == *name)));
    }
}
