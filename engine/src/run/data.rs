//! The data of a trial: opened by its suite, and read by the engine in the way of its kind.

use super::{RunError, RunOptions, derive};
use crate::source::{Examples, Source};
use crate::{Batches, PhotographBatches, PhotographExamples, Portions, Resident, ResidentBatches};
use suites::Data;
use suites::photographs::{Loader, Photographs};
use suites::recipe::Recipe;
use trial::{Resolved, TrialSpec};

/// What the engine reads.
pub(super) struct Readers {
    /// Batches to train on.
    pub source: Box<dyn Source>,
    /// Examples to evaluate on.
    pub test: Box<dyn Examples>,
}

/// Opens the data set of `spec`, which is `resolved`; fails if its fingerprint is another.
pub(super) fn open(spec: &TrialSpec, resolved: &Resolved, options: &RunOptions) -> Result<Data, RunError> {
    let set = resolved.suite.data.open(&options.data, &resolved.recipe_settings).map_err(RunError::Data)?;
    if set.fingerprint != spec.data_fingerprint {
        let (folder, expected) = (options.data.display().to_string(), spec.data_fingerprint.clone());
        return Err(RunError::OtherData { folder, found: set.fingerprint, expected });
    }
    Ok(set.data)
}

/// The batches of a training of `steps` steps from `seed` on `data`, and the examples of its evaluations.
pub(super) fn prepare(
    data: Data,
    seed: u64,
    recipe: &Recipe,
    steps: u64,
    options: &RunOptions,
) -> Result<Readers, RunError> {
    let (device, images) = (options.device, recipe.images(data.train_images()));
    let order = derive(seed, "batches");
    match data {
        Data::Resident(set) => {
            let resident = |part, count| Resident::new(part, count, recipe, device);
            let batches = Batches::new(order, images, recipe, device);
            let train = ResidentBatches::new(resident(&set.train, images), batches, recipe.micro_batch);
            let test = resident(&set.test, set.test.len());
            Ok(Readers { source: Box::new(train), test: Box::new(test) })
        }
        Data::Photographs(set) => {
            let (side, normalisation) = (recipe.sides.crop, recipe.normalisation);
            let augment = derive(seed, "augmentation");
            let loader =
                |part: Photographs| Loader::new(part, recipe.sides, augment, options.threads, options.strict);
            let portions = Portions {
                seed: order,
                micro_batch: recipe.micro_batch,
                micro_batches: recipe.micro_batches(),
                steps,
                side,
            };
            let (train, examples) = (loader(set.train)?, set.test.len());
            let test = PhotographExamples::new(loader(set.test)?, examples, side, normalisation, device);
            let source = PhotographBatches::new(train, images, portions, normalisation, device);
            Ok(Readers { source: Box::new(source), test: Box::new(test) })
        }
    }
}
