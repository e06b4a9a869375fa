//! Quantities that must be equal: sparsity, counts, lengths, ratios of FLOPs and latencies by a table.
//!
//! Some follow from the specification whatever the seed. Others do for most methods, but depend on
//! the trained weights where these choose among layers or channels; whether they do is seen in the
//! baseline, whose seeds then differ.

use records::Record;

use crate::statistics::{Welch, mean};

use super::check::{Check, CheckKind, CheckOutcome, Matters};
use super::presence::{Presence, Values, presence};
use super::rule::ROUNDING;

/// A column, its value, and whether it follows from the specification for every method.
struct ExactQuantity {
    name: &'static str,
    value: fn(&Record) -> Option<f64>,
    of_spec: bool,
}

const QUANTITIES: [ExactQuantity; 13] = [
    of_spec("params_total", |record| record.params_total.map(|n| n as f64)),
    of_spec("macs_dense", |record| record.macs_dense.map(|n| n as f64)),
    of_spec("steps", |record| record.steps.map(|n| n as f64)),
    of_spec("epochs", |record| record.epochs),
    of_structure("sparsity", |record| record.sparsity),
    of_structure("params_active", |record| record.params_active.map(|n| n as f64)),
    of_structure("macs", |record| record.macs.map(|n| n as f64)),
    of_structure("train_flops_ratio", |record| record.train_flops_ratio),
    of_structure("inference_flops_ratio", |record| record.inference_flops_ratio),
    // Of a table of latencies that the condition names, so no time of this run.
    of_structure("latency_dense_ms", |record| record.latency_dense_ms),
    of_structure("latency_ms", |record| record.latency_ms),
    of_structure("train_cost_ratio", |record| record.train_cost_ratio),
    of_structure("train_cost_active_ratio", |record| record.train_cost_active_ratio),
];

const fn of_spec(name: &'static str, value: fn(&Record) -> Option<f64>) -> ExactQuantity {
    ExactQuantity { name, value, of_spec: true }
}

const fn of_structure(name: &'static str, value: fn(&Record) -> Option<f64>) -> ExactQuantity {
    ExactQuantity { name, value, of_spec: false }
}

/// The checks of trials that completed.
pub fn checks(before: &[&Record], now: &[&Record]) -> Vec<Check> {
    QUANTITIES.iter().filter_map(|quantity| check(quantity, before, now)).collect()
}

fn check(quantity: &ExactQuantity, before: &[&Record], now: &[&Record]) -> Option<Check> {
    let (before, now) = (Values::of(quantity.value, before), Values::of(quantity.value, now));
    match presence(CheckKind::Counts, quantity.name, &before, &now, true) {
        Presence::Nowhere => return None,
        Presence::Decided(check) => return Some(*check),
        Presence::Both => {}
    }
    let (measured, found) = (&before.found, &now.found);
    let (first, expected) = *measured.first()?;
    if measured.iter().any(|(_, value)| !equal(*value, expected)) {
        return varying(quantity.name, &before.numbers(), &now.numbers());
    }

    let done = |verdict| Check::of(CheckKind::Counts, quantity.name, verdict);
    let strays: Vec<(&Record, f64)> =
        found.iter().copied().filter(|(_, value)| !equal(*value, expected)).collect();
    let Some((_, stray)) = strays.first() else { return Some(done(CheckOutcome::Unchanged)) };
    let told = |check: Check| {
        check
            .with(expected.to_string(), stray.to_string(), format!("{:+}", stray - expected))
            .sized(((stray - expected) / expected.abs().max(f64::MIN_POSITIVE)).abs())
    };
    let again = |record: &Record| (record.seed, &record.device) == (first.seed, &first.device);
    if quantity.of_spec || measured.len() > 1 || strays.iter().any(|(record, _)| again(record)) {
        let who = seeds(strays.iter().map(|(record, _)| *record)).join(", ");
        return Some(
            told(done(CheckOutcome::Regressed)).because(format!("must be equal but differs for {who}")),
        );
    }
    let why = "the baseline has a single seed, so it is unknown whether this depends on the seed";
    Some(told(done(CheckOutcome::NotTested)).because(why))
}

/// A quantity on which the seeds of the baseline do not agree, so that there are several.
fn varying(name: &'static str, before: &[f64], now: &[f64]) -> Option<Check> {
    let welch = Welch::of(before, now)?;
    let (mean, moved) = (mean(before)?, welch.difference);
    let said = |mean: f64, n: usize| format!("mean {mean} ({n})");
    let check = Check::of(CheckKind::Counts, name, CheckOutcome::Unchanged)
        .with(said(mean, before.len()), said(mean + moved, now.len()), format!("{moved:+}"))
        .because("it depends on the seed, so its mean is tested")
        .sized((moved / mean.abs().max(f64::MIN_POSITIVE)).abs());
    Some(check.tested(welch.p_two_sided(), None, Matters::Worse))
}

fn equal(value: f64, expected: f64) -> bool {
    (value - expected).abs() <= ROUNDING * value.abs().max(expected.abs())
}

fn seeds<'a>(records: impl Iterator<Item = &'a Record>) -> Vec<String> {
    records.map(|record| format!("seed {}", record.seed)).collect()
}
