//! Accuracy, which varies with the seed: a drop must be sure and must matter.

use records::Record;

use crate::page::number::{accuracy, difference};
use crate::statistics::{Summary, Welch};

use super::check::{Check, CheckKind, CheckOutcome, Matters};
use super::presence::{Presence, Values, presence};
use super::rule::{COLLAPSE, LEAST_DEVIATION, MARGIN};

type Quantity = (&'static str, fn(&Record) -> Option<f64>);

const QUANTITIES: [Quantity; 2] = [("top1", |record| record.top1), ("map", |record| record.map)];

/// The checks of trials that ended as planned.
pub fn checks(before: &[&Record], now: &[&Record]) -> Vec<Check> {
    QUANTITIES.iter().filter_map(|quantity| check(*quantity, before, now)).collect()
}

fn check((name, value): Quantity, before: &[&Record], now: &[&Record]) -> Option<Check> {
    let (before, now) = (Values::of(value, before), Values::of(value, now));
    match presence(CheckKind::Accuracy, name, &before, &now, true) {
        Presence::Nowhere => return None,
        Presence::Decided(check) => return Some(*check),
        Presence::Both => {}
    }
    let (measured, found) = (before.numbers(), now.numbers());
    let (baseline, summary) = (Summary::of(&measured)?, Summary::of(&found)?);
    let drop = baseline.mean - summary.mean;
    let told = |verdict| {
        Check::of(CheckKind::Accuracy, name, verdict)
            .with(accuracy(baseline), accuracy(summary), difference(-drop))
            .sized(drop)
    };
    let lowest = measured.iter().copied().fold(f64::INFINITY, f64::min);
    if summary.mean < COLLAPSE * lowest {
        let why = format!("below {COLLAPSE} of the lowest accuracy of the baseline, {lowest:.2}");
        return Some(told(CheckOutcome::Regressed).because(why));
    }
    Some(match Welch::of_at_least(&measured, &found, LEAST_DEVIATION) {
        Some(welch) => told(CheckOutcome::Unchanged)
            .tested(welch.p_less(), Some(welch.p_greater()), Matters::of(drop, MARGIN))
            .within(welch),
        None if measured == found => told(CheckOutcome::Unchanged),
        None => {
            told(CheckOutcome::NotTested).because("one seed on both sides tells nothing of how seeds differ")
        }
    })
}
