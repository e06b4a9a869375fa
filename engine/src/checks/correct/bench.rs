//! What the checks share: the data sets, and the trainers of the trial that is looked at.

use super::small_trial::SmallSuite;
use super::smooth::smooth;
use crate::run::{Prepared, RunError, RunOptions, open};
use crate::trainer::SavedTrainer;
use crate::{EditReport, Trainer};
use records::RunDirectory;
use sparsity::{Method, StepPlan};
use std::path::PathBuf;
use std::time::Duration;
use suites::Identity;
use tch::Device;
use trial::TrialSpec;

/// What keeps a check from being made, which is a failure, too.
pub type Obstacle = Box<dyn std::error::Error>;

/// The learning rate of steps.
pub const RATE: f64 = 0.1;

/// Where trials are trained, and those that are looked at.
pub struct Bench {
    /// What is checked.
    pub device: Device,
    /// Threads of libtorch on the host.
    pub threads: usize,
    /// A folder for data and runs.
    pub scratch: PathBuf,
    pair: Option<(TrialSpec, Pair)>,
}

/// A trial twice: as it is, on the processor, and in another way.
pub struct Pair {
    pub method: Box<dyn Method>,
    /// On the processor, with the kernels that a training there uses.
    pub processor: Trainer,
    /// On the device; on the processor if that is the device, for steps without oneDNN.
    pub other: Trainer,
    /// The step that `processor` does next.
    next: u64,
}

impl Bench {
    /// A bench for `device`.
    pub fn new(device: Device, threads: usize, scratch: PathBuf) -> Self {
        Self { device, threads, scratch, pair: None }
    }

    /// The synthetic data set of `suite`, which is made if it is not there.
    pub fn data(&self, suite: &SmallSuite) -> Result<Identity, RunError> {
        let folder = self.folder(suite.suite.name);
        suite.suite.data.generate(&folder, &suite.images()).map_err(RunError::Data)?;
        let settings = suite.suite.default_settings();
        suite.suite.data.identify(&folder, &settings).map_err(RunError::Data)
    }

    fn folder(&self, suite: &str) -> PathBuf {
        self.scratch.join(suite)
    }

    /// How a trial of `spec` runs on `device`, in a run directory called `name`.
    pub fn options(&self, spec: &TrialSpec, device: Device, name: &str) -> RunOptions {
        RunOptions {
            run: RunDirectory::at(&self.scratch.join(name)),
            data: self.folder(&spec.suite),
            device,
            decoders: self.threads,
            stop_after: None,
            checkpoint_every: Duration::from_secs(3600),
            cuda_graphs: true,
            strict: true,
            initial_weights: None,
            latency_table: None,
            commit: String::new(),
            ranks: None,
        }
    }

    /// The trial of `spec`, right before `step`.
    pub fn at(&mut self, spec: &TrialSpec, step: u64) -> Result<&mut Pair, RunError> {
        let usable = |(other, pair): &(TrialSpec, Pair)| other == spec && pair.next <= step;
        let mut pair = match self.pair.take().filter(usable) {
            Some((_, pair)) => pair,
            None => self.pair_of(spec)?,
        };
        while pair.next < step {
            pair.go_on()?;
        }
        Ok(&mut self.pair.insert((spec.clone(), pair)).1)
    }

    /// Forgets the trial that is looked at, whose trainers a check that failed may have left in the middle of a step.
    pub fn forget(&mut self) {
        self.pair = None;
    }

    /// A trainer of `spec` on `device` before its first step, on the network without its decisions; `cuda_graphs` is
    /// whether steps are recorded.
    pub fn prepared(
        &self,
        spec: &TrialSpec,
        device: Device,
        cuda_graphs: bool,
    ) -> Result<Prepared, RunError> {
        let options = RunOptions { cuda_graphs, ..self.options(spec, device, "run") };
        let mut resolved = spec.resolve()?;
        let data = open(spec, &resolved, &options)?;
        resolved.network = smooth(&resolved.network);
        Prepared::new(spec, &resolved, data, &options, &mut |_| ())
    }

    fn pair_of(&self, spec: &TrialSpec) -> Result<Pair, RunError> {
        let Prepared { method, trainer: processor, .. } = self.prepared(spec, Device::Cpu, false)?;
        let other = self.prepared(spec, self.device, false)?.trainer;
        Ok(Pair { method, processor, other, next: 0 })
    }
}

impl Pair {
    /// Does one step on the processor, edits included.
    fn go_on(&mut self) -> Result<(), RunError> {
        let (step, plan) = (self.next, self.method.plan(self.next));
        step_of(&mut self.processor, &plan, step)?;
        if !plan.then.is_empty() {
            self.processor.edit(&plan)?;
        }
        self.next += 1;
        Ok(())
    }

    /// The next step and its plan.
    pub fn plan(&self) -> (u64, StepPlan) {
        (self.next, self.method.plan(self.next))
    }

    /// The state of `processor` before and after the next step, whose edits are not carried out; then it is again as it
    /// was.
    pub fn next_step(&mut self) -> Result<(SavedTrainer, SavedTrainer), RunError> {
        let (step, plan) = self.plan();
        let before = self.processor.saved().copied();
        step_of(&mut self.processor, &plan, step)?;
        let after = self.processor.saved().copied();
        self.processor.restore(&before);
        Ok((before, after))
    }
}

/// Does `step` by `plan`, without its edits.
pub fn step_of(trainer: &mut Trainer, plan: &StepPlan, step: u64) -> Result<(), RunError> {
    trainer.step(plan, step, RATE, step)
}

/// Carries out the edits of `plan`.
pub fn edits_of(trainer: &mut Trainer, plan: &StepPlan, step: u64) -> Result<EditReport, RunError> {
    // Growth by chance draws from libtorch's generator.
    tch::manual_seed(step as i64);
    trainer.edit(plan)
}
