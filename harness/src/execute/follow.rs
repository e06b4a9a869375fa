//! What a rank does that torchrun or srun started beside the first: it trains what rank 0 trains, in the same order, and
//! writes nothing. Which trials those are it sees from the plan and the folder of results, as rank 0 does.

use crate::jobs;
use crate::options::TrainingOptions;
use crate::plan::PreparedPlan;
use crate::ranks::{Launched, launched};
use crate::stdio;
use crate::trial_status::TrialStatus;
use crate::worker_client::{Worker, listen, start};
use records::RunDirectory;
use std::collections::BTreeSet;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use trial::protocol::{Device, Ranks, TrainJob};
use trial::{Event, Exit, Job, TrialSpec};

/// Trains, as one of the ranks, the trials of the plan that are not finished; none if this process is no rank beside the
/// first.
pub fn follow(
    prepared: &PreparedPlan,
    options: &TrainingOptions,
    worker: &Worker,
) -> anyhow::Result<Option<Exit>> {
    let Some(launched) = launched(options.ranks())?.filter(Launched::follows) else { return Ok(None) };
    let device = device(options, worker, &launched)?;
    let path = worker.path()?;
    let mut worst = Exit::Done;
    for spec in in_order(missing(prepared, &options.out)) {
        let directory = RunDirectory::of(&options.out, &spec.key());
        let Some(init) = initial_weights(&spec, options) else { continue };
        let job = TrainJob {
            device,
            decoders: jobs::cores_of(&launched),
            cuda_graphs: !options.no_cuda_graphs,
            strict: options.strict,
            initial_weights: init,
            latency_table: options.latency_table().map(Into::into),
            ranks: Some(Ranks { place: Some(launched.place.clone()), ..Ranks::here(options.ranks()) }),
            ..TrainJob::new(directory.path().into(), prepared.data.folder.clone())
        };
        let exit = train(&path, job, launched.place.rank)?;
        worst = worst.max(exit);
        if matches!(exit, Exit::Interrupted | Exit::OutOfTime) {
            break;
        }
    }
    Ok(Some(worst))
}

/// The device of this rank.
pub fn device(options: &TrainingOptions, worker: &Worker, launched: &Launched) -> anyhow::Result<Device> {
    let devices = worker.devices(&options.device)?;
    if devices == [Device::Cpu] {
        return Ok(Device::Cpu);
    }
    launched.device(&devices, worker.machine()?.devices.len())
}

/// The trials that rank 0 is to train: all that are not committed.
fn missing(prepared: &PreparedPlan, out: &Path) -> Vec<TrialSpec> {
    let specs = prepared.trials.iter().map(|trial| &trial.spec);
    let is_missing = |spec: &&TrialSpec| TrialStatus::of(&RunDirectory::of(out, &spec.key())).is_missing();
    specs.filter(is_missing).cloned().collect()
}

/// The order in which one trial after another is trained: as planned, but each after the one whose weights it starts from.
fn in_order(mut specs: Vec<TrialSpec>) -> Vec<TrialSpec> {
    let mut open: BTreeSet<String> = specs.iter().map(TrialSpec::key).collect();
    let mut ordered = Vec::new();
    loop {
        let ready = |spec: &TrialSpec| spec.initial_trial().is_none_or(|key| !open.contains(key));
        let Some(next) = specs.iter().position(ready) else { return ordered };
        let spec = specs.remove(next);
        open.remove(&spec.key());
        ordered.push(spec);
    }
}

/// The weights that `spec` starts from, if any; none at all if the trial that was to give them has none.
fn initial_weights(spec: &TrialSpec, options: &TrainingOptions) -> Option<Option<PathBuf>> {
    match spec.initial_trial() {
        None => Some(options.weights_file().map(|(file, _)| file.into())),
        Some(key) => TrialStatus::weights(&RunDirectory::of(&options.out, key)).ok().flatten().map(Some),
    }
}

fn train(worker: &Path, job: TrainJob, rank: usize) -> anyhow::Result<Exit> {
    let mut child = start(worker, &Job::Train(job), |command| {
        command.stderr(Stdio::inherit());
    })?;
    if let Some(output) = child.stdout.take() {
        listen(BufReader::new(output), |event| -> ControlFlow<()> {
            if let Event::Failed { message } = event {
                stdio::say(format!("rank {rank}: {message}"));
            }
            ControlFlow::Continue(())
        });
    }
    Ok(child.wait()?.code().and_then(Exit::from_code).unwrap_or(Exit::TrialFailed))
}
