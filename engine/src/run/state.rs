//! The state that a training resumes from: into a checkpoint and back.

use super::pace::Timed;
use super::{RunError, Training};
use crate::checkpoint::Checkpoint;
use crate::diagnostics::DiagnosticsState;
use records::run_directory::Evaluation;
use serde::{Deserialize, Serialize};
use sparsity::{Population, PruneLatencies};
use std::collections::BTreeMap;
use std::time::Instant;
use tch::Tensor;

/// The progress of a training, without tensors.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct TrainingState {
    /// Steps done.
    pub step: u64,
    /// Steps of the method's schedule that were left out, because a stage had settled.
    #[serde(default)]
    pub left_out: u64,
    /// Cost so far, in dense forward passes of a batch.
    pub cost: f64,
    /// Latency of all steps so far, in dense steps; none if it was not followed from the first.
    #[serde(default)]
    pub latency: Option<f64>,
    /// The same where exploration takes as long as the active channels do.
    #[serde(default)]
    pub active_latency: Option<f64>,
    /// Seconds spent in earlier processes.
    pub seconds: f64,
    /// Joules the device used in earlier processes; none if it does not report them.
    pub joules: Option<f64>,
    /// How long steps took.
    #[serde(default)]
    pub timed: Timed,
    /// Processor threads of all processes; none on CUDA, and where they had different numbers of them.
    #[serde(default)]
    pub threads: Option<u64>,
    /// Vector instructions of all processes; none on CUDA, and where they used different ones.
    #[serde(default)]
    pub instruction_set: Option<String>,
    /// Evaluations so far.
    pub metrics: Vec<Evaluation>,
}

impl TrainingState {
    /// The place of the next step in the method's schedule.
    pub fn place(&self) -> u64 {
        self.step + self.left_out
    }
}

/// Everything in a checkpoint that is not a tensor.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct SavedRun {
    run: TrainingState,
    diagnostics: DiagnosticsState,
    exploring: bool,
    /// Latencies after prunes of channels.
    #[serde(default)]
    prunes: Option<PruneLatencies>,
    losses: (f64, u64),
    /// Training images that could not be read.
    #[serde(default)]
    skipped: Vec<u32>,
}

impl Training<'_> {
    /// Seconds spent in all processes.
    fn seconds(&self) -> f64 {
        self.state.seconds + self.began.elapsed().as_secs_f64()
    }

    /// The same without those of the reference workload, which is no training.
    pub(super) fn train_seconds(&self) -> f64 {
        self.seconds() - self.state.timed.spent_seconds
    }

    /// Joules used in all processes, if the device reports them.
    pub(super) fn joules(&self) -> Option<f64> {
        let now = self.meter.joules()? - self.joules_at_start?;
        let before = if self.began_at == 0 { 0.0 } else { self.state.joules? };
        Some(before + now)
    }

    /// Writes a checkpoint.
    pub(super) fn save(&mut self) -> Result<(), RunError> {
        let trainer = &self.trainer;
        let mut tensors: BTreeMap<String, Tensor> = trainer.scores.state().into_iter().collect();
        let mut put = |name: &str, tensor: &Tensor| tensors.insert(name.into(), tensor.shallow_clone());
        put("weights", &trainer.parameters.weights);
        put("others", &trainer.parameters.others);
        put("statistics", &trainer.parameters.statistics);
        put("momentum", &trainer.momentum);
        put("other_momentum", &trainer.other_momentum);
        put("mask", trainer.structure.mask());
        put("settled_mask", &self.diagnostics.settled_mask);
        put("ages", &self.diagnostics.ages);
        if let Some(dormant) = trainer.structure.dormant() {
            put("dormant", dormant);
        }
        if let Some(backward) = trainer.structure.backward() {
            put("backward", backward);
        }
        if let Some(channels) = &trainer.channels {
            put("channels", channels.mask());
            if let Some((others, statistics)) = channels.dormant() {
                put("dormant_others", others);
                put("dormant_statistics", statistics);
            }
        }
        if let Some(choice) = &trainer.last_choice {
            put("last_choice", choice);
        }
        if let Some(saliency) = &self.diagnostics.saliency {
            put("saliency", saliency);
        }
        let state = SavedRun {
            run: TrainingState { seconds: self.seconds(), joules: self.joules(), ..self.state.clone() },
            diagnostics: self.diagnostics.state.clone(),
            exploring: trainer.structure.population() == Population::Everything,
            prunes: trainer.channels.as_ref().map(|channels| channels.prunes()),
            losses: trainer.losses(),
            skipped: trainer.source().skipped(),
        };
        Checkpoint { state, tensors }.save(&self.options.run, &self.spec.key())?;
        self.saved = Instant::now();
        Ok(())
    }

    /// Takes up where `checkpoint` was written.
    pub(super) fn restore(&mut self, checkpoint: Checkpoint<SavedRun>) {
        let _guard = tch::no_grad_guard();
        let Checkpoint { state, tensors } = checkpoint;
        let device = self.options.device;
        let get = |name: &str| tensors.get(name).map(|tensor| tensor.to_device(device));
        let trainer = &mut self.trainer;
        for (name, place) in [
            ("weights", &mut trainer.parameters.weights),
            ("others", &mut trainer.parameters.others),
            ("statistics", &mut trainer.parameters.statistics),
            ("momentum", &mut trainer.momentum),
            ("other_momentum", &mut trainer.other_momentum),
            ("settled_mask", &mut self.diagnostics.settled_mask),
            ("ages", &mut self.diagnostics.ages),
        ] {
            if let Some(value) = get(name) {
                place.copy_(&value);
            }
        }
        if let Some(mask) = get("mask") {
            let population = if state.exploring { Population::Everything } else { Population::Active };
            trainer.structure.restore(&mask, get("dormant"), get("backward"), population);
            if let (Some(channels), Some(mask)) = (&mut trainer.channels, get("channels")) {
                let dormant = get("dormant_others").zip(get("dormant_statistics"));
                channels.restore(&mask, dormant, population, state.prunes);
            }
        }
        trainer.last_choice = get("last_choice");
        trainer.scores.restore(&tensors, &trainer.parameters.weights);
        trainer.set_losses(state.losses.0, state.losses.1);
        trainer.source().note_skipped(&state.skipped);
        self.diagnostics.saliency = get("saliency");
        self.diagnostics.state = state.diagnostics;
        let threads = state.run.threads.filter(|threads| Some(*threads) == self.state.threads);
        let same = |set: &String| Some(set) == self.state.instruction_set.as_ref();
        let instruction_set = state.run.instruction_set.filter(same);
        self.state = TrainingState { threads, instruction_set, ..state.run };
    }
}
