//! The state that a training resumes from: into a checkpoint and back.

use super::masks::KeptMasks;
use super::pace::Timed;
use super::{RunError, Training};
use crate::checkpoint::Checkpoint;
use crate::diagnostics::DiagnosticsState;
use crate::trainer::{SavedTrainer, are_finite};
use records::run_directory::Evaluation;
use serde::{Deserialize, Serialize};
use sparsity::PruneLatencies;
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
    /// Seconds that other ranks spent beside them.
    #[serde(default)]
    pub seconds_beside: f64,
    /// Joules the device used in earlier processes; none if it does not report them.
    pub joules: Option<f64>,
    /// How long steps took.
    #[serde(default)]
    pub timed: Timed,
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
    /// Checksums of the masks that were kept so far.
    pub masks: KeptMasks,
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

    /// Seconds that ranks other than the first have spent, however many there were from one start to the next.
    pub(super) fn seconds_beside(&self) -> f64 {
        let others = self.options.ranks.as_ref().map_or(0, |ranks| ranks.count() - 1);
        self.state.seconds_beside + others as f64 * self.began.elapsed().as_secs_f64()
    }

    /// Joules used in all processes, if the device reports them.
    ///
    /// Of several ranks none, since each knows its own device only.
    pub(super) fn joules(&self) -> Option<f64> {
        if self.options.ranks.is_some() {
            return None;
        }
        let now = self.meter.joules()? - self.joules_at_start?;
        let before = if self.began_at == 0 { 0.0 } else { self.state.joules? };
        Some(before + now)
    }

    /// Writes a checkpoint; false, and none, if it would hold a number that is not finite. When that happens depends on
    /// the clock, so it is left to the next look to say whether the training diverged.
    pub(super) fn save(&mut self) -> Result<bool, RunError> {
        let _guard = tch::no_grad_guard();
        let SavedTrainer { mut tensors, exploring, prunes, losses } = self.trainer.saved();
        if !losses.0.is_finite() || are_finite(&tensors).int64_value(&[]) != 1 {
            return Ok(false);
        }
        let skipped = self.skipped_images()?;
        if !self.options.writes() {
            (self.saved, self.saved_step) = (Instant::now(), Some(self.state.step));
            return Ok(true);
        }
        let mut put = |name: &str, tensor: &Tensor| tensors.insert(name.into(), tensor.shallow_clone());
        put("settled_mask", &self.diagnostics.settled_mask);
        put("ages", &self.diagnostics.ages);
        if let Some(saliency) = &self.diagnostics.saliency {
            put("saliency", saliency);
        }
        let state = SavedRun {
            run: TrainingState {
                seconds: self.seconds(),
                seconds_beside: self.seconds_beside(),
                joules: self.joules(),
                ..self.state.clone()
            },
            diagnostics: self.diagnostics.state.clone(),
            exploring,
            prunes,
            losses,
            skipped,
            masks: self.masks.clone(),
        };
        Checkpoint { state, tensors }.save(&self.options.run, &self.spec.key())?;
        (self.saved, self.saved_step) = (Instant::now(), Some(self.state.step));
        Ok(true)
    }

    /// Takes up where `checkpoint` was written.
    pub(super) fn restore(&mut self, checkpoint: Checkpoint<SavedRun>) {
        let _guard = tch::no_grad_guard();
        let Checkpoint { state, tensors } = checkpoint;
        let device = self.options.device;
        let get = |name: &str| tensors.get(name).map(|tensor| tensor.to_device(device));
        for (name, place) in
            [("settled_mask", &mut self.diagnostics.settled_mask), ("ages", &mut self.diagnostics.ages)]
        {
            if let Some(value) = get(name) {
                place.copy_(&value);
            }
        }
        self.diagnostics.saliency = get("saliency");
        self.diagnostics.state = state.diagnostics;
        self.trainer.source().note_skipped(&state.skipped);
        self.masks = state.masks;
        let SavedRun { exploring, prunes, losses, .. } = state;
        self.trainer.restore(&SavedTrainer { tensors, exploring, prunes, losses });
        let same = |set: &String| Some(set) == self.state.instruction_set.as_ref();
        let instruction_set = state.run.instruction_set.filter(same);
        self.state = TrainingState { instruction_set, ..state.run };
    }
}
