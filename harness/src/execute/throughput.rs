//! The throughput of what a plan has pruned, measured once all of it is trained:
//! side by side in one process, with nothing else of the plan running.

use crate::options::TrainingOptions;
use crate::plan::PreparedPlan;
use crate::stdio;
use crate::throughput::{FpsOptions, NamedNetwork, measure};
use crate::trial_status::TrialStatus;
use crate::worker_client::Worker;
use anyhow::Context;
use records::{FpsRow, FpsStore, Metric, RunDirectory, open_lock};
use std::fs::{File, TryLockError};
use std::io::Write;
use std::time::Duration;
use trial::protocol::{Precision, Protocol};
use trial::{Target, TrialSpec};

/// Least time of a measurement, seconds a network: enough for an interval, or for synthetic images to show that it
/// works.
const SECONDS: f64 = 3.0;
const SECONDS_OF_SYNTHETIC: f64 = 0.5;

/// Whoever holds this file of a folder of results measures there. It has a line in it until that was done.
const LOCK: &str = ".measuring.lock";
const UNDONE: &[u8] = b"not done\n";
/// How often it is asked for where another program has it.
const PERIOD: Duration = Duration::from_millis(200);

/// Images in a forward pass of a detector: detectors are published with the time of one image.
const BATCH_OF_DETECTION: usize = 1;

/// What came of a measurement.
#[derive(Debug, PartialEq, Eq)]
pub enum Measured {
    /// Nothing lacks its throughput any more, or another program sees to that.
    All,
    /// It was stopped, and something lacks it.
    Interrupted,
}

/// Measures the networks of a plan of latencies that have no throughput yet, beside the dense one, unless `stopped`. One program
/// does it at a time; others of `--free-only` leave it to that one, and the rest wait. Where it `only_resumes`, nothing is done unless
/// a program was stopped that did it.
pub fn measure_what_lacks(
    prepared: &PreparedPlan,
    options: &TrainingOptions,
    worker: &Worker,
    only_resumes: bool,
    stopped: impl Fn() -> bool,
) -> anyhow::Result<Measured> {
    if prepared.plan.request.latency.is_none() || lacking(prepared, options)?.is_empty() {
        return Ok(Measured::All);
    }
    let path = options.out.join(LOCK);
    let lock = open_lock(&path).with_context(|| format!("cannot write {}", path.display()))?;
    let mut said = false;
    while is_held_elsewhere(&lock) {
        if !said && !options.quiet {
            let then = if options.free_only { "" } else { "; waiting for it" };
            stdio::say(format!("another program is measuring the throughput{then}"));
        }
        if options.free_only {
            return Ok(Measured::All);
        }
        if stopped() {
            return Ok(Measured::Interrupted);
        }
        said = true;
        std::thread::sleep(PERIOD);
    }
    if only_resumes && lock.metadata().is_ok_and(|file| file.len() == 0) {
        return Ok(Measured::All);
    }
    (&lock).write_all(UNDONE).with_context(|| format!("cannot write {}", path.display()))?;
    if stopped() {
        return Ok(Measured::Interrupted);
    }
    let measured = measure_all(prepared, options, worker, stopped);
    if !matches!(measured, Ok(Measured::Interrupted)) {
        // Otherwise somebody measures again what has been measured.
        let _ = lock.set_len(0);
    }
    measured
}

/// Whether another process has a lock, which this one has otherwise until the file is closed. Where locks are not supported,
/// nobody has it.
fn is_held_elsewhere(lock: &File) -> bool {
    matches!(lock.try_lock(), Err(TryLockError::WouldBlock))
}

/// The networks of a plan that have no throughput yet; with synthetic images, those of its first seed.
fn lacking(prepared: &PreparedPlan, options: &TrainingOptions) -> anyhow::Result<Vec<NamedNetwork>> {
    let (rows, _) = FpsStore::new(&options.out).load()?;
    let synthetic = prepared.plan.request.preset.synthetic.is_some();
    // With synthetic images it is enough to see that measuring works, for which one seed and any value will do.
    let first = prepared.trials.iter().map(|trial| trial.spec.seed).min();
    let of_interest = |spec: &TrialSpec| !synthetic || Some(spec.seed) == first;
    let counts = |row: &FpsRow| synthetic || row.valid && row.protocol == Protocol::Stable.to_string();
    let lacks = |spec: &TrialSpec| {
        let run = RunDirectory::of(&options.out, &spec.key());
        let whole = matches!(spec.target, Target::Channels(_) | Target::Dense);
        whole
            && of_interest(spec)
            && matches!(TrialStatus::weights(&run), Ok(Some(_)))
            && !rows.iter().any(|row| row.key == spec.key() && counts(row))
    };
    let lacking = prepared.trials.iter().map(|trial| &trial.spec).filter(|spec| lacks(spec));
    lacking.map(|spec| NamedNetwork::named(&spec.key(), &options.out)).collect()
}

/// Measures what lacks its throughput now that no other program measures.
fn measure_all(
    prepared: &PreparedPlan,
    options: &TrainingOptions,
    worker: &Worker,
    stopped: impl Fn() -> bool,
) -> anyhow::Result<Measured> {
    let networks = lacking(prepared, options)?;
    if networks.is_empty() {
        return Ok(Measured::All);
    }
    if !options.quiet {
        stdio::say(format!("measuring the throughput of {} networks", networks.len()));
    }
    let synthetic = prepared.plan.request.preset.synthetic.is_some();
    let detects = prepared.plan.request.suite.metric == Metric::MAP;
    let fps_options = FpsOptions {
        device: options.device.first(),
        threads: options.threads.map(usize::from),
        batches: if detects { vec![BATCH_OF_DETECTION] } else { Vec::new() },
        precisions: vec![Precision::Fp32],
        protocols: vec![Protocol::Stable],
        seconds: if synthetic { SECONDS_OF_SYNTHETIC } else { SECONDS },
        dense: true,
        fold: true,
        round_to: None,
        cuda_graphs: !options.no_cuda_graphs,
        quiet: options.quiet,
    };
    let measured = measure(&networks, &fps_options, worker, stopped)?;
    Ok(if measured.is_some() { Measured::All } else { Measured::Interrupted })
}
