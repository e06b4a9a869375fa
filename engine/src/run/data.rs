//! The data of a trial: opened by its suite, and read by the engine in the way of its kind.

use super::{RunError, RunOptions, derive};
use crate::photographs::Reader;
use crate::source::{Examples, Source};
use crate::{Batches, PhotographBatches, PhotographExamples, Portions, Resident, ResidentBatches};
use suites::Data;
use suites::detection::{AnnotatedPhotographs, DetectionLoader, Reading};
use suites::photographs::{Loader, Photographs};
use suites::recipe::{Recipe, Task};
use tch::Device;
use trial::{Resolved, TrialSpec};

/// What the engine reads.
pub(super) struct Readers {
    /// Batches to train on.
    pub source: Box<dyn Source>,
    /// Examples to evaluate on.
    pub test: Box<dyn Examples>,
}

/// Opens the data set of `spec`, which is `resolved`; fails if its fingerprint is another.
pub(crate) fn open(spec: &TrialSpec, resolved: &Resolved, options: &RunOptions) -> Result<Data, RunError> {
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
            let augment = derive(seed, "augmentation");
            let loader = |part: Photographs| {
                Loader::new(part, recipe.sides, augment, options.decoders, options.strict)
            };
            let examples = set.test.len();
            let portions = portions(order, recipe, steps, options);
            Ok(decoded(loader(set.train)?, images, loader(set.test)?, examples, portions, recipe, device))
        }
        Data::Annotated(set) => {
            let Task::Detection(task) = recipe.task else {
                unreachable!("photographs are annotated for detection only");
            };
            let augment = derive(seed, "augmentation");
            let side = recipe.sides.crop;
            let reading = Reading { side, augment: task.augment, difficult: task.train_difficult };
            let loader = |part: AnnotatedPhotographs| {
                DetectionLoader::new(part, reading, augment, options.decoders, options.strict)
            };
            let examples = set.test.len();
            let portions = portions(order, recipe, steps, options);
            Ok(decoded(loader(set.train)?, images, loader(set.test)?, examples, portions, recipe, device))
        }
    }
}

/// How the photographs of a training of `steps` steps are divided among them.
fn portions(seed: u64, recipe: &Recipe, steps: u64, options: &RunOptions) -> Portions {
    Portions {
        seed,
        micro_batch: recipe.micro_batch,
        micro_batches: recipe.micro_batches(),
        ranks: options.ranks.as_ref().map_or(1, |ranks| ranks.count()),
        steps,
        side: recipe.sides.crop,
    }
}

/// Readers of photographs: `images` of `train` in `portions`, and all `examples` of `test`.
fn decoded(
    train: impl Reader + 'static,
    images: usize,
    test: impl Reader + 'static,
    examples: usize,
    portions: Portions,
    recipe: &Recipe,
    device: Device,
) -> Readers {
    let (side, normalisation) = (recipe.sides.crop, recipe.normalisation);
    Readers {
        source: Box::new(PhotographBatches::new(train, images, portions, normalisation, device)),
        test: Box::new(PhotographExamples::new(test, examples, side, normalisation, device)),
    }
}
