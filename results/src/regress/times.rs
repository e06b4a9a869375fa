//! Times, in passes of a reference workload that was timed in the same run.
//!
//! Whatever slows a machine down slows the network and the reference workload alike, so the ratio of the
//! two is comparable between runs. It still depends on the device, and timings are noisy by a factor
//! rather than by an amount: their logarithms are tested.

use std::collections::BTreeSet;

use records::Record;

use crate::evidence::timing;
use crate::page::number::decimals;
use crate::statistics::{Welch, mean};

use super::check::{Check, CheckKind, CheckOutcome, Matters};
use super::presence::{Presence, Values, presence};
use super::rule::{LOOSE, SAME_DEVICE};

/// A relative time, and what must be known of its measurement.
struct TimedQuantity {
    kind: CheckKind,
    name: &'static str,
    value: fn(&Record) -> Option<f64>,
    /// Where it was measured.
    device: fn(&Record) -> String,
    /// Why the measurement is invalid; empty if it is valid.
    doubt: fn(&Record) -> &str,
    /// How it was measured; only what was measured with the same settings can be compared.
    way: fn(&Record) -> String,
    /// Whether a larger value is a slower network.
    larger_is_slower: bool,
    /// Whether every trial measures it.
    expected: bool,
}

const QUANTITIES: [TimedQuantity; 2] = [
    TimedQuantity {
        kind: CheckKind::StepTime,
        name: "step_per_reference",
        value: |record| record.step_per_reference,
        device: |record| on(record, &record.device),
        doubt: |_| "",
        way: timing::of_steps,
        larger_is_slower: true,
        expected: true,
    },
    TimedQuantity {
        kind: CheckKind::Throughput,
        name: "fps_per_reference",
        value: |record| record.fps_per_reference,
        device: |record| on(record, &record.fps_device),
        doubt: |record| &record.fps_doubt,
        way: timing::of_throughput,
        larger_is_slower: false,
        expected: false,
    },
];

/// The checks of trials that completed.
pub fn checks(before: &[&Record], now: &[&Record]) -> Vec<Check> {
    QUANTITIES.iter().filter_map(|quantity| check(quantity, before, now)).collect()
}

fn check(quantity: &TimedQuantity, before: &[&Record], now: &[&Record]) -> Option<Check> {
    let value = |record: &Record| (quantity.value)(record).filter(|value| *value > 0.0);
    let (before, now) = (Values::of(value, before), Values::of(value, now));
    match presence(quantity.kind, quantity.name, &before, &now, quantity.expected) {
        Presence::Nowhere => return None,
        Presence::Decided(check) => return Some(*check),
        Presence::Both => {}
    }
    let (before, now) = (TimedSide::of(quantity, &before), TimedSide::of(quantity, &now));
    let done = |verdict| Check::of(quantity.kind, quantity.name, verdict);
    let (baseline, measured) = (mean(&before.logarithms)?, mean(&now.logarithms)?);
    if before.ways != now.ways || now.ways.len() > 1 {
        let said = |ways: &BTreeSet<String>| Vec::from_iter(ways.iter().cloned()).join(" and ");
        let (there, here) = (said(&before.ways), said(&now.ways));
        return Some(
            done(CheckOutcome::NotTested).because(format!("measured with {here}, the baseline with {there}")),
        );
    }

    let (place, tolerance) = match before.devices == now.devices {
        false => ("on a different device than the baseline", LOOSE),
        true if before.doubted || now.doubted => ("with measurements marked invalid", LOOSE),
        true => ("on the device of the baseline", SAME_DEVICE),
    };
    // Logarithm of how many times slower the network is now.
    let slower = if quantity.larger_is_slower { measured - baseline } else { baseline - measured };
    let matters = Matters::of(slower, tolerance.ln());
    let said = |logarithm: f64, n: usize| {
        let (value, decimals) = (logarithm.exp(), decimals(logarithm.exp()));
        format!("{value:.decimals$} ({n})")
    };
    let check = done(matters.verdict())
        .with(
            said(baseline, before.logarithms.len()),
            said(measured, now.logarithms.len()),
            format!("×{:.3}", (measured - baseline).exp()),
        )
        .because(format!("{place}, where a factor of {tolerance} is tolerated"))
        .sized(slower);
    Some(match Welch::of(&before.logarithms, &now.logarithms) {
        None => check,
        Some(welch) => {
            let (less, greater) = (welch.p_less(), welch.p_greater());
            let (worse, better) = if quantity.larger_is_slower { (greater, less) } else { (less, greater) };
            check.tested(worse, Some(better), matters)
        }
    })
}

/// A processor with the instructions that it was used with: to use others is to have another.
fn on(record: &Record, device: &str) -> String {
    format!("{device} {}", record.instruction_set)
}

/// The measurements of one side.
struct TimedSide {
    logarithms: Vec<f64>,
    devices: BTreeSet<String>,
    ways: BTreeSet<String>,
    doubted: bool,
}

impl TimedSide {
    fn of(quantity: &TimedQuantity, values: &Values) -> TimedSide {
        let timed = || values.found.iter().map(|(record, _)| *record);
        TimedSide {
            logarithms: values.found.iter().map(|(_, value)| value.ln()).collect(),
            devices: timed().map(|record| (quantity.device)(record)).collect(),
            ways: timed().map(quantity.way).collect(),
            doubted: timed().any(|record| !(quantity.doubt)(record).is_empty()),
        }
    }
}
