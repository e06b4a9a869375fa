//! Trainings that run side by side for a moment: their data, their workers, and how fast they are.

use super::Session;
use crate::device::Device;
use crate::limits::no_thread;
use crate::worker_client::{WorkerEnd, supervise};
use anyhow::{Context, anyhow};
use records::RunDirectory;
use records::self_check::Finding;
use sparsity::{Settings, Value};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use suites::{Identity, SUITES, Suite, SyntheticSet};
use trial::protocol::TrainJob;
use trial::{Event, Job, Target, TrialSpec};

/// What is trained.
const MODEL: &str = "wrn-22-2";
/// Steps before the first that counts: kernels are chosen, and steps recorded.
const WARM_UP: u64 = 8;
/// A trial goes on for longer than any of this takes.
const STEPS: f64 = 1e6;
/// Parts of what is timed, which differ by chance.
const PARTS: usize = 3;
/// How often it is looked how far the trials are.
const PERIOD: Duration = Duration::from_millis(20);
/// The images where the published ones are not there.
const GENERATED: SyntheticSet = SyntheticSet { classes: 10, train: 2048, test: 100, seed: 0 };

/// A data set with the training on it that is timed.
pub struct TrainingSet {
    suite: &'static Suite,
    folder: PathBuf,
    identity: Identity,
    recipe: BTreeMap<String, Value>,
    batch: u64,
}

/// One trial and where it runs.
pub struct Trial(Job);

/// Steps a second of all trials together.
pub struct Rate {
    /// The median over the parts.
    pub median: f64,
    /// Half the distance of the least and the greatest.
    pub spread: f64,
}

impl TrainingSet {
    /// The published images if they are in their usual folder, else generated ones.
    pub fn prepare(session: &Session) -> anyhow::Result<Self> {
        let publishes = |suite: &&Suite| suite.presets()[0].model == MODEL;
        let suite = SUITES.iter().find(publishes).context("no suite publishes the network")?;
        let settings = suite.default_settings();
        let usual = suite.usual_folder();
        let (folder, identity) = match suite.data.identify(&usual, &settings) {
            Ok(identity) => (std::path::absolute(usual)?, identity),
            Err(_) => generated(suite, session, &settings)?,
        };
        let cuda = session.bench.device != Device::Cpu;
        let batch = if cuda { (suite.recipe)(&settings).batch_size } else { 16 };
        let epochs = Value::Float((STEPS * batch as f64 / identity.train as f64).clamp(1.0, 1e5));
        let mut recipe =
            BTreeMap::from([("epochs".to_string(), epochs.clone()), ("evaluate_every".into(), epochs)]);
        if cuda {
            recipe.insert("precision".into(), Value::Word("bf16".into()));
        } else {
            recipe.insert("batch_size".into(), Value::Int(batch as i64));
        }
        Ok(Self { suite, folder, identity, recipe, batch })
    }

    /// Images a step.
    pub fn batch(&self) -> u64 {
        self.batch
    }

    /// The name of the images.
    pub fn dataset(&self) -> &str {
        &self.identity.dataset
    }

    /// What is trained, in words.
    pub fn title(&self) -> String {
        let precision = if self.recipe.contains_key("precision") { "bf16" } else { "fp32" };
        format!("{MODEL}, batch {}, {precision}", self.batch)
    }

    /// Images that a trial of the published recipe on the published images trains on.
    pub fn published_images(&self) -> f64 {
        /// Of the published set; a generated one is smaller.
        const TRAINING_IMAGES: f64 = 50_000.0;
        (self.suite.recipe)(&self.suite.default_settings()).epochs * TRAINING_IMAGES
    }

    /// The trial of `seed`, one of `number` at once.
    pub fn trial(&self, session: &Session, seed: u64, number: usize) -> anyhow::Result<Trial> {
        let spec = TrialSpec {
            suite: self.suite.name.into(),
            dataset: self.identity.dataset.clone(),
            data_fingerprint: self.identity.fingerprint.clone(),
            classes: None,
            model: MODEL.into(),
            initial_weights: None,
            pretraining_cost: None,
            method: "dense".into(),
            target: Target::Dense,
            seed,
            threads: NonZeroUsize::new(session.bench.threads / number).unwrap_or(NonZeroUsize::MIN),
            profile: self.suite.presets()[0].name.clone(),
            recipe: self.recipe.clone(),
            settings: BTreeMap::new(),
            method_revision: 0,
            profile_revision: 0,
        };
        let run = RunDirectory::of(&session.scratch().join(format!("{number}-at-once")), &spec.key());
        run.prepare(&spec.to_json())?;
        let device = session.bench.device;
        let job = TrainJob { device, ..TrainJob::new(run.path().into(), self.folder.clone()) };
        Ok(Trial(Job::Train(job)))
    }
}

/// Generated images in the folder for the time of a check.
fn generated(suite: &Suite, session: &Session, settings: &Settings) -> anyhow::Result<(PathBuf, Identity)> {
    let folder = std::path::absolute(session.scratch())?;
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make the folder {}; name another with --into", folder.display()))?;
    let folder = folder.join("images");
    suite.data.generate(&folder, &GENERATED).map_err(|error| anyhow!(error))?;
    let identity = suite.data.identify(&folder, settings).map_err(|error| anyhow!(error))?;
    Ok((folder, identity))
}

/// How far a trial is: when which step was done.
type Course = Vec<(Instant, u64)>;

/// Trains all of `trials` at once until it is known how fast they are; the finding if they cannot be trained, or there
/// is no time.
pub fn steps_a_second(session: &Session, trials: &[Trial]) -> Result<Rate, Finding> {
    let least = Duration::from_secs(if session.bench.device == Device::Cpu { 3 } else { 5 });
    let courses: Mutex<Vec<Course>> = Mutex::new(vec![Vec::new(); trials.len()]);
    let failure: Mutex<Option<String>> = Mutex::new(None);
    let stop = AtomicBool::new(false);
    let lock = "no thread panics with it";
    std::thread::scope(|scope| {
        for (number, Trial(job)) in trials.iter().enumerate() {
            let (courses, failure, stop) = (&courses, &failure, &stop);
            let worker = session.bench.worker.clone();
            let follow = move || {
                let ended = supervise(
                    &worker,
                    job,
                    || stop.load(Ordering::Relaxed),
                    |event| {
                        if let Event::Progress { step, .. } = event {
                            courses.lock().expect(lock)[number].push((Instant::now(), step));
                        }
                        Ok(())
                    },
                );
                let why = match ended {
                    Ok(WorkerEnd::Stopped) => return,
                    Ok(WorkerEnd::Refused(why) | WorkerEnd::Failed(why)) => why,
                    Ok(WorkerEnd::Answered(_)) => "a training ended before it was timed".into(),
                    Err(error) => format!("{error:#}"),
                };
                failure.lock().expect(lock).get_or_insert(why);
            };
            if let Err(cause) = std::thread::Builder::new().spawn_scoped(scope, follow) {
                failure.lock().expect(lock).get_or_insert(no_thread(cause).to_string());
                break;
            }
        }
        let has_failed = || failure.lock().expect(lock).is_some();
        while !session.is_over() && !has_failed() && !is_enough(&courses.lock().expect(lock), least) {
            std::thread::sleep(PERIOD);
        }
        stop.store(true, Ordering::Relaxed);
    });
    // Nothing of the runs is needed.
    let _ = std::fs::remove_dir_all(session.scratch());
    if let Some(why) = failure.into_inner().expect(lock) {
        return Err(Finding::fail(why));
    }
    let courses = courses.into_inner().expect(lock);
    if !is_enough(&courses, least) {
        return Err(Finding::out_of_time(Some(2.0 * least.as_secs_f64() * trials.len() as f64)));
    }
    let mut parts: Vec<f64> = (0..PARTS)
        .map(|part| courses.iter().map(|course| rate(&timed(course, common_start(&courses)), part)).sum())
        .collect();
    parts.sort_by(f64::total_cmp);
    Ok(Rate { median: parts[PARTS / 2], spread: (parts[PARTS - 1] - parts[0]) / 2.0 })
}

/// When the last of the trials has warmed up.
fn common_start(courses: &[Course]) -> Option<Instant> {
    let warm = |course: &Course| course.iter().find(|(_, step)| *step >= WARM_UP).map(|(at, _)| *at);
    courses.iter().map(warm).collect::<Option<Vec<_>>>()?.into_iter().max()
}

/// The part of a course from `start` on.
fn timed(course: &Course, start: Option<Instant>) -> Course {
    course.iter().filter(|(at, _)| start.is_some_and(|start| *at >= start)).copied().collect()
}

/// Whether each course has reports enough for as many parts, over a time of `least`.
fn is_enough(courses: &[Course], least: Duration) -> bool {
    let start = common_start(courses);
    courses
        .iter()
        .map(|course| timed(course, start))
        .all(|course| course.len() > PARTS && course[course.len() - 1].0.duration_since(course[0].0) >= least)
}

/// Steps a second in one of [`PARTS`] parts of a course of more reports than these.
fn rate(course: &Course, part: usize) -> f64 {
    let at = |part: usize| course[part * (course.len() - 1) / PARTS];
    let ((from, before), (to, after)) = (at(part), at(part + 1));
    (after - before) as f64 / to.duration_since(from).as_secs_f64().max(f64::MIN_POSITIVE)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A trial of a report every `period` seconds from `from` on, `steps` steps each.
    fn course(zero: Instant, from: f64, period: f64, steps: u64) -> Course {
        (0..40).map(|n| (zero + Duration::from_secs_f64(from + period * n as f64), steps * n)).collect()
    }

    #[test]
    fn trials_are_timed_from_when_the_last_is_warm() {
        let zero = Instant::now();
        let courses = vec![course(zero, 0.0, 0.5, 10), course(zero, 5.0, 0.25, 4)];
        let start = common_start(&courses).unwrap();
        assert_eq!(start, zero + Duration::from_secs_f64(5.5));
        assert!(is_enough(&courses, Duration::from_secs(5)) && !is_enough(&courses, Duration::from_secs(60)));
        for part in 0..PARTS {
            assert!((rate(&timed(&courses[0], Some(start)), part) - 20.0).abs() < 1e-6);
            assert!((rate(&timed(&courses[1], Some(start)), part) - 16.0).abs() < 1e-6);
        }
        assert!(!is_enough(&[course(zero, 0.0, 0.5, 10), Vec::new()], Duration::ZERO));
    }
}
