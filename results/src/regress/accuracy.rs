//! Accuracy, which varies with the seed: a drop must be sure and must matter.

use crate::record::Record;
use crate::statistics::{Summary, Welch};
use crate::table::number::{accuracy, difference};

use super::check::{Check, Kind, Matters, Verdict};
use super::rule::MARGIN;

type Quantity = (&'static str, fn(&Record) -> Option<f64>);

const QUANTITIES: [Quantity; 2] = [("top1", |record| record.top1), ("map", |record| record.map)];

/// The checks of trials that ended as planned.
pub fn checks(before: &[&Record], now: &[&Record]) -> Vec<Check> {
    QUANTITIES.iter().filter_map(|quantity| check(*quantity, before, now)).collect()
}

fn check((name, value): Quantity, before: &[&Record], now: &[&Record]) -> Option<Check> {
    let measured: Vec<f64> = before.iter().copied().filter_map(value).collect();
    let found: Vec<f64> = now.iter().copied().filter_map(value).collect();
    let baseline = Summary::of(&measured)?;
    let done = |verdict| Check::of(Kind::Accuracy, name, verdict);
    let absent = now.len() - found.len();
    if absent > 0 && measured.len() == before.len() {
        let check = done(Verdict::Regressed)
            .because(format!("{absent} of {} trials that ended as planned recorded none", now.len()));
        return Some(check.with(accuracy(baseline), "nothing".to_string(), String::new()));
    }
    let summary = Summary::of(&found)?;
    let drop = baseline.mean - summary.mean;
    let told =
        |check: Check| check.with(accuracy(baseline), accuracy(summary), difference(-drop)).sized(drop);
    Some(match Welch::of(&measured, &found) {
        Some(welch) => told(done(Verdict::Unchanged)).tested(
            welch.p_less(),
            Some(welch.p_greater()),
            Matters::of(drop, MARGIN),
        ),
        None if measured == found => told(done(Verdict::Unchanged)),
        None => {
            told(done(Verdict::NotTested)).because("one seed on both sides tells nothing of how seeds differ")
        }
    })
}
