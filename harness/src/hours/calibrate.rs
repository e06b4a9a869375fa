//! Times some steps of every kind that a plan has, on the device at hand, and keeps the result.

use super::kind::kind;
use super::step_times::timed;
use super::{StepTimes, Workload};
use crate::jobs;
use crate::options::TrainingOptions;
use crate::plan::{PlannedTrial, PreparedPlan};
use crate::stdio;
use crate::worker_client::{Worker, ask};
use anyhow::{Context, anyhow, bail};
use sparsity::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use suites::{SyntheticSet, counted};
use trial::protocol::{Device, StepTimesJob};
use trial::{Event, Job, TrialSpec};

/// How many steps of a kind are timed, and for how many seconds at most.
const STEPS: u64 = 20;
const SECONDS: f64 = 30.0;
/// Images that are generated where the data set is not there.
const IMAGES: SyntheticSet = SyntheticSet { classes: 10, train: 1024, test: 100, seed: 0 };
/// The longest training that the recipes allow, in epochs.
const MOST_EPOCHS: f64 = 1e5;

/// Times the kinds of steps of the plan's trials and adds them to the step times of its results.
pub fn calibrate(prepared: &PreparedPlan, options: &TrainingOptions, worker: &Worker) -> anyhow::Result<()> {
    let device = worker.device(options.device.first())?;
    let name = worker.machine()?.name(device).unwrap_or_default().to_string();
    let scratch = tempfile::tempdir()
        .context("cannot create a temporary folder; set TMPDIR to one that is writable")?;
    let data = TimedData::of(prepared, scratch.path())?;
    // What is wrong with the file is said before anything is timed.
    StepTimes::read(&options.out)?;
    let mut known: Vec<(Workload, String)> = Vec::new();
    for trial in &prepared.trials {
        let workload = Workload::of(trial);
        let trial = data.trial(trial)?;
        let places = places(&trial, data.images);
        let new: Vec<(String, u64)> = places
            .into_iter()
            .filter(|(kind, _)| !known.contains(&(workload.clone(), kind.clone())))
            .collect();
        if new.is_empty() {
            continue;
        }
        let (method, batch) = (&trial.spec.method, workload.batch);
        let what = counted(new.len(), "kind of step", "kinds of steps");
        if !options.quiet {
            stdio::say(format!(
                "timing {what} of {method}, {}, batch {batch}, on {name} ({device})",
                workload.model
            ));
        }
        let seconds = ask_worker(
            &trial.spec,
            &data.folder,
            device,
            options,
            worker,
            new.iter().map(|(_, place)| *place),
        )?;
        let mut found = Vec::new();
        for ((kind, _), seconds) in new.into_iter().zip(seconds) {
            found.push(timed(&name, &device.to_string(), &workload, &kind, seconds));
            known.push((workload.clone(), kind));
        }
        StepTimes::add(&options.out, found)?;
    }
    if !options.quiet {
        stdio::say(format!("step times are in {}", StepTimes::path(&options.out).display()));
    }
    Ok(())
}

/// The first place of each kind of step in the schedule of a trial.
fn places(trial: &PlannedTrial, images: usize) -> BTreeMap<String, u64> {
    let method = trial.method(images);
    let mut places = BTreeMap::new();
    for step in 0..trial.steps(images) {
        places.entry(kind(&method.plan(step))).or_insert(step);
    }
    places
}

fn ask_worker(
    spec: &TrialSpec,
    data: &Path,
    device: Device,
    options: &TrainingOptions,
    worker: &Worker,
    places: impl Iterator<Item = u64>,
) -> anyhow::Result<Vec<f64>> {
    let job = Job::StepTimes(Box::new(StepTimesJob {
        spec: spec.clone(),
        data: std::path::absolute(data)?,
        device,
        decoders: jobs::cores(),
        cuda_graphs: !options.no_cuda_graphs,
        latency_table: options.latency_table().map(Into::into),
        places: places.collect(),
        steps: STEPS,
        seconds: SECONDS,
    }));
    let heard = |event| {
        if let Event::Warning { message } = event {
            stdio::say(format!("warning: {message}"));
        }
        Ok(())
    };
    match ask(&worker.path()?, &job, || false, heard)? {
        Some(Event::StepTimes(times)) => Ok(times.seconds),
        other => {
            bail!("the worker answered {other:?} instead of step times; build it again with `make build`")
        }
    }
}

/// The images that steps are timed on: those of the plan, or generated ones in their place.
struct TimedData {
    folder: PathBuf,
    /// Training images.
    images: usize,
    /// What takes the place of the planned data set in specs.
    instead: Option<Instead>,
}

struct Instead {
    dataset: String,
    fingerprint: String,
    classes: usize,
    /// How many times as many training images the planned set has.
    times: f64,
}

impl TimedData {
    fn of(prepared: &PreparedPlan, scratch: &Path) -> anyhow::Result<Self> {
        let (data, suite) = (&prepared.data, prepared.plan.request.suite);
        // A generated set that is to be generated again is not the planned one.
        let is_planned = prepared.plan.request.preset.synthetic.is_none()
            || suite
                .data
                .identify(&data.folder, &suite.default_settings())
                .is_ok_and(|found| found.fingerprint == data.identity.fingerprint);
        if data.folder.exists() && !data.assumed && is_planned {
            return Ok(Self { folder: data.folder.clone(), images: data.identity.train, instead: None });
        }
        let folder = scratch.join("images");
        let settings = suite.default_settings();
        suite.data.generate(&folder, &IMAGES).map_err(|error| anyhow!(error))?;
        let found = suite.data.identify(&folder, &settings).map_err(|error| anyhow!(error))?;
        stdio::say(
            "steps are timed on generated images, since the data set is not there; reading it is not in the times",
        );
        let instead = Instead {
            dataset: found.dataset,
            fingerprint: found.fingerprint,
            classes: found.classes,
            times: data.identity.train as f64 / found.train.max(1) as f64,
        };
        Ok(Self { folder, images: found.train, instead: Some(instead) })
    }

    /// The trial on these images, of as many steps, from its seed's weights.
    fn trial(&self, trial: &PlannedTrial) -> anyhow::Result<PlannedTrial> {
        let mut spec = TrialSpec { initial_weights: None, pretraining_cost: None, ..trial.spec.clone() };
        if let Some(instead) = &self.instead {
            let suite = suites::suite(&spec.suite)?;
            spec.dataset = instead.dataset.clone();
            spec.data_fingerprint = instead.fingerprint.clone();
            spec.classes = (instead.classes != suite.classes).then_some(instead.classes);
            let recipe = &trial.resolved.recipe;
            let epochs = (recipe.epochs / recipe.length * instead.times).clamp(1.0, MOST_EPOCHS);
            spec.recipe.insert("epochs".into(), Value::Float(epochs));
        }
        Ok(PlannedTrial::new(spec)?)
    }
}
