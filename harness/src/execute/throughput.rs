//! The throughput of what a plan has pruned, measured once all of it is trained:
//! side by side in one process, with nothing else of the plan running.

use super::State;
use crate::measure::{Settings, Target, measure};
use crate::options::RunOptions;
use crate::plan::Prepared;
use crate::stdio;
use records::{FpsRow, FpsStore};
use trial::measure::{Precision, Protocol};
use trial::{RunDirectory, Target as Pruned, TrialSpec};

/// Least time of a measurement, seconds a network: enough for an interval, or for drawings to show that it works.
const SECONDS: f64 = 3.0;
const SECONDS_OF_DRAWINGS: f64 = 0.5;

/// Measures the networks of a plan of latencies that have no throughput yet, beside the dense one.
pub fn measure_what_lacks(prepared: &Prepared, options: &RunOptions) -> anyhow::Result<()> {
    if prepared.plan.request.latency.is_none() {
        return Ok(());
    }
    let (rows, _) = FpsStore::new(&options.out).load()?;
    let drawings = prepared.plan.request.preset.generated.is_some();
    // Of drawings it is enough that something was measured.
    let counts = |row: &FpsRow| drawings || row.valid && row.protocol == Protocol::Stable.to_string();
    let lacks = |spec: &&TrialSpec| {
        let run = RunDirectory::of(&options.out, &spec.key());
        let whole = matches!(spec.target, Pruned::Channels(_) | Pruned::Dense);
        whole
            && State::weights(&run).is_some()
            && !rows.iter().any(|row| row.key == spec.key() && counts(row))
    };
    let targets = prepared.trials.iter().filter(lacks).map(|spec| Target::named(&spec.key(), &options.out));
    let targets = targets.collect::<anyhow::Result<Vec<_>>>()?;
    if targets.is_empty() {
        return Ok(());
    }
    if !options.quiet {
        stdio::say(format!("measuring the throughput of {} networks", targets.len()));
    }
    let settings = Settings {
        device: options.device,
        threads: options.threads.map(usize::from),
        batches: Vec::new(),
        precisions: vec![Precision::Fp32],
        protocols: vec![Protocol::Stable],
        seconds: if drawings { SECONDS_OF_DRAWINGS } else { SECONDS },
        dense: true,
        fold: true,
        round_to: None,
        quiet: options.quiet,
    };
    measure(&targets, &settings)?;
    Ok(())
}
