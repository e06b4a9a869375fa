//! Times, in passes of a reference workload that was timed in the same run.
//!
//! What machines and their moods do to a network they do to the reference too, so the ratio of the
//! two carries from run to run. It still depends on the device, and timings are noisy by a factor
//! rather than by an amount: their logarithms are tested.

use std::collections::BTreeSet;

use crate::compare::digits::decimals;
use crate::record::Record;
use crate::statistics::{Welch, mean};

use super::check::{Check, Kind, Matters, Verdict};
use super::rule::{LOOSE, SAME_DEVICE};

/// A relative time, and what must be known of its measurement.
struct Quantity {
    kind: Kind,
    name: &'static str,
    value: fn(&Record) -> Option<f64>,
    /// Where it was measured.
    device: fn(&Record) -> &str,
    /// Why the measurement is in doubt; empty if it is not.
    doubt: fn(&Record) -> &str,
    /// How it was measured; only what was measured in one way can be compared.
    way: fn(&Record) -> String,
    /// Whether a larger value is a slower network.
    larger_is_slower: bool,
}

const QUANTITIES: [Quantity; 2] = [
    Quantity {
        kind: Kind::StepTime,
        name: "step_per_reference",
        value: |record| record.step_per_reference,
        device: |record| &record.device,
        doubt: |_| "",
        way: |_| String::new(),
        larger_is_slower: true,
    },
    Quantity {
        kind: Kind::Throughput,
        name: "fps_per_reference",
        value: |record| record.fps_per_reference,
        device: |record| &record.fps_device,
        doubt: |record| &record.fps_doubt,
        way: |record| {
            let batch = record.fps_batch.map(|batch| batch.to_string()).unwrap_or_default();
            format!("batch {batch}, {}", record.fps_precision)
        },
        larger_is_slower: false,
    },
];

/// The checks of trials that ended as planned.
pub fn checks(before: &[&Record], now: &[&Record]) -> Vec<Check> {
    QUANTITIES.iter().filter_map(|quantity| check(quantity, before, now)).collect()
}

fn check(quantity: &Quantity, before: &[&Record], now: &[&Record]) -> Option<Check> {
    let (before, now) = (Timed::of(quantity, before), Timed::of(quantity, now));
    let done = |verdict| Check::of(quantity.kind, quantity.name, verdict);
    let baseline = mean(&before.logarithms)?;
    let Some(measured) = mean(&now.logarithms) else {
        return Some(done(Verdict::NotTested).because("it was not measured now"));
    };
    if before.ways != now.ways || now.ways.len() > 1 {
        let said = |ways: &BTreeSet<String>| Vec::from_iter(ways.iter().cloned()).join(" and ");
        let (there, here) = (said(&before.ways), said(&now.ways));
        return Some(
            done(Verdict::NotTested).because(format!("measured with {here}, the baseline with {there}")),
        );
    }

    let (place, tolerance) = match before.devices == now.devices {
        false => ("on another device than the baseline's", LOOSE),
        true if before.doubted || now.doubted => ("with measurements in doubt", LOOSE),
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
        .because(format!("{place}, where {tolerance} is tolerated"))
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

/// The measurements of one side.
struct Timed {
    logarithms: Vec<f64>,
    devices: BTreeSet<String>,
    ways: BTreeSet<String>,
    doubted: bool,
}

impl Timed {
    fn of(quantity: &Quantity, records: &[&Record]) -> Timed {
        let value = |record: &Record| (quantity.value)(record).filter(|value| *value > 0.0);
        let timed = || records.iter().copied().filter(|record| value(record).is_some());
        Timed {
            logarithms: timed().filter_map(value).map(f64::ln).collect(),
            devices: timed().map(|record| (quantity.device)(record).to_string()).collect(),
            ways: timed().map(quantity.way).collect(),
            doubted: timed().any(|record| !(quantity.doubt)(record).is_empty()),
        }
    }
}
