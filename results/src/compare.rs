//! Two sets of records side by side: two commits, two devices, two methods.
//!
//! Trials are compared with trials of the same condition, which is all that was run but the seed.
//! A column in which the sides are to differ is named, by filters on both sides or as one to compare
//! across; any other difference is refused and named, because a difference in accuracy between different
//! recipes or data means nothing.

mod long_form;
mod measured;
mod more_seeds;
mod page;
pub mod selection;

use std::collections::{BTreeMap, BTreeSet};

use records::Record;

use crate::evidence::condition::{Condition, Difference, LENGTH};
use crate::evidence::trials::{Trials, repeated_seed};
use crate::filter::says;

use measured::{ComparedRow, Groups, rows};
use more_seeds::more_seeds;
use selection::Selection;

/// One side of a comparison.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The selection that was asked for.
    pub selection: &'a Selection,
    /// Its records.
    pub records: &'a [Record],
}

/// Two sets of records that may be compared, and the result.
#[derive(Debug)]
pub struct Comparison<'a> {
    sides: [Side<'a>; 2],
    /// Columns that do not count in the match.
    ignored: Vec<String>,
    /// What was measured of the conditions that both sides have.
    rows: Vec<ComparedRow>,
    /// Number of those conditions.
    matched: usize,
    /// What only one side has, with the number of its trials.
    alone: [Vec<(Condition, usize)>; 2],
    /// Remarks on the trials.
    remarks: Vec<String>,
    /// What to run where one seed is all that a side has, in lines.
    more_seeds: Vec<String>,
}

/// Why two sets of records are not compared.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Refusal {
    /// A name that is no column describing what was run.
    #[error("{column:?} is no column that describes what was run; columns to compare across are {}", Condition::columns().join(", "))]
    UnknownColumn {
        /// The name.
        column: String,
    },
    /// One side has no completed trial.
    #[error("{side} has no trial that completed")]
    NoTrials {
        /// The side.
        side: String,
    },
    /// One side holds different specifications under one condition.
    #[error(
        "{side} mixes trials of {condition} whose {column} differs: {}; choose one with a filter, \
         such as {path}:{column}={}",
        values.join(", "), values[0]
    )]
    Mixed {
        /// The side.
        side: String,
        /// Its path.
        path: String,
        /// The condition, without the column.
        condition: String,
        /// The column.
        column: String,
        /// The values that occur.
        values: Vec<String>,
    },
    /// There is no condition that both sides have.
    #[error(
        "no trial of {a} was run under the conditions of any trial of {b}; the most similar differ in\n\
         {differences}\nTo compare them all the same, add --across {across}"
    )]
    NothingInCommon {
        /// One side.
        a: String,
        /// The other.
        b: String,
        /// The columns in which the nearest conditions differ, one per line.
        differences: String,
        /// The columns to compare across, for the command line.
        across: String,
    },
}

/// Compares two sets of records, whatever the columns `across` say.
pub fn compare<'a>(a: Side<'a>, b: Side<'a>, across: &[String]) -> Result<Comparison<'a>, Refusal> {
    if let Some(column) = across.iter().find(|name| !Condition::columns().contains(&name.as_str())) {
        return Err(Refusal::UnknownColumn { column: column.clone() });
    }
    let mut ignored = across.to_vec();
    let asked = |side: &Side, column: &str| side.selection.asked(column).map(String::from);
    ignored.extend(Condition::columns().into_iter().filter_map(|column| {
        let both = asked(&a, column).zip(asked(&b, column));
        both.filter(|(a, b)| !says(a, b)).map(|_| column.to_string())
    }));
    let has = |column: &str| ignored.iter().any(|name| name == column);
    // What a method ranks weights by is its own affair, and so is which definition of it is the present one.
    let follows = [("method", "criterion"), ("method", "method_revision"), ("profile", "profile_revision")];
    let follows = follows.into_iter().filter(|(column, _)| has(column)).map(|(_, follows)| follows);
    let follows: Vec<String> = follows.filter(|column| !has(column)).map(String::from).collect();
    ignored.extend(follows);
    let of_a = groups(&a, &ignored)?;
    let of_b = groups(&b, &ignored)?;

    let common: Vec<&Condition> = of_a.keys().filter(|condition| of_b.contains_key(condition)).collect();
    if common.is_empty() {
        return Err(nothing_in_common(&a, &b, &of_a, &of_b, &ignored));
    }
    let mut remarks: Vec<String> =
        [("A", &a), ("B", &b)].into_iter().flat_map(|(name, side)| failures(name, side, &ignored)).collect();
    remarks
        .extend([("A", &of_a), ("B", &of_b)].into_iter().flat_map(|(name, groups)| repeated(name, groups)));
    remarks.extend(
        [("A", &of_a), ("B", &of_b)].into_iter().flat_map(|(name, groups)| not_what_they_seem(name, groups)),
    );
    let alone = |here: &Groups, there: &Groups| -> Vec<(Condition, usize)> {
        let alone = here.iter().filter(|(condition, _)| !there.contains_key(condition));
        alone.map(|(condition, trials)| (condition.clone(), trials.len())).collect()
    };
    Ok(Comparison {
        sides: [a, b],
        matched: common.len(),
        rows: rows(&of_a, &of_b, &mut remarks),
        alone: [alone(&of_a, &of_b), alone(&of_b, &of_a)],
        more_seeds: more_seeds([("A", &a, &of_a), ("B", &b, &of_b)]),
        ignored,
        remarks,
    })
}

/// The completed trials, by condition. A column that does not count must still be the same
/// within a condition of one side.
fn groups<'a>(side: &Side<'a>, ignored: &[String]) -> Result<Groups<'a>, Refusal> {
    let mut groups: BTreeMap<Condition, Vec<(Condition, &Record)>> = BTreeMap::new();
    for record in side.records.iter().filter(|record| record.is_ok()) {
        let whole = Condition::of(record);
        groups.entry(whole.clone().without(ignored)).or_default().push((whole, record));
    }
    if groups.is_empty() {
        return Err(Refusal::NoTrials { side: side.selection.text().to_string() });
    }
    for (condition, trials) in &groups {
        for column in ignored {
            let values: BTreeSet<&str> = trials.iter().map(|(whole, _)| whole.value(column)).collect();
            if values.len() > 1 {
                return Err(Refusal::Mixed {
                    side: side.selection.text().to_string(),
                    path: side.selection.path().display().to_string(),
                    condition: condition.label(),
                    column: column.clone(),
                    values: values.into_iter().map(String::from).collect(),
                });
            }
        }
    }
    let plain = |trials: Vec<(Condition, &'a Record)>| trials.into_iter().map(|(_, record)| record).collect();
    Ok(groups.into_iter().map(|(condition, trials)| (condition, plain(trials))).collect())
}

fn nothing_in_common(a: &Side, b: &Side, of_a: &Groups, of_b: &Groups, ignored: &[String]) -> Refusal {
    let pairs = of_a.keys().filter_map(|here| Some((here, here.nearest(of_b.keys())?)));
    let nearest = pairs.map(|(here, there)| here.differences(there)).min_by_key(Vec::len).unwrap_or_default();
    let line = |it: &Difference| format!("  {}: {:?} and {:?}", it.column, it.here, it.there);
    let filtered = |column: &&str| a.selection.asked(column).zip(b.selection.asked(column)).is_none();
    let ignored = ignored.iter().map(String::as_str).filter(filtered);
    let across: Vec<&str> = ignored.chain(nearest.iter().map(|it| it.column)).collect();
    Refusal::NothingInCommon {
        a: a.selection.text().to_string(),
        b: b.selection.text().to_string(),
        differences: nearest.iter().map(line).collect::<Vec<_>>().join("\n"),
        across: across.join(","),
    }
}

/// The trials that did not complete, which enter no mean.
fn failures(name: &str, side: &Side, ignored: &[String]) -> Vec<String> {
    let mut failed: BTreeMap<(Condition, &str), usize> = BTreeMap::new();
    for record in side.records.iter().filter(|record| !record.is_ok()) {
        let condition = Condition::of(record).without(ignored).without(&LENGTH);
        *failed.entry((condition, &record.status)).or_default() += 1;
    }
    let said = failed.into_iter();
    said.map(|((condition, status), n)| format!("{name}: {n} × {status}: {}.", condition.label())).collect()
}

/// Seeds counted more than once in a mean, as trials with different keys.
fn repeated(name: &str, groups: &Groups) -> Vec<String> {
    let repeated = groups.iter().filter_map(|(condition, trials)| Some((condition, repeated_seed(trials)?)));
    repeated
        .map(|(condition, seed)| {
            let label = condition.label();
            format!(
                "{name}: seed {seed} is counted more than once in the mean, under different keys: {label}."
            )
        })
        .collect()
}

/// Trials whose structure never changed although their method changes it, those that learnt nothing or read not all of
/// their data, and those whose share of latency is none of time or not reliable.
fn not_what_they_seem(name: &str, groups: &Groups) -> Vec<String> {
    let said = groups.iter().flat_map(|(condition, trials)| {
        let trials = Trials(trials.clone());
        let what = [trials.unchanged(), trials.unlearned(), trials.skipped_files()].into_iter().flatten();
        let what = what.chain(trials.doubts_of_latency().map(String::from));
        what.map(|what| format!("{name}: {what}: {}.", condition.label())).collect::<Vec<_>>()
    });
    said.collect()
}

#[cfg(test)]
mod tests;
