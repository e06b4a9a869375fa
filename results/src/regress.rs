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
pub mod rule;
mod times;

use std::collections::BTreeMap;

use crate::compare::condition::{Condition, LENGTH};
use crate::record::Record;

use check::{Check, Kind, Verdict, settle};

/// What became of every condition of a baseline.
#[derive(Debug)]
pub struct Regression {
    conditions: Vec<Judged>,
    new: Vec<Condition>,
    tests: usize,
}

/// A condition of the baseline and what was checked of it.
#[derive(Debug)]
struct Judged {
    condition: Condition,
    /// Number of trials in the baseline and now, whatever became of them.
    trials: (usize, usize),
    checks: Vec<Check>,
}

/// The trials of one condition: in the baseline and now.
#[derive(Debug, Default)]
struct Sides<'a> {
    baseline: Vec<&'a Record>,
    now: Vec<&'a Record>,
}

/// Checks the trials of now against those of a baseline.
pub fn regress(baseline: &[Record], now: &[Record]) -> Regression {
    let mut sides: BTreeMap<Condition, Sides> = BTreeMap::new();
    // How long a trial ran is checked, so it is no part of what the trial is known by.
    let of = |record: &Record| Condition::of(record).without(&LENGTH);
    baseline.iter().for_each(|record| sides.entry(of(record)).or_default().baseline.push(record));
    now.iter().for_each(|record| sides.entry(of(record)).or_default().now.push(record));

    let (known, new): (Vec<_>, Vec<_>) = sides.into_iter().partition(|(_, sides)| !sides.baseline.is_empty());
    let new: Vec<Condition> = new.into_iter().map(|(condition, _)| condition).collect();
    let judge = |(condition, sides): (Condition, Sides)| {
        let checks = checks(&condition, &sides, &new);
        Judged { condition, trials: (sides.baseline.len(), sides.now.len()), checks }
    };
    let mut conditions: Vec<Judged> = known.into_iter().map(judge).collect();
    let tests = settle(conditions.iter_mut().flat_map(|judged| &mut judged.checks));
    Regression { conditions, new, tests }
}

fn checks<'r>(condition: &Condition, sides: &Sides<'r>, new: &[Condition]) -> Vec<Check> {
    let ok = |records: &[&'r Record]| -> Vec<&'r Record> {
        records.iter().copied().filter(|record| record.is_ok()).collect()
    };
    let mut checks = vec![trials(condition, sides, new)];
    let (before, now) = (ok(&sides.baseline), ok(&sides.now));
    if !before.is_empty() && !now.is_empty() {
        checks.extend(exact::checks(&before, &now));
        checks.extend(accuracy::checks(&before, &now));
        checks.extend(times::checks(&before, &now));
    }
    checks
}

/// Whether the condition ran, and its trials ended as planned where those of the baseline did.
fn trials(condition: &Condition, sides: &Sides, new: &[Condition]) -> Check {
    let (before, now) = (ended(&sides.baseline), ended(&sides.now));
    let check = |verdict, why: String| {
        let said = |(all, failed): &(usize, Vec<String>)| match failed.is_empty() {
            true => format!("{all} trials"),
            false => format!("{all} trials: {}", failed.join(", ")),
        };
        Check::of(Kind::Trials, "trials", verdict).with(said(&before), said(&now), String::new()).because(why)
    };
    if now.0 == 0 {
        let hint = condition.nearest(new.iter()).map(|nearest| {
            let said = condition.differences(nearest);
            let said = said.iter().map(|it| format!("{} {:?} instead of {:?}", it.column, it.there, it.here));
            format!("; the nearest of the new conditions has {}", said.collect::<Vec<_>>().join(", "))
        });
        return check(Verdict::Regressed, format!("did not run{}", hint.unwrap_or_default()));
    }
    if !now.1.is_empty() && before.1.is_empty() {
        return check(Verdict::Regressed, format!("not all trials ended as planned: {}", now.1.join(", ")));
    }
    check(Verdict::Unchanged, String::new())
}

/// How many trials there are, and of those that did not end as planned the seeds and what became of them.
fn ended(trials: &[&Record]) -> (usize, Vec<String>) {
    let failed = trials.iter().filter(|record| !record.is_ok());
    (trials.len(), failed.map(|record| format!("seed {} {}", record.seed, record.status)).collect())
}

impl Regression {
    /// Whether anything is worse than in the baseline.
    pub fn failed(&self) -> bool {
        self.checks().any(|(_, check)| check.verdict == Verdict::Regressed)
    }

    /// Number of tests that were made, which share the rate of false alarms.
    pub fn tests(&self) -> usize {
        self.tests
    }

    fn checks(&self) -> impl Iterator<Item = (&Condition, &Check)> {
        self.conditions.iter().flat_map(|judged| judged.checks.iter().map(|check| (&judged.condition, check)))
    }
}

#[cfg(test)]
mod made_up;
#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;
