//! Where images come from: batches for training, all examples for evaluation.

use crate::RunError;
use suites::detection::AnnotatedPhotographs;
use tch::Tensor;

/// The batches of a training, in micro-batches of equal size.
pub trait Source {
    /// Copies one micro-batch of `step`'s batch to the device, over the previous one.
    fn load(&mut self, step: u64, micro_batch: u64) -> Result<(), RunError>;

    /// Normalised images (micro-batch, 3, side, side) and their targets of what was loaded last: in classification
    /// the labels (micro-batch), in detection a row per object (micro-batch, objects, 6). Reads tensors that stay
    /// where they are, so that its kernels can be recorded.
    fn batch(&self) -> (Tensor, Tensor);

    /// Indices of the images that could not be read, sorted; each stands for one skipped file.
    fn skipped(&self) -> Vec<u32> {
        Vec::new()
    }

    /// What the images are called that could not be read.
    fn skipped_names(&self) -> Vec<String> {
        Vec::new()
    }

    /// Takes note of images that are known not to be readable.
    fn note_skipped(&self, _images: &[u32]) {}
}

/// Label of an example that could not be read and counts for nothing.
pub const UNREADABLE: i64 = -1;

/// Every n-th batch of an evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// The first.
    pub first: usize,
    /// From one to the next.
    pub every: usize,
}

impl Share {
    /// All batches.
    pub const ALL: Self = Self { first: 0, every: 1 };

    /// Whether batch `number` belongs to it.
    pub fn has(self, number: usize) -> bool {
        number % self.every == self.first
    }
}

/// Sees a batch of an evaluation: its images and their targets.
pub type See<'a> = dyn FnMut(&Tensor, &Tensor) -> Result<(), RunError> + 'a;

/// The examples of an evaluation.
pub trait Examples {
    /// Shows a share of them, in order, as batches of normalised images and their targets, until `see` fails.
    ///
    /// # Errors
    ///
    /// If one cannot be loaded, and those of `see`.
    fn each(&self, share: Share, see: &mut See) -> Result<(), RunError>;

    /// The photographs and the objects in them, in the order in which they are shown, if objects are to be found.
    fn annotated(&self) -> Option<&AnnotatedPhotographs> {
        None
    }

    /// What the examples are called that could not be read so far.
    fn skipped_names(&self) -> Vec<String> {
        Vec::new()
    }
}
