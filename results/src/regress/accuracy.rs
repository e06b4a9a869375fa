//! The result of a trial, which varies with the seed: a loss must be significant and large enough to
//! matter.

use records::{Metric, Record};

use crate::page::number::{accuracy, difference};
use crate::statistics::{Summary, Welch};

use super::check::{Check, CheckKind, CheckOutcome, Matters};
use super::presence::{Presence, Values, presence};
use super::rule::{COLLAPSE, LEAST_DEVIATION, MARGIN};

/// The checks of trials that completed.
pub fn checks(before: &[&Record], now: &[&Record]) -> Vec<Check> {
    Metric::ALL.into_iter().filter_map(|metric| check(metric, before, now)).collect()
}

fn check(metric: Metric, before: &[&Record], now: &[&Record]) -> Option<Check> {
    let name = metric.column;
    let (before, now) = (Values::of(metric.value, before), Values::of(metric.value, now));
    match presence(CheckKind::Accuracy, name, &before, &now, true) {
        Presence::Nowhere => return None,
        Presence::Decided(check) => return Some(*check),
        Presence::Both => {}
    }
    let (measured, found) = (before.numbers(), now.numbers());
    let (baseline, summary) = (Summary::of(&measured)?, Summary::of(&found)?);
    let loss = -metric.gain(baseline.mean, summary.mean);
    let told = |verdict| {
        Check::of(CheckKind::Accuracy, name, verdict)
            .with(accuracy(baseline), accuracy(summary), difference(summary.mean - baseline.mean))
            .sized(loss)
    };
    if let Some(why) = collapse(metric, &measured, summary.mean) {
        return Some(told(CheckOutcome::Regressed).because(why));
    }
    Some(match Welch::of_at_least(&measured, &found, LEAST_DEVIATION) {
        Some(welch) => {
            let (less, greater) = (welch.p_less(), welch.p_greater());
            let (worse, better) = if metric.higher_is_better { (less, greater) } else { (greater, less) };
            told(CheckOutcome::Unchanged).tested(worse, Some(better), Matters::of(loss, MARGIN)).within(welch)
        }
        None if measured == found => told(CheckOutcome::Unchanged),
        None => told(CheckOutcome::NotTested)
            .because("one seed on both sides says nothing about the variation between seeds"),
    })
}

/// Why a mean is so far from the worst result of the baseline that no test is needed.
fn collapse(metric: Metric, baseline: &[f64], mean: f64) -> Option<String> {
    let name = metric.name;
    if metric.higher_is_better {
        let lowest = baseline.iter().copied().fold(f64::INFINITY, f64::min);
        (mean < COLLAPSE * lowest)
            .then(|| format!("below {COLLAPSE} times the lowest {name} of the baseline, {lowest:.2}"))
    } else {
        let highest = baseline.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        (COLLAPSE * mean > highest).then(|| {
            format!("above {} times the highest {name} of the baseline, {highest:.2}", 1.0 / COLLAPSE)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::regress::check::settle;

    fn trials(results: &[f64]) -> Vec<Record> {
        let trial = |result: &f64| Record { map: Some(*result), status: "ok".into(), ..Record::default() };
        results.iter().map(trial).collect()
    }

    #[test]
    fn what_is_worse_follows_from_the_metric() {
        let lower = Metric { higher_is_better: false, ..Metric::MAP };
        let (low, high) = (trials(&[40.0, 41.0, 42.0]), trials(&[50.0, 51.0, 52.0]));
        let verdict = |metric, before: &[Record], now: &[Record]| {
            let [before, now] = [before, now].map(|side| side.iter().collect::<Vec<_>>());
            let mut check = check(metric, &before, &now).unwrap();
            settle([&mut check].into_iter());
            (check.quantity, check.verdict)
        };
        for (metric, falls, rises) in [
            (Metric::MAP, CheckOutcome::Regressed, CheckOutcome::Better),
            (lower, CheckOutcome::Better, CheckOutcome::Regressed),
        ] {
            assert_eq!(verdict(metric, &high, &low), ("map", falls));
            assert_eq!(verdict(metric, &low, &high), ("map", rises));
        }
        assert_eq!(verdict(Metric::MAP, &high, &trials(&[10.0])).1, CheckOutcome::Regressed);
        assert_eq!(verdict(lower, &low, &trials(&[90.0])).1, CheckOutcome::Regressed);
    }
}
