//! A training before its first step: what its spec and seed decide.

use super::data::{self, Readers};
use super::{RunError, RunOptions, derive, start};
use crate::source::Examples;
use crate::{Forward, Structure, Trainer, initial_weights_by};
use sparsity::Method;
use suites::Data;
use suites::recipe::Precision;
use trial::{Event, Resolved, TrialSpec};

/// A training before its first step.
pub(crate) struct Prepared {
    /// What decides each step.
    pub method: Box<dyn Method>,
    /// What carries it out.
    pub trainer: Trainer,
    /// The examples of its evaluations.
    pub test: Box<dyn Examples>,
    /// Training images.
    pub images: usize,
    /// Steps of the recipe.
    pub recipe_steps: u64,
}

impl Prepared {
    /// The training of `spec`, which is `resolved`, on `data`.
    pub fn new(
        spec: &TrialSpec,
        resolved: &Resolved,
        data: Data,
        options: &RunOptions,
        tell: &mut dyn FnMut(Event),
    ) -> Result<Self, RunError> {
        let _guard = tch::no_grad_guard();
        let (device, recipe) = (options.device, &resolved.recipe);
        torch_ext::flags::allow_tf32(recipe.precision == Precision::Tf32)?;
        let images = recipe.images(data.train_images());
        let recipe_steps = recipe.steps(images);
        let method = resolved.method(images);
        let seed = derive(spec.seed, "weights");
        let mut parameters = initial_weights_by(recipe.initialisation, &resolved.network, seed, device);
        if let Some(message) = start::weights(spec, options, &resolved.network, &parameters)? {
            tell(Event::Warning { message });
        }
        let channels = start::channels(spec, resolved, options, &*method, &mut parameters)?;
        let seed = derive(spec.seed, "structure");
        let structure = Structure::initial(&*method, &resolved.budget, seed, &mut parameters);
        let steps = recipe_steps + method.extra_steps();
        let Readers { source, test } = data::prepare(data, spec.seed, recipe, steps, options)?;
        let forward = Forward::new(&resolved.network);
        let mut trainer = Trainer::new(forward, parameters, structure, source, recipe, options.cuda_graphs);
        channels.into_iter().for_each(|channels| trainer.set_channels(channels));
        if let Some(ranks) = &options.ranks {
            trainer.set_ranks(ranks.clone())?;
        }
        Ok(Self { method, trainer, test, images, recipe_steps })
    }
}
