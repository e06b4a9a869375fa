//! The training recipe of CIFAR-10: settings whose defaults are RigL's recipe.
//!
//! A preset changes some of them; what it leaves alone is the published value.

use sparsity::{Allowed, SettingSpec, Settings, Value};

/// How images are normalised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Normalisation {
    /// Each image to zero mean and unit deviation.
    Image,
    /// By the mean and deviation of the data set's channels.
    Dataset,
}

/// Number format of activations and of the weights in the forward pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// 32-bit floats throughout.
    Fp32,
    /// 32-bit floats, convolutions and products in TensorFloat-32 where CUDA has it.
    Tf32,
    /// bfloat16 for convolutions and activations, 32-bit weights, batch norms and loss.
    Bf16,
}

/// A recipe with its settings made up.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    /// Passes over the training images.
    pub epochs: f64,
    /// Images a step.
    pub batch_size: u64,
    /// Highest learning rate.
    pub learning_rate: f64,
    /// Shares of training at which the learning rate is multiplied by `drop_factor`.
    pub drops: Vec<f64>,
    /// Factor of each drop.
    pub drop_factor: f64,
    /// Whether the rate follows a half cosine to zero instead of the drops.
    pub cosine: bool,
    /// Epochs over which the rate rises linearly from zero.
    pub warmup_epochs: f64,
    /// Nesterov momentum.
    pub momentum: f64,
    /// L2 decay of weights, biases and batch norms.
    pub weight_decay: f64,
    /// Dropout rate between the convolutions of a block.
    pub dropout: f64,
    /// How images are normalised.
    pub normalisation: Normalisation,
    /// Epochs between two evaluations.
    pub evaluate_every: f64,
    /// Number of training images used, from the first; 0 for all.
    pub train_images: u64,
    /// Number format.
    pub precision: Precision,
}

impl Recipe {
    /// Takes the settings of [`cifar10`].
    pub fn new(settings: &Settings) -> Self {
        Self {
            epochs: settings.float("epochs"),
            batch_size: settings.int("batch_size"),
            learning_rate: settings.float("learning_rate"),
            drops: settings.shares("learning_rate_drops"),
            drop_factor: settings.float("learning_rate_drop_factor"),
            cosine: settings.word("learning_rate_schedule") == "cosine",
            warmup_epochs: settings.float("warmup_epochs"),
            momentum: settings.float("momentum"),
            weight_decay: settings.float("weight_decay"),
            dropout: settings.float("dropout"),
            normalisation: match settings.word("normalisation") {
                "image" => Normalisation::Image,
                _ => Normalisation::Dataset,
            },
            evaluate_every: settings.float("evaluate_every"),
            train_images: settings.int("train_images"),
            precision: match settings.word("precision") {
                "bf16" => Precision::Bf16,
                "tf32" => Precision::Tf32,
                _ => Precision::Fp32,
            },
        }
    }

    /// Training images used of `available`.
    pub fn images(&self, available: usize) -> usize {
        if self.train_images == 0 { available } else { available.min(self.train_images as usize) }
    }

    /// Training steps on `images` images: batches run on over the ends of epochs.
    pub fn steps(&self, images: usize) -> u64 {
        (self.epochs * images as f64 / self.batch_size as f64).floor().max(1.0) as u64
    }

    /// Steps between two evaluations on `images` images.
    pub fn evaluation_interval(&self, images: usize) -> u64 {
        (self.evaluate_every * images as f64 / self.batch_size as f64).round().max(1.0) as u64
    }

    /// Learning rate at `step` of `steps` on `images` images.
    pub fn rate(&self, step: u64, steps: u64, images: usize) -> f64 {
        let warmup = self.warmup_epochs * images as f64 / self.batch_size as f64;
        if (step as f64) < warmup {
            return self.learning_rate * ((step + 1) as f64 / warmup).min(1.0);
        }
        let progress = step as f64 / steps as f64;
        if self.cosine {
            return self.learning_rate * (1.0 + (std::f64::consts::PI * progress).cos()) / 2.0;
        }
        let passed = self.drops.iter().filter(|drop| progress >= **drop).count();
        self.learning_rate * self.drop_factor.powi(passed as i32)
    }
}

const PAPER: &str = "RigL, arXiv 1911.11134, appendix, and google-research/rigl cifar_resnet";

/// The settings of the CIFAR-10 recipe; the defaults are the published recipe.
pub fn cifar10() -> Vec<SettingSpec> {
    let spec = SettingSpec::new;
    let word = |text: &str| Value::Word(text.into());
    vec![
        spec(
            "epochs",
            Value::Float(250.0),
            Allowed::Float(1e-3, 1e5),
            "passes over the training images",
            PAPER,
        ),
        spec("batch_size", Value::Int(128), Allowed::Int(1, 65_536), "images a step", PAPER),
        spec("learning_rate", Value::Float(0.1), Allowed::Float(0.0, 100.0), "highest learning rate", PAPER),
        spec(
            "learning_rate_schedule",
            word("drops"),
            Allowed::Word(&["drops", "cosine"]),
            "drops at fixed shares of training, or a half cosine to zero",
            PAPER,
        ),
        spec(
            "learning_rate_drops",
            word("0.3072,0.6144,0.9216"),
            Allowed::Shares,
            "shares of training at which the rate drops",
            "RigL's CIFAR-10 code: steps 30,000, 60,000 and 90,000 of 97,656",
        ),
        spec(
            "learning_rate_drop_factor",
            Value::Float(0.2),
            Allowed::Float(0.0, 1.0),
            "factor of each drop",
            PAPER,
        ),
        spec("warmup_epochs", Value::Float(0.0), Allowed::Float(0.0, 1e4), "epochs of linear warm-up", PAPER),
        spec("momentum", Value::Float(0.9), Allowed::Float(0.0, 1.0), "Nesterov momentum", PAPER),
        spec(
            "weight_decay",
            Value::Float(5e-4),
            Allowed::Float(0.0, 1.0),
            "L2 decay of all trained parameters",
            PAPER,
        ),
        spec("dropout", Value::Float(0.3), Allowed::Float(0.0, 0.99), "dropout rate inside blocks", PAPER),
        spec(
            "normalisation",
            word("image"),
            Allowed::Word(&["image", "dataset"]),
            "per-image standardisation, or by the channels of CIFAR-10",
            PAPER,
        ),
        spec(
            "evaluate_every",
            Value::Float(5.0),
            Allowed::Float(1e-3, 1e5),
            "epochs between two evaluations; the last step is always evaluated",
            "own choice: it does not change the training",
        ),
        spec(
            "train_images",
            Value::Int(0),
            Allowed::Int(0, i64::MAX),
            "training images used, from the first (0: all)",
            PAPER,
        ),
        spec(
            "precision",
            word("fp32"),
            Allowed::Word(&["fp32", "tf32", "bf16"]),
            "number format of the forward and backward pass",
            PAPER,
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipe() -> Recipe {
        Recipe::new(&Settings::resolve(cifar10(), &[]).unwrap())
    }

    #[test]
    fn the_published_recipe_has_the_published_steps() {
        assert_eq!(recipe().steps(50_000), 97_656);
    }

    #[test]
    fn the_rate_drops_at_the_published_steps() {
        let rate = |step| recipe().rate(step, 97_656, 50_000);
        assert_eq!((rate(0), rate(29_990)), (0.1, 0.1));
        for (step, expected) in [(30_010, 0.02), (60_010, 0.004), (90_010, 0.0008)] {
            assert!((rate(step) - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn warm_up_rises_to_the_highest_rate() {
        let warm = Recipe { warmup_epochs: 2.0, cosine: true, ..recipe() };
        assert!((warm.rate(0, 1000, 1280) - 0.1 / 20.0).abs() < 1e-12);
        assert!((warm.rate(19, 1000, 1280) - 0.1).abs() < 1e-12);
        assert!((warm.rate(500, 1000, 1280) - 0.05).abs() < 1e-12);
    }
}
