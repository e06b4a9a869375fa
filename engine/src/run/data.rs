//! The data of a trial: which set it is, and what the engine reads of it.

use super::{RunError, RunOptions, derive};
use crate::source::{Examples, Source};
use crate::{Batches, PhotographBatches, PhotographExamples, Portions, Resident, ResidentBatches};
use suites::cifar10::Cifar10;
use suites::imagenet::ImageNet;
use suites::photographs::{Loader, Photographs, Sizes};
use suites::recipe::Recipe;
use trial::TrialSpec;

/// A data set that is open.
pub(super) enum Data {
    /// All of it in memory.
    Cifar10(Cifar10),
    /// Files that are decoded on the way.
    ImageNet(ImageNet),
}

/// What the engine reads.
pub(super) struct Readers {
    /// Batches to train on.
    pub source: Box<dyn Source>,
    /// Examples to evaluate on.
    pub test: Box<dyn Examples>,
}

impl Data {
    /// Opens the set of `spec`, and refuses another.
    pub fn open(spec: &TrialSpec, options: &RunOptions) -> Result<Self, RunError> {
        let (data, found) = match spec.suite.as_str() {
            "cifar10" => {
                let set = Cifar10::load(&options.data)?;
                let fingerprint = set.fingerprint.clone();
                (Self::Cifar10(set), fingerprint)
            }
            "imagenet" => {
                let set = ImageNet::open(&options.data)?;
                let fingerprint = set.fingerprint.clone();
                (Self::ImageNet(set), fingerprint)
            }
            other => return Err(RunError::NoReader(other.into())),
        };
        if found != spec.data_fingerprint {
            let folder = options.data.display().to_string();
            return Err(RunError::OtherData { folder, found, expected: spec.data_fingerprint.clone() });
        }
        Ok(data)
    }

    /// Number of training images.
    pub fn images(&self) -> usize {
        match self {
            Self::Cifar10(set) => set.train.len(),
            Self::ImageNet(set) => set.train.len(),
        }
    }

    /// The batches of a training of `steps` steps from `seed`, and the examples of its evaluations.
    pub fn prepare(
        self,
        seed: u64,
        recipe: &Recipe,
        steps: u64,
        options: &RunOptions,
    ) -> Result<Readers, RunError> {
        let (device, images) = (options.device, recipe.images(self.images()));
        let order = derive(seed, "batches");
        match self {
            Self::Cifar10(set) => {
                let resident = |part, count| Resident::new(part, count, recipe.normalisation, device);
                let batches = Batches::new(order, images, recipe.batch_size, device);
                let train = ResidentBatches::new(resident(&set.train, images), batches, recipe.micro_batch);
                let test = resident(&set.test, set.test.len());
                Ok(Readers { source: Box::new(train), test: Box::new(test) })
            }
            Self::ImageNet(set) => {
                let side = recipe.sides.crop;
                let sizes = Sizes { crop: side as u32, resize: recipe.sides.resize as u32 };
                let augment = derive(seed, "augmentation");
                let loader =
                    |part: Photographs| Loader::new(part, sizes, augment, options.threads, options.strict);
                let portions =
                    Portions { seed: order, piece: recipe.micro_batch, pieces: recipe.pieces(), steps, side };
                let (train, examples) = (loader(set.train)?, set.val.len());
                let test = PhotographExamples::new(loader(set.val)?, examples, side, device);
                let source = PhotographBatches::new(train, images, portions, device);
                Ok(Readers { source: Box::new(source), test: Box::new(test) })
            }
        }
    }
}
