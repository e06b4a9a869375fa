//! Carrying out a plan: every trial in a worker process of its own, several at
//! once if asked for. A finished trial is not run again.

mod console;
mod outcome;
mod pace;
mod process;
mod progress;
mod queue;
mod record;
mod scheduler;
mod summary;
mod throughput;

pub use summary::summarise;

use crate::device::Device;
use crate::hours;
use crate::jobs::{self, ChosenJobs, JobsChoice};
use crate::options::TrainingOptions;
use crate::output;
use crate::plan::{PreparedPlan, label};
use crate::plan_file::{Asked, SavedPlan};
use crate::recorded;
use crate::stdio;
use crate::trial_status::TrialStatus;
use crate::worker_client::Worker;
use anyhow::bail;
use console::Console;
use outcome::TrialOutcome;
use records::{RunDirectory, Store};
use scheduler::Scheduler;
use std::path::{Path, PathBuf};
use std::time::Instant;
use suites::counted;
use trial::Exit;

/// What all trials have in common.
struct Orders {
    worker: PathBuf,
    data: PathBuf,
    out: PathBuf,
    devices: Vec<Device>,
    jobs: usize,
    /// Threads of each trial that decode photographs.
    decoders: usize,
    strict: bool,
    cuda_graphs: bool,
    init: Option<PathBuf>,
    latency_table: Option<PathBuf>,
    deadline: Option<Instant>,
}

/// Runs the trials that are not finished yet, and says how that ended.
pub fn execute(prepared: &PreparedPlan, options: &TrainingOptions, worker: &Worker) -> anyhow::Result<Exit> {
    // A budget beyond what the clock can represent is no limit.
    let deadline = options.time_budget.and_then(|budget| Instant::now().checked_add(budget));
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
        let outcome = match TrialStatus::of(&directory) {
            TrialStatus::Done => {
                let known = recorded.records.iter().find(|record| record.key == spec.key()).cloned();
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
    if !missing.is_empty() {
        if !outcomes.is_empty() {
            console.say(&format!("{} of {} trials are done already", outcomes.len(), prepared.trials.len()));
        }
        let ChosenJobs { number, why } = jobs(prepared, options, worker)?;
        if let Some(why) = why {
            console.say(&why);
        }
        let orders = orders(prepared, options, worker, number.min(missing.len()), deadline)?;
        outcomes.extend(Scheduler::new(&orders, &store, &mut console, missing)?.run()?);
    }
    console.close();
    let exit = outcome::overall(&outcomes);
    let late = deadline.is_some_and(|deadline| deadline <= Instant::now());
    if late || matches!(exit, Exit::Interrupted | Exit::OutOfTime) {
        return Ok(exit);
    }
    // What is trained can be shown without its throughput.
    if let Err(error) = throughput::measure_what_lacks(prepared, options, worker) {
        stdio::say(format!("the throughput could not be measured: {error:#}"));
        return Ok(if exit == Exit::Done { Exit::TrialFailed } else { exit });
    }
    Ok(exit)
}

fn orders(
    prepared: &PreparedPlan,
    options: &TrainingOptions,
    worker: &Worker,
    jobs: usize,
    deadline: Option<Instant>,
) -> anyhow::Result<Orders> {
    let devices = worker.devices(options.device)?;
    Ok(Orders {
        worker: worker.path()?,
        data: prepared.data.folder.clone(),
        out: options.out.clone(),
        devices,
        jobs,
        decoders: (jobs::cores() / jobs).max(1),
        strict: options.strict,
        cuda_graphs: !options.no_cuda_graphs,
        init: options.weights_file().map(|(file, _)| file.into()),
        latency_table: options.latency_table().map(Into::into),
        deadline,
    })
}

/// How many trials of the plan run at once.
pub fn jobs(
    prepared: &PreparedPlan,
    options: &TrainingOptions,
    worker: &Worker,
) -> anyhow::Result<ChosenJobs> {
    let devices = worker.devices(options.device)?;
    let usual = || match devices[..] {
        [Device::Cpu] => ChosenJobs::on_processor(&prepared.trials, prepared.data.identity.train),
        _ => ChosenJobs { number: 1, why: None },
    };
    ChosenJobs::of(options.jobs, usual, &devices, worker, &options.out)
}

/// Where nothing is to be trained: shows the plan, or writes it to a file. Whether that is so.
pub fn only_plans(
    prepared: &PreparedPlan,
    options: &TrainingOptions,
    worker: &Worker,
    asked: &Asked,
) -> anyhow::Result<bool> {
    if let Some(plan) = &asked.plan {
        let keys: Vec<String> = prepared.trials.iter().map(|trial| trial.spec.key()).collect();
        let differs = plan.differences(keys.iter().map(String::as_str));
        // Whoever asks for something else by options knows it.
        let refuses = !options.only_plans() && asked.asks_the_same(&plan.asked);
        if let Some(what) = differs.as_ref().filter(|_| refuses) {
            bail!(
                "{what}; correct what differs, or save the plan again with --save-plan (--dry-run shows it)"
            );
        }
        differs.iter().for_each(|what| stdio::say(format!("warning: {what}")));
    }
    if options.calibrate {
        hours::calibrate(prepared, options, worker)?;
    }
    if options.shows_plan() {
        stdio::show(&dry_run(prepared, options, worker)?)?;
    }
    if let Some(file) = &options.save_plan {
        save(prepared, file, asked)?;
        if !options.quiet {
            let trials = counted(prepared.trials.len(), "trial", "trials");
            stdio::say(format!("the plan of {trials} is in {}", file.display()));
        }
    }
    Ok(options.only_plans())
}

/// Writes the plan to `file`, with the profile and the real data that were chosen, which another machine may choose
/// otherwise. Where the data are assumed, nobody knows the keys of its trials.
fn save(prepared: &PreparedPlan, file: &Path, asked: &Asked) -> anyhow::Result<()> {
    let (preset, data) = (&prepared.plan.request.preset, &prepared.data);
    // Where channels are pruned, a profile has a name of its own, which is not that of the option.
    let profile = preset.name.strip_suffix("-channels").unwrap_or(&preset.name);
    let mut asked = asked.clone().with("profile", profile);
    if preset.synthetic.is_none() && !data.assumed {
        asked = asked.with("data", &data.folder.to_string_lossy());
    }
    if let Some(option) = asked.without_text() {
        bail!(
            "the value of --{option} is not UTF-8, which a plan cannot hold; rename it, or give another path"
        );
    }
    let trials = prepared.trials.iter().filter(|_| !data.assumed);
    let trials = trials.map(|trial| (trial.spec.key(), label(&trial.spec))).collect();
    let plan = SavedPlan::new(asked, trials);
    if file.exists() {
        refuse_other(&plan, file)?;
    }
    output::write(file, plan.to_toml()?.as_bytes(), "--save-plan")
}

/// Refuses to replace what is in `file` by `plan`, unless it is the same plan, of now or of other data.
fn refuse_other(plan: &SavedPlan, file: &Path) -> anyhow::Result<()> {
    let Ok(there) = SavedPlan::read(file) else {
        bail!("{} is there and is no plan; give another file with --save-plan", file.display());
    };
    if there.asked.asks_the_same(&plan.asked) || !plan.trials.is_empty() && there.trials == plan.trials {
        return Ok(());
    }
    let first = there.trials.values().next().map(|label| format!(", such as {label}")).unwrap_or_default();
    bail!(
        "{} holds another plan: {} {} of {}{first}; give another file with --save-plan, or remove that one",
        file.display(),
        there.asked.command,
        there.asked.of,
        counted(there.trials.len(), "trial", "trials")
    )
}

/// The plan in words, with how many trials run at once where that is left to the program.
fn dry_run(prepared: &PreparedPlan, options: &TrainingOptions, worker: &Worker) -> anyhow::Result<String> {
    let report = crate::plan::report(prepared, &options.out)?;
    // Otherwise nobody asks for devices, for which libtorch has to be loaded.
    if options.jobs != Some(JobsChoice::Auto) {
        return Ok(report);
    }
    let why = jobs(prepared, options, worker)?.why;
    Ok(why.map_or(report.clone(), |why| format!("{report}\n{why}\n")))
}
