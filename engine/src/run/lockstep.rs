//! What the processes of a trial agree on. They do the same steps with the same numbers, so what is left are the clock,
//! signals and the folder of the run, which each sees by itself.

use super::{LOOK, RunError, RunOptions, Training, TrainingEnd};
use crate::Environment;
use crate::ranks::Layers;
use records::files;
use suites::recipe::Recipe;
use trial::TrialSpec;

/// A checkpoint is due.
const DUE: u8 = 1;
/// The time is over.
const OUT_OF_TIME: u8 = 2;
/// A signal came.
const INTERRUPTED: u8 = 4;

/// Refuses ranks that cannot share the steps of `spec`, or that were not started alike.
pub(super) fn begin(spec: &TrialSpec, recipe: &Recipe, options: &RunOptions) -> Result<(), RunError> {
    let Some(ranks) = &options.ranks else { return Ok(()) };
    recipe.check_ranks(ranks.count())?;
    ranks.expect_same(&Environment::build(&options.commit), |first, other| {
        format!("runs {other}, and rank 0 {first}: build all of them from one commit, with one libtorch")
    })?;
    ranks.expect_same(&spec.key(), |first, other| {
        format!("trains trial {other}, and rank 0 trial {first}: start all of them with the same command")
    })
}

/// What `look` finds in the folder of the run: first on rank 0, which may put something right there, then on the others.
pub(super) fn in_turn<T, E: Into<RunError>>(
    options: &RunOptions,
    look: impl FnOnce() -> Result<T, E>,
) -> Result<T, RunError> {
    let Some(ranks) = &options.ranks else { return look().map_err(Into::into) };
    if !ranks.writes() {
        ranks.wait()?;
    }
    let found = look().map_err(Into::into)?;
    if ranks.writes() {
        ranks.wait()?;
    }
    Ok(found)
}

impl Training<'_> {
    /// Refuses ranks that start from other weights or another checkpoint than rank 0.
    pub(super) fn expect_same_start(&self) -> Result<(), RunError> {
        let Some(ranks) = &self.options.ranks else { return Ok(()) };
        let place = match self.state.step {
            0 => "the start".to_string(),
            step => format!("the checkpoint of step {step}"),
        };
        ranks.expect_same(&place, |first, other| {
            format!(
                "begins from {other}, and rank 0 from {first}: all ranks need the same folder of results (--out) with the \
                 {} of the trial",
                files::CHECKPOINT
            )
        })?;
        self.compare_all()
    }

    /// Whether a checkpoint is due and the training is to end, as soon as any rank thinks so. Without CUDA that is asked
    /// after every step; with it, after those at which the host waits for the device anyway.
    pub(super) fn agreed(
        &self,
        done: u64,
        due: bool,
        halt: Option<TrainingEnd>,
    ) -> Result<(bool, Option<TrainingEnd>), RunError> {
        let Some(ranks) = &self.options.ranks else { return Ok((due, halt)) };
        if self.options.device.is_cuda() && !done.is_multiple_of(LOOK) {
            return Ok((false, None));
        }
        let halts = match halt {
            Some(TrainingEnd::Interrupted) => INTERRUPTED,
            Some(_) => OUT_OF_TIME,
            None => 0,
        };
        let flags = ranks.any(halts | if due { DUE } else { 0 })?;
        let halt = match flags {
            flags if flags & INTERRUPTED != 0 => Some(TrainingEnd::Interrupted),
            flags if flags & OUT_OF_TIME != 0 => Some(TrainingEnd::OutOfTime),
            _ => None,
        };
        Ok((flags & DUE != 0, halt))
    }

    /// Takes the scores of channels from rank 0 before channels are chosen by them. On CUDA those of batch norms are sums in no
    /// fixed order (`channel_map.rs`), so that two ranks might choose differently.
    pub(super) fn share_channel_scores(&self) -> Result<(), RunError> {
        let Some(ranks) = &self.options.ranks else { return Ok(()) };
        if !self.options.device.is_cuda() || self.trainer.channels.is_none() {
            return Ok(());
        }
        let _guard = tch::no_grad_guard();
        for (_, mut scores) in self.trainer.scores.state() {
            let all = ranks.gather(&scores)?;
            scores.copy_(&all.get(0));
        }
        Ok(())
    }

    /// Holds the mask against those of the other ranks.
    pub(super) fn compare_masks(&self) -> Result<(), RunError> {
        let Some(ranks) = &self.options.ranks else { return Ok(()) };
        let structure = &self.trainer.structure;
        ranks.compare("the masks", structure.mask(), &Layers::of(structure.budget()), self.state.step)
    }

    /// Holds mask, weights, biases, batch norms and running statistics against those of the other ranks.
    pub(super) fn compare_all(&self) -> Result<(), RunError> {
        self.compare_masks()?;
        let Some(ranks) = &self.options.ranks else { return Ok(()) };
        let (parameters, step) = (&self.trainer.parameters, self.state.step);
        let layers = Layers::of(self.trainer.structure.budget());
        ranks.compare("the weights", &parameters.weights, &layers, step)?;
        let layout = parameters.layout();
        let layers = Layers::of_segments(&layout.others);
        ranks.compare("the values", &parameters.others, &layers, step)?;
        let layers = Layers::of_segments(&layout.statistics);
        ranks.compare("the running statistics", &parameters.statistics, &layers, step)
    }

    /// The training images that could not be read, of all ranks.
    pub(super) fn skipped_images(&self) -> Result<Vec<u32>, RunError> {
        let own = self.trainer.source().skipped();
        let Some(ranks) = &self.options.ranks else { return Ok(own) };
        let bytes: Vec<u8> = own.iter().flat_map(|image| image.to_le_bytes()).collect();
        let all = ranks.gather_bytes(&bytes)?.concat();
        let numbers = all.chunks_exact(4).map(|bytes| u32::from_le_bytes(std::array::from_fn(|i| bytes[i])));
        let mut images: Vec<u32> = numbers.collect();
        images.sort_unstable();
        images.dedup();
        Ok(images)
    }

    /// Files that could not be read, of training and evaluation, of all ranks.
    pub(super) fn skipped_names(&self) -> Result<Vec<String>, RunError> {
        let mut names = self.trainer.source().skipped_names();
        names.extend(self.test.skipped_names());
        match &self.options.ranks {
            Some(ranks) => ranks.union(&names),
            None => Ok(names),
        }
    }
}
