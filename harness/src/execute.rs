//! Carrying out a plan: every trial in a worker process of its own, several at once on each device. A finished trial is not
//! run again.

mod cluster;
mod console;
mod devices;
mod failures;
mod fault;
mod follow;
mod inbox;
mod only_plans;
mod outcome;
mod pace;
mod process;
mod progress;
mod queue;
mod record;
mod scheduler;
mod summary;
mod throughput;

pub use cluster::carry_out;
pub use follow::follow;
pub use only_plans::only_plans;
pub use summary::summarise;

use crate::device::Device;
use crate::jobs::{self, ChosenJobs};
use crate::options::TrainingOptions;
use crate::plan::{PlannedTrial, PreparedPlan};
use crate::ranks::{first_devices, launched};
use crate::trial_status::TrialStatus;
use crate::worker_client::Worker;
use crate::{recorded, slurm, stdio};
use console::Console;
use inbox::Inbox;
use outcome::TrialOutcome;
use records::{RunDirectory, Store, files};
use scheduler::Scheduler;
use std::path::PathBuf;
use std::time::Instant;
use throughput::Measured;
use trial::Exit;
use trial::protocol::Ranks;

/// What all trials have in common.
struct Orders {
    worker: PathBuf,
    data: PathBuf,
    out: PathBuf,
    /// The devices, each with how many trials run on it at once.
    devices: Vec<(Device, usize)>,
    /// Whether trials that other programs have are left to them.
    free_only: bool,
    /// The trial that is begun with.
    first: usize,
    /// The job array that this program is an element of.
    submission: Option<String>,
    /// Threads with which each process of a trial decodes photographs.
    decoders: usize,
    /// The processes of each trial, if there are several.
    ranks: Option<Ranks>,
    strict: bool,
    cuda_graphs: bool,
    init: Option<PathBuf>,
    latency_table: Option<PathBuf>,
    deadline: Option<Instant>,
}

/// Runs the trials that are not finished yet, and says how that ended.
fn execute(prepared: &PreparedPlan, options: &TrainingOptions, worker: &Worker) -> anyhow::Result<Exit> {
    // A budget beyond what the clock can represent is no limit.
    let deadline = options.time_budget.and_then(|budget| Instant::now().checked_add(budget));
    // Until everything is measured: whoever is asked to stop says that there is something left to do.
    let inbox = Inbox::open()?;
    let store = Store::new(&options.out);
    // It is better to report a row that a rewrite would lose before hours of training than after them.
    store.check()?;
    let recorded = store.load()?;
    recorded::say(&recorded);
    let mut console = Console::new(options, prepared);
    let mut outcomes: Vec<TrialOutcome> = Vec::new();
    let mut missing = Vec::new();
    for spec in prepared.trials.iter().map(|trial| &trial.spec) {
        let directory = RunDirectory::of(&options.out, &spec.key());
        let known = recorded.records.iter().find(|record| record.key == spec.key()).cloned();
        let status = match &known {
            // Its row was held against its record. That all its files are whole is asked by whoever looks at results: of
            // many programs each would read them all.
            Some(_) if options.free_only => TrialStatus::Done,
            _ => TrialStatus::of(&directory),
        };
        let outcome = match status {
            TrialStatus::Done => {
                let record = match known {
                    Some(record) => record::of_its_threads(&directory, spec, record),
                    None => record::collect(&directory, spec, &store),
                };
                directory.tidy();
                TrialOutcome::committed(&directory, &record)
            }
            TrialStatus::Damaged(message) => {
                store.remove(&spec.key())?;
                TrialOutcome::Refused(message)
            }
            TrialStatus::Unreadable(message) => TrialOutcome::Refused(message),
            TrialStatus::Started | TrialStatus::New => {
                missing.push(spec.clone());
                continue;
            }
        };
        console.found(spec, &outcome);
        outcomes.push(outcome);
    }
    let nothing_missing = missing.is_empty();
    if !nothing_missing {
        if !outcomes.is_empty() {
            console.say(&format!("{} of {} trials are done already", outcomes.len(), prepared.trials.len()));
        }
        let ChosenJobs { each, why } = jobs(prepared, options, worker)?;
        if let Some(why) = why {
            console.say(&why);
        }
        let devices = trial_devices(options, worker)?;
        if let Some(kinds) = kinds(&devices, worker) {
            console.say(&kinds);
        }
        let each = each.into_iter().map(|jobs| jobs.min(missing.len()));
        let devices = devices.into_iter().zip(each).collect();
        let orders = orders(prepared, options, worker, devices, missing.len(), deadline)?;
        outcomes.extend(Scheduler::new(&orders, &store, &mut console, &inbox, missing).run()?);
    }
    console.close();
    let exit = outcome::overall(&outcomes);
    // Of programs that share a plan, the one that ends its last trial measures what all of them trained.
    if options.free_only && !all_committed(prepared, options) {
        return Ok(exit);
    }
    let late = deadline.is_some_and(|deadline| deadline <= Instant::now());
    if late || matches!(exit, Exit::Interrupted | Exit::OutOfTime) {
        return Ok(exit);
    }
    // A program that found everything trained measures only if another was stopped while it measured.
    let only_resumes = options.free_only && nothing_missing;
    let stopped = || inbox.is_signalled();
    Ok(match throughput::measure_what_lacks(prepared, options, worker, only_resumes, stopped) {
        Ok(Measured::All) => exit,
        Ok(Measured::Interrupted) => {
            stdio::say("interrupted: the throughput is not measured; run the same command to measure it");
            Exit::Interrupted
        }
        // What is trained can be shown without its throughput.
        Err(error) => {
            stdio::say(format!("the throughput could not be measured: {error:#}"));
            if exit == Exit::Done { Exit::TrialFailed } else { exit }
        }
    })
}

/// Whether every trial of the plan has a result.
fn all_committed(prepared: &PreparedPlan, options: &TrainingOptions) -> bool {
    let marker =
        |trial: &PlannedTrial| RunDirectory::of(&options.out, &trial.spec.key()).file(files::COMMITTED);
    prepared.trials.iter().all(|trial| marker(trial).exists())
}

fn orders(
    prepared: &PreparedPlan,
    options: &TrainingOptions,
    worker: &Worker,
    devices: Vec<(Device, usize)>,
    trials: usize,
    deadline: Option<Instant>,
) -> anyhow::Result<Orders> {
    let at_once = devices.iter().map(|(_, jobs)| *jobs).sum::<usize>().clamp(1, trials.max(1));
    let count = options.ranks();
    let (ranks, decoders) = match launched(count)? {
        Some(launched) => {
            let cores = jobs::cores_of(&launched);
            (Some(Ranks { place: Some(launched.place), ..Ranks::here(count) }), cores)
        }
        None => ((count > 1).then(|| Ranks::here(count)), (jobs::cores() / (at_once * count)).max(1)),
    };
    Ok(Orders {
        worker: worker.path()?,
        data: prepared.data.folder.clone(),
        out: options.out.clone(),
        devices,
        free_only: options.free_only,
        first: if options.free_only { slurm::element() } else { 0 },
        submission: slurm::submission().filter(|_| options.free_only),
        decoders,
        ranks,
        strict: options.strict,
        cuda_graphs: !options.no_cuda_graphs,
        init: options.weights_file().map(|(file, _)| file.into()),
        latency_table: options.latency_table().map(Into::into),
        deadline,
    })
}

/// The devices on which trials begin: of those that are asked for the first of every group of ranks.
fn trial_devices(options: &TrainingOptions, worker: &Worker) -> anyhow::Result<Vec<Device>> {
    let ranks = options.ranks();
    if let Some(launched) = launched(ranks)? {
        return Ok(vec![follow::device(options, worker, &launched)?]);
    }
    let devices = worker.devices(&options.device)?;
    match ranks {
        1 => Ok(devices),
        _ => first_devices(&devices, ranks, || Ok(worker.machine()?.devices.len())),
    }
}

/// What is to be said where devices are of several kinds.
fn kinds(devices: &[Device], worker: &Worker) -> Option<String> {
    if devices.len() < 2 {
        return None;
    }
    let machine = worker.machine().ok()?;
    let mut names: Vec<&str> = devices.iter().filter_map(|device| machine.name(*device)).collect();
    names.sort();
    names.dedup();
    (names.len() > 1).then(|| {
        format!(
            "the devices are of several kinds ({}), which round differently; name those of one kind with --device to compare \
             results bit for bit",
            names.join(", ")
        )
    })
}

/// How many trials of the plan run at once on each device.
pub fn jobs(
    prepared: &PreparedPlan,
    options: &TrainingOptions,
    worker: &Worker,
) -> anyhow::Result<ChosenJobs> {
    let devices = trial_devices(options, worker)?;
    if launched(options.ranks())?.is_some() {
        // The others were started for one trial at a time, too.
        return Ok(ChosenJobs { each: vec![1; devices.len()], why: None });
    }
    let usual = || match devices[..] {
        [Device::Cpu] => {
            ChosenJobs::on_processor(&prepared.trials, prepared.data.identity.train, options.ranks())
        }
        _ => ChosenJobs { each: vec![1; devices.len()], why: None },
    };
    ChosenJobs::of(options.jobs, usual, &devices, worker, &options.out)
}
