//! Whether the trials of a condition ran, each seed once, and completed.

use records::Record;

use crate::evidence::condition::Condition;
use crate::evidence::trials::repeated_seed;

use super::check::{Check, CheckKind, CheckOutcome};
use super::presence::is_larger_share;

/// The check of a condition's trials; `new` are the conditions that the baseline does not have.
pub fn check(condition: &Condition, before: &[&Record], now: &[&Record], new: &[Condition]) -> Check {
    let of = |verdict, why: String| {
        Check::of(CheckKind::Trials, "trials", verdict)
            .with(said(before), said(now), String::new())
            .because(why)
    };
    if now.is_empty() {
        let hint = condition.nearest(new.iter()).map(|nearest| {
            let said = condition.differences(nearest);
            let said = said.iter().map(|it| format!("{} {:?} instead of {:?}", it.column, it.there, it.here));
            format!("; the closest new condition has {}", said.collect::<Vec<_>>().join(", "))
        });
        return of(CheckOutcome::Regressed, format!("did not run{}", hint.unwrap_or_default()));
    }
    if let Some(seed) = repeated_seed(now) {
        let why = format!(
            "seed {seed} occurs more than once, so trials of several versions of the harness are mixed: use a \
             folder that holds those of one"
        );
        return of(CheckOutcome::Regressed, why);
    }
    let (failed, failed_before) = (failures(now), failures(before));
    if is_larger_share((failed.len(), now.len()), (failed_before.len(), before.len())) {
        return of(CheckOutcome::Regressed, format!("not all trials completed: {}", failed.join(", ")));
    }
    if now.len() < before.len() {
        let why = format!("only {} of the {} trials of the baseline ran", now.len(), before.len());
        return of(CheckOutcome::NotTested, why);
    }
    of(CheckOutcome::Unchanged, String::new())
}

fn said(trials: &[&Record]) -> String {
    let (n, failed) = (trials.len(), failures(trials));
    if failed.is_empty() { format!("{n} trials") } else { format!("{n} trials: {}", failed.join(", ")) }
}

/// The trials that did not complete: their seeds and their status.
fn failures(trials: &[&Record]) -> Vec<String> {
    let failed = trials.iter().filter(|record| !record.is_ok());
    failed.map(|record| format!("seed {} {}", record.seed, record.status)).collect()
}
