//! The throughput of what a plan has pruned, measured once all of it is trained:
//! side by side in one process, with nothing else of the plan running.

use crate::options::TrainingOptions;
use crate::plan::PreparedPlan;
use crate::stdio;
use crate::throughput::{FpsOptions, NamedNetwork, measure};
use crate::trial_status::TrialStatus;
use crate::worker_client::Worker;
use records::{FpsRow, FpsStore, Metric, RunDirectory};
use trial::protocol::{Precision, Protocol};
use trial::{Target, TrialSpec};

/// Least time of a measurement, seconds a network: enough for an interval, or for synthetic images to show that it
/// works.
const SECONDS: f64 = 3.0;
const SECONDS_OF_SYNTHETIC: f64 = 0.5;

/// Images in a forward pass of a detector: detectors are published with the time of one image.
const BATCH_OF_DETECTION: usize = 1;

/// Measures the networks of a plan of latencies that have no throughput yet, beside the dense one.
pub fn measure_what_lacks(
    prepared: &PreparedPlan,
    options: &TrainingOptions,
    worker: &Worker,
) -> anyhow::Result<()> {
    if prepared.plan.request.latency.is_none() {
        return Ok(());
    }
    let (rows, _) = FpsStore::new(&options.out).load()?;
    let synthetic = prepared.plan.request.preset.synthetic.is_some();
    // With synthetic images it is enough that something was measured.
    let counts = |row: &FpsRow| synthetic || row.valid && row.protocol == Protocol::Stable.to_string();
    let lacks = |spec: &TrialSpec| {
        let run = RunDirectory::of(&options.out, &spec.key());
        let whole = matches!(spec.target, Target::Channels(_) | Target::Dense);
        whole
            && matches!(TrialStatus::weights(&run), Ok(Some(_)))
            && !rows.iter().any(|row| row.key == spec.key() && counts(row))
    };
    let lacking = prepared.trials.iter().map(|trial| &trial.spec).filter(|spec| lacks(spec));
    let networks = lacking.map(|spec| NamedNetwork::named(&spec.key(), &options.out));
    let networks = networks.collect::<anyhow::Result<Vec<_>>>()?;
    if networks.is_empty() {
        return Ok(());
    }
    if !options.quiet {
        stdio::say(format!("measuring the throughput of {} networks", networks.len()));
    }
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
    measure(&networks, &fps_options, worker)?;
    Ok(())
}
