//! From options to a checked plan with its data set.

use super::data::DataSet;
use super::report::{own_recipes, rate};
use super::{Experiment, Plan, PlanRequest, PlannedTrial, changes, latency, profile, structure, weights};
use crate::device::DevicesChoice;
use crate::options::TrainingOptions;
use crate::ranks::launched;
use crate::slurm::Executor;
use crate::stdio;
use crate::worker_client::Worker;
use anyhow::{Context, anyhow, bail};
use records::words::MACS;
use records::{RunDirectory, files};
use sparsity::{Override, Settings};
use suites::Suite;
use suites::preset::Preset;

/// A plan that can be carried out.
pub struct PreparedPlan {
    /// The plan.
    pub plan: Plan,
    /// Its data set.
    pub data: DataSet,
    /// Its trials.
    pub trials: Vec<PlannedTrial>,
}

/// Chooses the profile, checks the plan, then finds or generates the data. In a dry run nothing is written.
pub fn prepare(
    options: &TrainingOptions,
    experiment: Experiment,
    worker: &Worker,
) -> anyhow::Result<PreparedPlan> {
    let suite = experiment.suite;
    if options.assume_data && !options.shows_plan() {
        bail!("data can be assumed for a plan only; add --dry-run or --calibrate");
    }
    if !options.quiet {
        changes::repeated(&options.set).into_iter().for_each(stdio::say);
    }
    let settings = of_data(options, suite)?;
    let given = options.data.as_deref().map(|folder| DataSet::read(suite, folder, &settings)).transpose()?;
    let (preset, data) = choose(options, suite, given, &settings, worker)?;
    let plan = Plan::new(PlanRequest::new(options, experiment, preset)?)?;
    // Whoever starts the ranks is held to their number before anything is written.
    if launched(options.ranks())?.is_some() && options.free_only {
        bail!(
            "ranks that torchrun or srun started train the same trials in the same order, which --free-only leaves open; leave \
             it out"
        );
    }
    for row in &plan.rows {
        (suite.recipe)(&row.recipe).check_ranks(options.ranks() as u64)?;
    }
    let batch_is_set = plan.request.changes.iter().any(|change| change.key == "batch_size");
    let recipe = plan.rows.first().map(|row| (suite.recipe)(&row.recipe));
    if let Some(recipe) = recipe.filter(|recipe| recipe.scaling.is_some() && batch_is_set)
        && !options.quiet
        && !options.shows_plan()
    {
        stdio::say(rate(&recipe));
    }
    if !options.quiet && !options.shows_plan() {
        own_recipes(&plan).iter().for_each(stdio::say);
    }
    let preset = &plan.request.preset;
    let data = match (data, &preset.synthetic) {
        (Some(data), _) => data,
        (None, Some(set)) => {
            let mut data = DataSet::generated(suite, &options.out, set, &settings, options.only_plans())?;
            data.identity.notes.extend(named_in_vain(suite));
            data
        }
        // Data that are there and cannot be used are an error all the same.
        (None, None) if options.assume_data && !suite.usual_folder().exists() => DataSet::assumed(suite),
        (None, None) => DataSet::read(suite, &suite.usual_folder(), &settings).with_context(|| {
            let variable = suite.variable.map(|name| format!(" or in {name}")).unwrap_or_default();
            let assume = "; --assume-data plans without them";
            let assume = if options.shows_plan() && !options.assume_data { assume } else { "" };
            format!(
                "profile {} needs the real data; name their folder with --data{variable}{assume}",
                preset.name
            )
        })?,
    };
    if options.strict {
        data.refuse_unusable()?;
    }
    if !options.quiet && !options.shows_plan() {
        data.identity.notes.iter().for_each(stdio::say);
    }
    let trials = plan.resolved_trials(&data.identity)?;
    if plan.request.latency.as_ref().is_some_and(|latency| latency.latency_table == MACS) && !options.quiet {
        stdio::say("multiply-accumulates are used as a latency proxy (--lut names a latency table)");
    }
    if !options.quiet && !options.shows_plan() {
        let warnings = structure::warnings(&trials, data.identity.train, preset);
        warnings.iter().for_each(|warning| stdio::say(format!("warning: {warning}")));
    }
    if let Some((file, _)) = options.weights_file() {
        let found = weights::check(&trials, file)?;
        found.iter().filter(|_| !options.quiet).for_each(stdio::say);
    }
    // What is done was checked as it was then.
    let is_missing = |trial: &&PlannedTrial| {
        let run = RunDirectory::of(&options.out, &trial.spec.key());
        trial.spec.target.channels().is_some() && !run.file(files::COMMITTED).exists()
    };
    let missing = trials.iter().filter(is_missing);
    latency::check(missing, options.latency_table(), data.identity.train)?;
    Ok(PreparedPlan { plan, data, trials })
}

/// The settings that say what of the data is used. They come from the command line alone: a data set is looked at
/// before there is a profile, and no profile changes them.
fn of_data(options: &TrainingOptions, suite: &Suite) -> anyhow::Result<Settings> {
    let changes: Vec<Override> = options.set.iter().map(PlanRequest::from_user).collect();
    Ok(changes::resolve((suite.settings)(), &[], &changes)?)
}

/// What is to be said where the suite's variable names a folder that is not there, and synthetic images take its place.
fn named_in_vain(suite: &Suite) -> Option<String> {
    let (variable, folder) = (suite.variable?, suite.named_folder()?);
    (!folder.exists()).then(|| {
        let folder = folder.display();
        format!("{variable} names {folder}, which is not there: the images are synthetic, as usual in this profile")
    })
}

/// The profile, and the data set if it is known already. Without --data, a profile that trains
/// on synthetic images does so even where the real data are in their usual folder.
fn choose(
    options: &TrainingOptions,
    suite: &Suite,
    given: Option<DataSet>,
    settings: &Settings,
    worker: &Worker,
) -> anyhow::Result<(Preset, Option<DataSet>)> {
    if let Some(name) = &options.profile {
        return Ok((preset(suite, name)?, given));
    }
    if options.slurm.executor() == Executor::Slurm {
        bail!(
            "name a profile with --profile: which one is usual depends on the devices, and those of the nodes are not known here"
        );
    }
    let usual = suite.usual_folder();
    let found = match given.clone() {
        Some(data) => Ok(data),
        None => DataSet::read(suite, &usual, settings),
    };
    let real = match &found {
        Ok(data) if data.is_real(suite) => Ok(data.folder.display().to_string()),
        Ok(data) => {
            Err(format!("{} holds {}, not the real data", data.folder.display(), data.identity.dataset))
        }
        Err(_) => Err(format!("the real data are not in {}", usual.display())),
    };
    let (name, reason) = profile::automatic(real, || cuda(&options.device, worker));
    if !options.quiet {
        stdio::say(format!("profile {name}, because {reason} (--profile chooses another)"));
    }
    let preset = preset(suite, name)?;
    let data = if preset.synthetic.is_some() { given } else { found.ok() };
    Ok((preset, data))
}

fn preset(suite: &Suite, name: &str) -> anyhow::Result<Preset> {
    let found = suite.preset(name);
    found.ok_or_else(|| {
        anyhow!("suite {} has no profile `{name}`; `harness list profiles` lists them", suite.name)
    })
}

/// The first CUDA device to use in words, or why there is none.
fn cuda(choice: &DevicesChoice, worker: &Worker) -> Result<String, String> {
    if choice.is_processor() {
        return Err("--device cpu was asked for".into());
    }
    let machine = worker.machine();
    let machine = machine.map_err(|error| format!("cannot query the worker for CUDA devices: {error:#}"))?;
    machine.devices.first().cloned().ok_or_else(|| "there is no CUDA device".into())
}
