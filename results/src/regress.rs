//! Whether trials are as good as those of a baseline, for continuous integration.
//!
//! A check must fail for the right reason and no other. What follows from the specification is
//! compared exactly; what depends on seeds is tested, all tests of one run together at a stated rate
//! of false alarms (`rule`), and must also be worse by an amount that matters. Times are never
//! compared across machines as they are, but in passes of a reference workload timed in the same run.

mod accuracy;
pub mod baseline;
mod check;
mod exact;
mod junit;
mod page;
mod presence;
mod provenance;
pub mod rule;
mod times;
mod trials;

use std::collections::{BTreeMap, BTreeSet};

use records::Record;

use crate::evidence::condition::{Condition, LENGTH};

use check::{Check, CheckOutcome, settle};

/// The outcome for every condition of a baseline.
#[derive(Debug)]
pub struct Regression {
    conditions: Vec<Judged>,
    new: Vec<Condition>,
    /// What is wrong with rows that could not be used as current records.
    left_out: Vec<String>,
    tests: usize,
}

/// A condition of the baseline and what was checked of it.
#[derive(Debug)]
struct Judged {
    condition: Condition,
    /// Number of trials in the baseline and now, whatever became of them.
    trials: (usize, usize),
    checks: Vec<Check>,
    /// The choices of the harness in the baseline and now, if they differ.
    choices: Option<(String, String)>,
}

/// The trials of one condition: in the baseline and now.
#[derive(Debug, Default)]
struct BothSides<'a> {
    baseline: Vec<&'a Record>,
    now: Vec<&'a Record>,
}

/// The condition of a record as a baseline knows it. How long a trial ran is checked, so it is no part of
/// what the trial is known by; nor is what the harness chose, since a choice that makes a method worse is a
/// regression; nor the threads, by which a result differs no more than by its seed.
pub(crate) fn known_by(record: &Record) -> Condition {
    Condition::of(record).without(&LENGTH).without(&["threads"])
}

/// Checks current trials against those of a baseline.
pub fn regress(baseline: &[Record], now: &[Record]) -> Regression {
    let mut sides: BTreeMap<Condition, BothSides> = BTreeMap::new();
    baseline.iter().for_each(|record| sides.entry(known_by(record)).or_default().baseline.push(record));
    now.iter().for_each(|record| sides.entry(known_by(record)).or_default().now.push(record));

    let (known, new): (Vec<_>, Vec<_>) = sides.into_iter().partition(|(_, sides)| !sides.baseline.is_empty());
    let new: Vec<Condition> = new.into_iter().map(|(condition, _)| condition).collect();
    let judge = |(condition, sides): (Condition, BothSides)| Judged {
        checks: checks(&condition, &sides, &new),
        trials: (sides.baseline.len(), sides.now.len()),
        choices: other_choices(&sides),
        condition,
    };
    let mut conditions: Vec<Judged> = known.into_iter().map(judge).collect();
    let tests = settle(conditions.iter_mut().flat_map(|judged| &mut judged.checks));
    Regression { conditions, new, left_out: Vec::new(), tests }
}

fn checks<'r>(condition: &Condition, sides: &BothSides<'r>, new: &[Condition]) -> Vec<Check> {
    let ok = |records: &[&'r Record]| -> Vec<&'r Record> {
        records.iter().copied().filter(|record| record.is_ok()).collect()
    };
    let mut checks = vec![trials::check(condition, &sides.baseline, &sides.now, new)];
    let (before, now) = (ok(&sides.baseline), ok(&sides.now));
    if !before.is_empty() && !now.is_empty() {
        checks.extend(exact::checks(&before, &now));
        checks.extend(accuracy::checks(&before, &now));
        checks.extend(times::checks(&before, &now));
    }
    checks
}

fn other_choices(sides: &BothSides) -> Option<(String, String)> {
    let said = |records: &[&Record]| -> String {
        let choices: BTreeSet<&str> = records.iter().map(|record| record.choices.as_str()).collect();
        Vec::from_iter(choices).join(" and ")
    };
    let (before, now) = (said(&sides.baseline), said(&sides.now));
    (!sides.now.is_empty() && before != now).then_some((before, now))
}

impl Regression {
    /// The same with rows that could not be used as current records, each with the reason; they fail it:
    /// what they recorded is lost.
    pub fn without_rows(self, left_out: Vec<String>) -> Regression {
        Regression { left_out, ..self }
    }

    /// Whether anything is worse than in the baseline, or could not be compared although it must be.
    pub fn failed(&self) -> bool {
        !self.left_out.is_empty() || self.checks().any(|(_, check)| check.verdict == CheckOutcome::Regressed)
    }

    /// Number of statistical tests, which share the false-alarm rate.
    pub fn tests(&self) -> usize {
        self.tests
    }

    fn checks(&self) -> impl Iterator<Item = (&Condition, &Check)> {
        self.conditions.iter().flat_map(|judged| judged.checks.iter().map(|check| (&judged.condition, check)))
    }
}

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;
