//! Whether trials recorded a quantity at all: what is no longer recorded cannot be found to be worse.

use records::Record;

use super::check::{Check, CheckKind, CheckOutcome};

/// The values that the trials of one side have of a quantity.
#[derive(Debug)]
pub struct Values<'a> {
    /// The trials that recorded it, with the value.
    pub found: Vec<(&'a Record, f64)>,
    /// The seeds of those that did not.
    absent: Vec<u64>,
}

impl<'a> Values<'a> {
    /// Of the trials of one side.
    pub fn of(value: impl Fn(&Record) -> Option<f64>, trials: &[&'a Record]) -> Values<'a> {
        let found = trials.iter().filter_map(|record| Some((*record, value(record)?))).collect();
        let absent = trials.iter().filter(|record| value(record).is_none()).map(|record| record.seed);
        Values { found, absent: absent.collect() }
    }

    /// The values alone.
    pub fn numbers(&self) -> Vec<f64> {
        self.found.iter().map(|(_, value)| *value).collect()
    }

    fn len(&self) -> usize {
        self.found.len() + self.absent.len()
    }
}

/// On which sides a quantity was recorded.
#[derive(Debug)]
pub enum Presence {
    /// On none: there is nothing to check.
    Nowhere,
    /// Not where it is required, which decides the check.
    Decided(Box<Check>),
    /// On both.
    Both,
}

/// Whether a quantity can be compared. One that is `expected` must be recorded by no smaller share of the
/// trials than in the baseline.
pub fn presence(
    kind: CheckKind,
    name: &'static str,
    before: &Values,
    now: &Values,
    expected: bool,
) -> Presence {
    let decided =
        |verdict, why: String| Presence::Decided(Box::new(Check::of(kind, name, verdict).because(why)));
    match (before.found.is_empty(), now.found.is_empty()) {
        (true, true) => Presence::Nowhere,
        (true, false) => decided(CheckOutcome::NotTested, "not recorded in the baseline".to_string()),
        _ if expected
            && is_larger_share((now.absent.len(), now.len()), (before.absent.len(), before.len())) =>
        {
            let seeds: Vec<String> = now.absent.iter().map(u64::to_string).collect();
            let who = if seeds.len() == 1 { "seed" } else { "seeds" };
            decided(CheckOutcome::Regressed, format!("not recorded for {who} {}", seeds.join(", ")))
        }
        (false, true) => decided(CheckOutcome::NotTested, "not measured in this run".to_string()),
        (false, false) => Presence::Both,
    }
}

/// Whether `part` of `of` trials is a larger share than `other` of `of_other`; the shares are multiplied out.
pub fn is_larger_share((part, of): (usize, usize), (other, of_other): (usize, usize)) -> bool {
    part * of_other > other * of
}
