//! The training of one trial, from its spec to its committed record.
//!
//! The loop asks the method for the plan of each step and carries it out. What
//! it writes on the way: a checkpoint every minute and whenever it is stopped;
//! at the end metrics, structure updates, weights, record and, last, the
//! marker that makes the run count.

mod data;
mod error;
mod finish;
mod found;
mod lockstep;
mod masks;
mod pace;
mod prepared;
mod start;
mod state;

use crate::checkpoint::Checkpoint;
use crate::diagnostics::Diagnostics;
use crate::dropout;
use crate::environment::Meter;
use crate::launcher::{can_record, not_recorded};
use crate::objective::Found;
use crate::reference_workload::ReferenceWorkload;
use crate::source::Examples;
use crate::trainer::Look;
use crate::{Environment, Evaluator, Ranks, Trainer};
pub(crate) use data::open;
pub use error::{RANKS_LOST, RunError};
use masks::KeptMasks;
use pace::Pace;
pub(crate) use prepared::Prepared;
use records::RunDirectory;
use records::run_directory::Evaluation;
use records::words;
use sparsity::{Method, Population, StepPlan, step_cost_of};
use state::{SavedRun, TrainingState};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use suites::Data;
use tch::Device;
use trial::{Event, Resolved, TrialSpec};

/// Steps between two reads of the loss, each of which waits for the device.
const LOOK: u64 = 10;
/// Steps between two looks at everything that is trained, which take as long as a small step.
const LOOK_AT_ALL: u64 = 10 * LOOK;
/// Least time between two progress events.
const PROGRESS: Duration = Duration::from_millis(200);

/// How a trial is run, beyond its spec.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// Its directory.
    pub run: RunDirectory,
    /// The data set's folder.
    pub data: PathBuf,
    /// The device.
    pub device: Device,
    /// Threads that decode photographs.
    pub decoders: usize,
    /// When to stop with a checkpoint.
    pub stop_after: Option<Duration>,
    /// Time between two checkpoints.
    pub checkpoint_every: Duration,
    /// Whether steps are recorded as CUDA graphs.
    pub cuda_graphs: bool,
    /// Whether an image that cannot be read ends the training.
    pub strict: bool,
    /// The weights file of a spec that names one.
    pub initial_weights: Option<PathBuf>,
    /// The latency table of a spec that names one.
    pub latency_table: Option<PathBuf>,
    /// Commit the worker was built from.
    pub commit: String,
    /// The processes that train it together, if there are several.
    pub ranks: Option<Rc<Ranks>>,
}

impl RunOptions {
    /// Whether steps are recorded as CUDA graphs on a device that has them: it is wanted, in this build, and no step waits
    /// for another process.
    fn records(&self) -> bool {
        can_record(self.cuda_graphs) && self.ranks.is_none()
    }

    /// Whether this process writes the files of the run: the only one, or rank 0.
    pub fn writes(&self) -> bool {
        self.ranks.as_ref().is_none_or(|ranks| ranks.writes())
    }
}

/// How a training ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrainingEnd {
    /// To the last step; the run is committed.
    Done,
    /// With a loss that is not a number; the run is committed as diverged.
    Diverged,
    /// By a signal; a checkpoint is written.
    Interrupted,
    /// At the end of its time; a checkpoint is written.
    OutOfTime,
}

/// Trains the trial of `spec`, from its checkpoint if it has one.
pub fn run(
    spec: &TrialSpec,
    options: &RunOptions,
    stop: &AtomicBool,
    tell: &mut dyn FnMut(Event),
) -> Result<TrainingEnd, RunError> {
    let mut resolved = spec.resolve()?;
    // Denormal numbers are slow on a CPU, and far below anything training needs.
    torch_ext::flags::flush_denormal(true)?;
    // On CUDA, too: little is computed on the host then, and that little is to be the same everywhere.
    tch::set_num_threads(spec.threads.get() as i32);
    lockstep::begin(spec, &resolved.recipe, options)?;
    if let Some(ranks) = &options.ranks {
        resolved.recipe = resolved.recipe.shared_by(ranks.count());
    }
    let data = open(spec, &resolved, options)?;
    let mut training = Training::begin(spec, resolved, data, options, tell)?;
    training.resume(tell)?;
    training.train(stop, tell)
}

/// A trial being trained.
struct Training<'a> {
    spec: &'a TrialSpec,
    options: &'a RunOptions,
    resolved: Resolved,
    method: Box<dyn Method>,
    trainer: Trainer,
    evaluator: Evaluator,
    test: Box<dyn Examples>,
    images: usize,
    /// All steps, those beyond the recipe included.
    steps: u64,
    recipe_steps: u64,
    state: TrainingState,
    /// What the last evaluation of a detection found.
    found: Option<Found>,
    /// Sum of the losses since the last evaluation, as the last report read it.
    loss_sum: f64,
    diagnostics: Diagnostics,
    masks: KeptMasks,
    /// Why the training diverged, if it did.
    divergence: Option<String>,
    meter: Meter,
    pace: Pace,
    environment: Environment,
    began: Instant,
    joules_at_start: Option<f64>,
    began_at: u64,
    saved: Instant,
    /// The step of the last checkpoint, if there is one.
    saved_step: Option<u64>,
    told: Instant,
    told_step: u64,
}

impl<'a> Training<'a> {
    fn begin(
        spec: &'a TrialSpec,
        resolved: Resolved,
        data: Data,
        options: &'a RunOptions,
        tell: &mut dyn FnMut(Event),
    ) -> Result<Self, RunError> {
        let _guard = tch::no_grad_guard();
        let device = options.device;
        let test_images = data.test_images();
        let Prepared { method, trainer, test, images, recipe_steps } =
            Prepared::new(spec, &resolved, data, options, tell)?;
        let steps = recipe_steps + method.extra_steps();
        let changes = (0..steps).filter(|step| !method.plan(*step).then.is_empty()).count() as u64;
        if let Some(message) = start::too_little_memory(spec, &resolved, &*method, steps, options) {
            tell(Event::Warning { message });
        }
        let diagnostics = Diagnostics::new(&trainer.structure, changes);
        let meter = Meter::of(device);
        // Its first pass is slow, and no training.
        let pace = Pace::new(ReferenceWorkload::new(device));
        let instruction_set = (!device.is_cuda()).then(torch_ext::instruction_set);
        let mut environment = Environment::of(device, &meter, spec.threads.get(), &options.commit);
        let graphs = if options.records() { "recorded" } else { "off" };
        environment.ranks = options.ranks.as_ref().map(|ranks| ranks.count() as usize);
        environment.cuda_graphs = device.is_cuda().then(|| graphs.into());
        environment.test_images = Some(test_images);
        if device.is_cuda() && options.cuda_graphs && !can_record(true) {
            let message = "steps are launched kernel by kernel, because this worker was built without the headers of \
                           CUDA: run `make setup`, then `make build`";
            tell(Event::Warning { message: message.into() });
        }
        let now = Instant::now();
        let mut evaluator = Evaluator::new(device, resolved.recipe.precision, options.records());
        options.ranks.iter().for_each(|ranks| evaluator.set_ranks(ranks.clone()));
        Ok(Self {
            evaluator,
            test,
            found: None,
            loss_sum: 0.0,
            state: TrainingState {
                latency: Some(0.0),
                active_latency: Some(0.0),
                instruction_set,
                ..TrainingState::default()
            },
            environment,
            joules_at_start: meter.joules(),
            began_at: 0,
            pace,
            began: now,
            saved: now,
            saved_step: None,
            masks: KeptMasks::default(),
            divergence: None,
            told: now,
            told_step: 0,
            spec,
            options,
            resolved,
            method,
            trainer,
            images,
            steps,
            recipe_steps,
            diagnostics,
            meter,
        })
    }

    /// Resumes from the newest intact checkpoint, if there is one.
    fn resume(&mut self, tell: &mut dyn FnMut(Event)) -> Result<(), RunError> {
        let load = || {
            Checkpoint::load(&self.options.run, &self.spec.key(), |saved: &SavedRun| {
                saved.masks.lack(&self.options.run)
            })
        };
        let (checkpoint, complaints) = lockstep::in_turn(self.options, load)?;
        for message in complaints {
            tell(Event::Warning { message });
        }
        if let Some(checkpoint) = checkpoint {
            self.restore(checkpoint);
            self.told_step = self.state.step;
            self.began_at = self.state.step;
            self.saved_step = Some(self.state.step);
        }
        self.expect_same_start()
    }

    fn train(&mut self, stop: &AtomicBool, tell: &mut dyn FnMut(Event)) -> Result<TrainingEnd, RunError> {
        let interval = self.resolved.recipe.evaluation_interval(self.images);
        if self.spec.initial_weights.is_some() && self.state.step == 0 && self.state.metrics.is_empty() {
            // What the weights of the file are worth, under the first structure.
            self.evaluate(&self.method.plan(0), 0.0)?;
        }
        self.pace.begin(self.state.step);
        while self.state.place() < self.steps {
            let step = self.state.step;
            let plan = self.method.plan(self.state.place());
            let rate = self.rate(&plan, self.state.place());
            let seed = step_seed(self.spec.seed, step);
            self.state.cost += step_cost_of(&plan, self.trainer.structure.current());
            let active = self.trainer.channels.as_ref().map_or(1.0, |channels| channels.latency());
            let running = if plan.forward == Population::Everything { 1.0 } else { active };
            self.state.latency = self.state.latency.map(|latency| latency + running);
            self.state.active_latency = self.state.active_latency.map(|latency| latency + active);
            self.trainer.step(&plan, step, rate, seed)?;
            self.note_refusals(tell);
            self.state.step += 1;
            let done = self.state.step;
            self.leave_out_settled(&plan);
            let more = self.state.place() < self.steps;
            let evaluates = done.is_multiple_of(interval) || !more;
            let due = self.saved.elapsed() >= self.options.checkpoint_every;
            let (due, halt) = self.agreed(done, due, self.halt(stop))?;
            // Whether it has diverged is asked after the same steps whatever the clock says and whoever interrupts it.
            let whole = done.is_multiple_of(LOOK_AT_ALL) || evaluates || !plan.then.is_empty();
            let judges = whole || done.is_multiple_of(LOOK);
            if judges || due || halt.is_some() {
                let look = self.trainer.look(whole);
                self.loss_sum = look.loss_sum;
                if done.is_multiple_of(LOOK) {
                    self.pace.end(done, &mut self.state.timed);
                }
                if let Some(what) = what_diverged(&look).filter(|_| judges) {
                    return self.diverge(&what, tell);
                }
                if look.loss.is_finite() {
                    self.progress(&plan, look.loss, tell);
                }
            }
            if !plan.then.is_empty() {
                self.edit(&plan)?;
            }
            if evaluates && !self.evaluate(&plan, rate)? {
                return self.diverge("the loss of the evaluation is not finite", tell);
            }
            self.note_refusals(tell);
            // After the last step comes the commit, for which the last evaluation must be at hand. Where nothing can be
            // saved, because a number is not finite, the training continues to the look that decides.
            if more
                && (due || halt.is_some())
                && self.save()?
                && let Some(outcome) = halt
            {
                return Ok(outcome);
            }
            if evaluates || due {
                self.pace.begin(done);
            }
        }
        self.finish()?;
        Ok(TrainingEnd::Done)
    }

    /// Tells once, and notes for the run, if steps cannot be recorded as CUDA graphs; or else if evaluations cannot.
    fn note_refusals(&mut self, tell: &mut dyn FnMut(Event)) {
        let (what, error, noted) = match (self.trainer.graphs_refused(), self.evaluator.graphs_refused()) {
            (Some(error), _) => ("steps", error, error.to_string()),
            (None, Some(error)) => ("evaluations", error, format!("recorded, but not evaluations: {error}")),
            (None, None) => return,
        };
        if self.environment.cuda_graphs.as_ref() != Some(&noted) {
            tell(Event::Warning { message: not_recorded(what, error) });
            self.environment.cuda_graphs = Some(noted);
        }
    }

    /// Learning rate of a plan at its place in the method's schedule.
    fn rate(&self, plan: &StepPlan, place: u64) -> f64 {
        // Steps beyond the recipe may also come after its last.
        let step = self.method.recipe_step(place).min(self.recipe_steps - 1);
        plan.rate * self.resolved.recipe.rate(step, self.recipe_steps, self.images)
    }

    /// Leaves out the rest of a stage whose edit would choose the same as at the look before.
    fn leave_out_settled(&mut self, plan: &StepPlan) {
        let Some(settling) = &plan.settling else { return };
        if self.trainer.has_settled(settling) {
            self.state.left_out += settling.last - self.state.place();
        }
    }

    /// Passes over the training images so far.
    fn epochs(&self) -> f64 {
        self.state.step as f64 * self.resolved.recipe.batch_size as f64 / self.images as f64
    }

    /// Whether it is time to stop, and why.
    fn halt(&self, stop: &AtomicBool) -> Option<TrainingEnd> {
        if stop.load(Ordering::Relaxed) {
            return Some(TrainingEnd::Interrupted);
        }
        let over = self.options.stop_after.is_some_and(|limit| self.began.elapsed() >= limit);
        over.then_some(TrainingEnd::OutOfTime)
    }

    fn edit(&mut self, plan: &StepPlan) -> Result<(), RunError> {
        self.share_channel_scores()?;
        let report = self.trainer.change(plan)?;
        self.compare_masks()?;
        let (step, structure) = (self.state.step, &mut self.trainer.structure);
        if let Some(snapshot) = self.diagnostics.record(step, plan.stage, &report, structure)
            && self.options.writes()
        {
            self.masks.keep(&self.options.run, &snapshot)?;
        }
        Ok(())
    }

    /// Evaluates the active network; whether its loss and that of training are finite.
    fn evaluate(&mut self, plan: &StepPlan, rate: f64) -> Result<bool, RunError> {
        self.trainer.settle_mask(plan.update);
        self.compare_all()?;
        let trainer = &self.trainer;
        let weights = trainer.structure.active_weights(&trainer.parameters.weights);
        let (parameters, others) = (&trainer.parameters, trainer.active_others());
        let (forward, objective) = (trainer.forward(), trainer.objective());
        let result =
            self.evaluator.evaluate(forward, parameters, &weights, &others, &*self.test, objective)?;
        let (sum, losses) = (self.loss_sum, trainer.loss_count());
        if !(result.loss.is_finite() && sum.is_finite()) {
            return Ok(false);
        }
        let row = Evaluation {
            step: self.state.step,
            epoch: self.epochs(),
            stage: plan.stage.into(),
            learning_rate: Some(rate),
            sparsity: Some(trainer.structure.current().sparsity()),
            train_loss: Some(sum / losses.max(1) as f64),
            val_loss: Some(result.loss),
            ..Evaluation::default()
        };
        let scored = |row: Evaluation, (column, value): &(&str, f64)| row.with_score(column, *value);
        self.state.metrics.push(result.values.iter().fold(row, scored));
        self.found = result.found;
        self.trainer.set_losses(0.0, 0);
        self.loss_sum = 0.0;
        Ok(true)
    }

    fn progress(&mut self, plan: &StepPlan, loss: f64, tell: &mut dyn FnMut(Event)) {
        let elapsed = self.told.elapsed();
        if elapsed < PROGRESS && self.state.place() < self.steps {
            return;
        }
        tell(Event::Progress {
            step: self.state.step,
            steps: self.steps - self.state.left_out,
            epoch: self.epochs(),
            stage: plan.stage.into(),
            loss,
            sparsity: self.trainer.structure.current().sparsity(),
            score: self.state.metrics.last().and_then(|row| row.score(self.resolved.suite.metric)),
            rate: (self.state.step - self.told_step) as f64 / elapsed.as_secs_f64(),
        });
        self.told = Instant::now();
        self.told_step = self.state.step;
    }

    /// The setting that the learning rate follows from.
    fn rate_key(&self) -> &'static str {
        self.resolved.recipe.scaling.map_or("learning_rate", |scaling| scaling.setting)
    }

    /// Commits the training as diverged, because of `what`.
    fn diverge(&mut self, what: &str, tell: &mut dyn FnMut(Event)) -> Result<TrainingEnd, RunError> {
        // What is left out lies behind the step that was taken last.
        let last = self.method.plan(self.state.place() - 1);
        let rate = self.rate(&last, self.state.place() - 1);
        let kept = match self.saved_step {
            Some(step) => format!("The checkpoint of step {step} is kept"),
            None => "No checkpoint had been written".into(),
        };
        let message = format!(
            "{what} after step {} (stage {}, learning rate {rate}): the training diverged; try a lower {}{}. {kept}",
            self.state.step,
            last.stage,
            self.rate_key(),
            if self.resolved.settings.has("update_fraction") { " or update_fraction" } else { "" },
        );
        self.divergence = Some(message.clone());
        tell(Event::Failed { message });
        self.commit(words::DIVERGED)?;
        Ok(TrainingEnd::Diverged)
    }
}

/// What of a training has diverged; none if nothing has as far as it was looked at.
fn what_diverged(look: &Look) -> Option<String> {
    if !look.loss.is_finite() {
        Some(format!("the loss is {}", look.loss))
    } else if !look.loss_sum.is_finite() {
        Some("a loss since the last evaluation is not finite".into())
    } else {
        (!look.finite).then(|| "a weight, its momentum or a statistic is not finite".into())
    }
}

/// The seed of the random numbers of a step.
fn step_seed(seed: u64, step: u64) -> u64 {
    dropout::mix(derive(seed, "steps") ^ dropout::mix(step)) >> 1
}

/// A seed for one purpose, so that no two uses of randomness in a trial share a stream.
fn derive(seed: u64, purpose: &str) -> u64 {
    let hash = blake3::derive_key(purpose, &seed.to_le_bytes());
    u64::from_le_bytes(std::array::from_fn(|i| hash[i]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_look_names_what_diverged() {
        let whole = Look { loss: 1.0, loss_sum: 9.0, finite: true };
        assert_eq!(what_diverged(&whole), None);
        let said = |look| what_diverged(&look).unwrap();
        assert_eq!(said(Look { loss: f64::INFINITY, loss_sum: f64::INFINITY, ..whole }), "the loss is inf");
        assert!(said(Look { loss_sum: f64::NAN, ..whole }).contains("since the last evaluation"));
        assert!(said(Look { finite: false, ..whole }).contains("momentum"));
    }

    #[test]
    fn no_two_steps_of_nearby_seeds_draw_alike() {
        let seeds: HashSet<u64> =
            (0..4).flat_map(|seed| (0..10_000).map(move |step| step_seed(seed, step))).collect();
        assert_eq!(seeds.len(), 40_000);
    }
}
