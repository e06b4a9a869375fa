//! Training recipes: what every trial of a suite has in common, derived from settings.
//!
//! The settings of a suite are in a file of its own; their defaults are the
//! published recipe, and a preset changes some of them.

mod initialisation;
mod rate;
mod schedule;

pub use initialisation::{ClassifierWeights, ConvolutionWeights, Initialisation};
pub use network::Precision;
pub use rate::RateSteps;
pub use schedule::Schedule;

use records::detection::Rule;

/// How images are normalised.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Normalisation {
    /// Each image to zero mean and unit deviation.
    Image,
    /// By the mean and deviation of the data set's channels red, green and blue, of 1 for the brightest.
    Channels {
        /// What is subtracted.
        mean: [f32; 3],
        /// By what the difference is divided.
        deviation: [f32; 3],
    },
}

/// Over which images batch norms average in training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchNorms {
    /// Those of a micro-batch.
    MicroBatch,
    /// Those of the whole batch of a step, also where several processes share it.
    Batch,
}

/// What is learnt: the engine has a loss and an evaluation for each.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Task {
    /// One of several classes for each image, by cross-entropy.
    Classification {
        /// Fraction of the target that is spread over all classes.
        label_smoothing: f64,
    },
    /// The classes and boxes of the objects in each image, by the loss of SSD (arXiv 1512.02325).
    Detection(DetectionTask),
}

/// What a detection learns from and how it is judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DetectionTask {
    /// How the error of boxes is counted.
    pub location: LocationLoss,
    /// Whether photographs are augmented as in SSD; otherwise they are only resized.
    pub augment: bool,
    /// Whether difficult objects are learnt, too. An evaluation never asks for them.
    pub train_difficult: bool,
    /// The rule of average precision that gives the result.
    pub rule: Rule,
}

/// The loss of a box's location.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocationLoss {
    /// Mean absolute error over the coordinates of all matched boxes, as in the code of SMCP.
    L1Mean,
    /// Huber's loss summed over the four coordinates, mean over matched boxes, as in the SSD paper.
    SmoothL1Sum,
}

/// Sides of images in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImageSides {
    /// Of what the network sees.
    pub crop: usize,
    /// Of the shorter side before the central crop of an evaluation; the crop's own where nothing is cropped.
    pub resize: usize,
}

/// The linear scaling rule (Goyal et al., arXiv 1706.02677): a learning rate in proportion to the batch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinearScaling {
    /// Name of the setting of `base_rate`.
    pub setting: &'static str,
    /// Peak learning rate for a batch of `base_batch` images.
    pub base_rate: f64,
    /// Images per step at which `base_rate` holds.
    pub base_batch: u64,
}

impl LinearScaling {
    /// Peak learning rate for `batch` images per step.
    pub fn rate(&self, batch: u64) -> f64 {
        self.base_rate * batch as f64 / self.base_batch as f64
    }
}

/// A recipe with its settings resolved.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    /// Passes over the training images, `length` included.
    pub epochs: f64,
    /// How many times as long it is as the usual training.
    pub length: f64,
    /// Images per step.
    pub batch_size: u64,
    /// Images that run through the network at once; a step sums the gradients of several such micro-batches.
    pub micro_batch: u64,
    /// Over which images batch norms average.
    pub batch_norms: BatchNorms,
    /// Peak learning rate.
    pub learning_rate: f64,
    /// What the peak follows from, where it scales with the batch.
    pub scaling: Option<LinearScaling>,
    /// The course of the rate after the warm-up.
    pub schedule: Schedule,
    /// When the rate changes.
    pub rate_steps: RateSteps,
    /// Epochs over which the rate rises linearly from zero.
    pub warmup_epochs: f64,
    /// Momentum.
    pub momentum: f64,
    /// Whether momentum is Nesterov's.
    pub nesterov: bool,
    /// Weight decay (L2) of the weights.
    pub weight_decay: f64,
    /// Whether biases and batch norms are decayed as well.
    pub decay_others: bool,
    /// What is learnt.
    pub task: Task,
    /// Dropout rate between the convolutions of a block.
    pub dropout: f64,
    /// How images are normalised.
    pub normalisation: Normalisation,
    /// Sides of images.
    pub sides: ImageSides,
    /// Pixels by which resident images are extended at each border before a random crop.
    pub border: usize,
    /// Epochs between two evaluations.
    pub evaluate_every: f64,
    /// Number of training images used, from the first; 0 for all.
    pub train_images: u64,
    /// Number format.
    pub precision: Precision,
    /// How initial weights are drawn.
    pub initialisation: Initialisation,
}

/// Settings of a recipe that contradict each other.
#[derive(Debug, thiserror::Error)]
pub enum RecipeError {
    /// A step is not a whole number of micro-batches.
    #[error(
        "micro_batch {micro_batch} does not divide batch_size {batch_size}: a step is a whole number of micro-batches; \
         try --set micro_batch={remedy}"
    )]
    MicroBatch {
        /// Images a micro-batch.
        micro_batch: u64,
        /// Images a step.
        batch_size: u64,
        /// The largest micro-batch below that does divide it.
        remedy: u64,
    },
    /// Batch norms are to see the whole batch, and it does not run in one piece.
    #[error(
        "batch_norm=batch, with which batch norms see the {batch_size} images of a step, leaves nothing to divide it by, and \
         micro_batch is {micro_batch}: add --set micro_batch=0, and train with several --ranks where one process lacks the memory"
    )]
    WholeBatch {
        /// Images a micro-batch.
        micro_batch: u64,
        /// Images a step.
        batch_size: u64,
    },
    /// Batch norms are to see the whole batch of a detection.
    #[error(
        "batch_norm=batch is for classification: the loss of a detection is divided by the boxes that match in a micro-batch, so it \
         would depend on the number of --ranks. Leave it out; with --set micro_batch=0 one process trains on whole batches"
    )]
    DetectionByBatch,
    /// The central crop does not fit into the resized image.
    #[error("image_size {crop} is larger than resize {resize}; set resize to at least as much")]
    Sides {
        /// Side of the crop in pixels.
        crop: usize,
        /// Shorter side of the resized image in pixels.
        resize: usize,
    },
}

/// A number of processes that cannot share the micro-batches of a step.
#[derive(Debug, thiserror::Error)]
pub enum RanksError {
    /// The batch is no multiple of it.
    #[error(
        "{ranks} ranks cannot share a batch of {batch_size} images; take --ranks {below}, or another batch_size (--set)"
    )]
    Batch {
        /// The processes.
        ranks: u64,
        /// Images a step.
        batch_size: u64,
        /// The largest number below that divides the batch.
        below: u64,
    },
    /// The batch runs in too few pieces.
    #[error(
        "{ranks} ranks need a step of {ranks} micro-batches or a multiple of that, and it has {micro_batches}: add --set \
         micro_batch={remedy}. It is then another trial, since batch norms see {remedy} images at a time, but the same one \
         for any number of ranks{or_else}"
    )]
    MicroBatches {
        /// The processes.
        ranks: u64,
        /// Micro-batches a step.
        micro_batches: u64,
        /// Images of a micro-batch with which each process has one.
        remedy: u64,
        /// Another remedy, if there is one.
        or_else: &'static str,
    },
}

impl Recipe {
    /// Refuses a number of processes that cannot share a step.
    pub fn check_ranks(&self, ranks: u64) -> Result<(), RanksError> {
        let batch_size = self.batch_size;
        if !batch_size.is_multiple_of(ranks) {
            let divides = |ranks: &u64| batch_size.is_multiple_of(*ranks);
            let below = (1..ranks).rev().find(divides).unwrap_or(1);
            return Err(RanksError::Batch { ranks, batch_size, below });
        }
        let micro_batches = self.shared_by(ranks).micro_batches();
        if !micro_batches.is_multiple_of(ranks) {
            let or_else = match self.task {
                Task::Classification { .. } => {
                    "; or --set micro_batch=0 --set batch_norm=batch, with which batch norms see the whole batch"
                }
                Task::Detection(_) => "",
            };
            let remedy = batch_size / ranks;
            return Err(RanksError::MicroBatches { ranks, micro_batches, remedy, or_else });
        }
        Ok(())
    }

    /// The recipe as `ranks` processes share it: where batch norms see the whole batch, each of them runs its part of the
    /// batch at once.
    pub fn shared_by(&self, ranks: u64) -> Self {
        let micro_batch = match self.batch_norms {
            BatchNorms::MicroBatch => self.micro_batch,
            BatchNorms::Batch => self.batch_size / ranks,
        };
        Self { micro_batch, ..self.clone() }
    }

    /// Refuses settings that contradict each other.
    pub fn check(&self) -> Result<(), RecipeError> {
        let (micro_batch, batch_size) = (self.micro_batch, self.batch_size);
        if !batch_size.is_multiple_of(micro_batch) {
            let divides = |micro_batch: &u64| batch_size.is_multiple_of(*micro_batch);
            let remedy = (1..=micro_batch.min(batch_size)).rev().find(divides).unwrap_or(1);
            return Err(RecipeError::MicroBatch { micro_batch, batch_size, remedy });
        }
        if self.batch_norms == BatchNorms::Batch {
            if matches!(self.task, Task::Detection(_)) {
                return Err(RecipeError::DetectionByBatch);
            }
            if micro_batch != batch_size {
                return Err(RecipeError::WholeBatch { micro_batch, batch_size });
            }
        }
        let ImageSides { crop, resize } = self.sides;
        if crop > resize { Err(RecipeError::Sides { crop, resize }) } else { Ok(()) }
    }

    /// Micro-batches of a step.
    pub fn micro_batches(&self) -> u64 {
        self.batch_size / self.micro_batch
    }

    /// Training images used of `available`.
    pub fn images(&self, available: usize) -> usize {
        if self.train_images == 0 { available } else { available.min(self.train_images as usize) }
    }

    /// Training steps on `images` images: batches run on over the ends of epochs.
    pub fn steps(&self, images: usize) -> u64 {
        (self.epochs * images as f64 / self.batch_size as f64).floor().max(1.0) as u64
    }

    /// Steps of the warm-up on `images` images.
    pub fn warmup_steps(&self, images: usize) -> u64 {
        (self.warmup_epochs * images as f64 / self.batch_size as f64).ceil() as u64
    }

    /// Steps between two evaluations on `images` images.
    pub fn evaluation_interval(&self, images: usize) -> u64 {
        (self.evaluate_every * images as f64 / self.batch_size as f64).round().max(1.0) as u64
    }
}

/// The number format that `settings` name; the setting takes no other words.
pub(crate) fn precision(settings: &sparsity::Settings) -> Precision {
    settings.word("precision").parse().expect("the setting allows the names of number formats only")
}

/// The setting that says over which images batch norms average.
pub(crate) fn batch_norm() -> sparsity::SettingSpec {
    sparsity::SettingSpec::new(
        "batch_norm",
        sparsity::Value::Word("micro-batch".into()),
        sparsity::Allowed::Word(&["micro-batch", "batch"]),
        "over which images batch norms average: those of a micro-batch, or the whole batch of a step, also where several processes share it (--ranks; classification only)",
        "own choice: each device by itself, as in the published code",
    )
}

/// Over which images batch norms average by `settings`.
pub(crate) fn batch_norms(settings: &sparsity::Settings) -> BatchNorms {
    match settings.word("batch_norm") {
        "batch" => BatchNorms::Batch,
        _ => BatchNorms::MicroBatch,
    }
}

/// The schedule that `settings` name by `learning_rate_schedule`, `drops` or `cosine`, and what belongs to it.
pub(crate) fn drops_or_cosine(settings: &sparsity::Settings) -> Schedule {
    match settings.word("learning_rate_schedule") {
        "cosine" => Schedule::Cosine,
        _ => Schedule::Drops {
            at: settings.shares("learning_rate_drops"),
            factor: settings.float("learning_rate_drop_factor"),
        },
    }
}

/// The setting that lengthens a training with everything in it.
pub(crate) fn training_length() -> sparsity::SettingSpec {
    sparsity::SettingSpec::new(
        "training_length",
        sparsity::Value::Float(1.0),
        sparsity::Allowed::Float(1e-3, 1e3),
        "multiplies the epochs; learning-rate drops and the end of structure updates are fractions of training and scale with it, warm-up does not",
        "RigL, arXiv 1911.11134: the 2x and 5x rows",
    )
}
