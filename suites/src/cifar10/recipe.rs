//! The recipe of CIFAR-10: RigL's.

use super::SIDE;
use crate::recipe::{
    ImageSides, Initialisation, Normalisation, Precision, RateSteps, Recipe, Task, batch_norm, batch_norms,
    drops_or_cosine, precision, training_length,
};
use sparsity::{Allowed, SettingSpec, Settings, Value};

const PAPER: &str = "RigL, arXiv 1911.11134, appendix, and google-research/rigl cifar_resnet";

/// Pixels of border on each side of an image of [`SIDE`] pixels; of a smaller one in proportion.
const BORDER: usize = 4;

/// Channel statistics of CIFAR-10 (varun19299/rigl-reproducibility).
const CHANNELS: Normalisation =
    Normalisation::Channels { mean: [0.4914, 0.4822, 0.4465], deviation: [0.2023, 0.1994, 0.2010] };

/// The settings; the defaults are the published recipe.
pub fn settings() -> Vec<SettingSpec> {
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
        training_length(),
        spec("batch_size", Value::Int(128), Allowed::Int(1, 65_536), "images per step", PAPER),
        spec(
            "micro_batch",
            Value::Int(0),
            Allowed::Int(0, 65_536),
            "images that pass through the network at once, over which batch norms average (0: the whole batch)",
            PAPER,
        ),
        batch_norm(),
        spec("learning_rate", Value::Float(0.1), Allowed::Float(0.0, 100.0), "peak learning rate", PAPER),
        spec(
            "learning_rate_schedule",
            word("drops"),
            Allowed::Word(&["drops", "cosine"]),
            "step decay at fixed fractions of training, or cosine decay to zero",
            PAPER,
        ),
        spec(
            "learning_rate_drops",
            word("0.3072,0.6144,0.9216"),
            Allowed::Shares,
            "fractions of training at which the learning rate drops",
            "RigL's CIFAR-10 code: steps 30,000, 60,000 and 90,000 of 97,656",
        ),
        spec(
            "learning_rate_drop_factor",
            Value::Float(0.2),
            Allowed::Float(0.0, 1.0),
            "factor by which the learning rate is multiplied at each drop",
            PAPER,
        ),
        spec(
            "warmup_epochs",
            Value::Float(0.0),
            Allowed::Float(0.0, 1e4),
            "epochs of linear learning-rate warm-up",
            PAPER,
        ),
        spec("momentum", Value::Float(0.9), Allowed::Float(0.0, 1.0), "Nesterov momentum", PAPER),
        spec(
            "weight_decay",
            Value::Float(5e-4),
            Allowed::Float(0.0, 1.0),
            "weight decay (L2) of the weights",
            PAPER,
        ),
        spec(
            "decay_others",
            Value::Flag(false),
            Allowed::Flag,
            "whether biases and batch norms are decayed as well",
            "RigL's CIFAR-10 code regularises kernels only",
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
            "image_size",
            word("32"),
            Allowed::Word(&["32", "16"]),
            "side of an image in pixels; of smaller ones each pixel is the mean of several",
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
            "number of training images used, in the order of the files (0: all)",
            PAPER,
        ),
        spec(
            "precision",
            word("fp32"),
            Allowed::Word(Precision::NAMES),
            "number format of the forward and backward pass",
            PAPER,
        ),
    ]
}

/// The recipe of settings that [`settings`] declares.
pub fn recipe(settings: &Settings) -> Recipe {
    let batch_size = settings.int("batch_size");
    let micro_batch = match settings.int("micro_batch") {
        0 => batch_size,
        micro_batch => micro_batch.min(batch_size),
    };
    let side = settings.word("image_size").parse().expect("the setting allows numbers only");
    Recipe {
        epochs: settings.float("epochs") * settings.float("training_length"),
        length: settings.float("training_length"),
        batch_size,
        micro_batch,
        batch_norms: batch_norms(settings),
        learning_rate: settings.float("learning_rate"),
        scaling: None,
        schedule: drops_or_cosine(settings),
        rate_steps: RateSteps::Each,
        warmup_epochs: settings.float("warmup_epochs"),
        momentum: settings.float("momentum"),
        nesterov: true,
        weight_decay: settings.float("weight_decay"),
        decay_others: settings.flag("decay_others"),
        task: Task::Classification { label_smoothing: 0.0 },
        dropout: settings.float("dropout"),
        normalisation: match settings.word("normalisation") {
            "image" => Normalisation::Image,
            _ => CHANNELS,
        },
        sides: ImageSides { crop: side, resize: side },
        border: BORDER * side / SIDE,
        evaluate_every: settings.float("evaluate_every"),
        train_images: settings.int("train_images"),
        precision: precision(settings),
        initialisation: Initialisation::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::Schedule;

    fn published() -> Recipe {
        recipe(&Settings::resolve(settings(), &[]).unwrap())
    }

    #[test]
    fn the_published_recipe_has_the_published_steps() {
        assert_eq!(published().steps(50_000), 97_656);
    }

    /// L2 of kernels only, a border of 4 pixels.
    #[test]
    fn the_published_recipe_decays_kernels_and_pads_by_four() {
        assert_eq!(
            (published().decay_others, published().weight_decay, published().border),
            (false, 5e-4, 4)
        );
        let half = crate::cifar10::SUITE.recipe_with(&[("image_size", "16")]);
        assert_eq!((half.sides.crop, half.border), (16, 2));
    }

    #[test]
    fn the_rate_drops_at_the_published_steps() {
        let rate = |step| published().rate(step, 97_656, 50_000);
        assert_eq!((rate(0), rate(29_990)), (0.1, 0.1));
        for (step, expected) in [(30_010, 0.02), (60_010, 0.004), (90_010, 0.0008)] {
            assert!((rate(step) - expected).abs() < 1e-12);
        }
    }

    #[test]
    fn a_step_is_shared_by_ranks_that_divide_its_micro_batches() {
        assert_eq!(published().micro_batches(), 1);
        let with = |micro_batch: &str| crate::cifar10::SUITE.recipe_with(&[("micro_batch", micro_batch)]);
        assert_eq!(with("1000").micro_batches(), 1);
        let quarters = with("32");
        assert_eq!(quarters.micro_batches(), 4);
        for ranks in [1, 2, 4] {
            quarters.check_ranks(ranks).unwrap();
        }
        let refused = |ranks| quarters.check_ranks(ranks).unwrap_err().to_string();
        assert!(refused(8).contains("--set micro_batch=16"), "{}", refused(8));
        assert!(refused(8).contains("--set micro_batch=0 --set batch_norm=batch"), "{}", refused(8));
        assert!(refused(6).contains("take --ranks 4"), "{}", refused(6));
        assert!(refused(1000).contains("take --ranks 128"), "{}", refused(1000));
    }

    /// Whatever divides the batch may share it where batch norms see all of it, in one piece a process.
    #[test]
    fn a_batch_that_batch_norms_see_whole_is_shared_by_ranks_that_divide_it() {
        let with = |changes: &[(&str, &str)]| crate::cifar10::SUITE.recipe_with(changes);
        let whole = with(&[("batch_norm", "batch")]);
        whole.check().unwrap();
        for ranks in [1, 2, 64, 128] {
            whole.check_ranks(ranks).unwrap();
            let shared = whole.shared_by(ranks);
            assert_eq!((shared.micro_batch, shared.micro_batches()), (128 / ranks, ranks));
        }
        assert!(whole.check_ranks(3).unwrap_err().to_string().contains("take --ranks 2"));
        assert_eq!(with(&[("micro_batch", "32")]).shared_by(4), with(&[("micro_batch", "32")]));
        let divided = with(&[("batch_norm", "batch"), ("micro_batch", "32")]);
        let refused = divided.check().unwrap_err().to_string();
        assert!(refused.contains("--set micro_batch=0"), "{refused}");
        with(&[("batch_norm", "batch"), ("micro_batch", "128")]).check().unwrap();
    }

    #[test]
    fn warm_up_rises_to_the_highest_rate() {
        let warm = Recipe { warmup_epochs: 2.0, schedule: Schedule::Cosine, ..published() };
        assert!((warm.rate(0, 1000, 1280) - 0.1 / 20.0).abs() < 1e-12);
        assert!((warm.rate(19, 1000, 1280) - 0.1).abs() < 1e-12);
        assert!((warm.rate(20, 1000, 1280) - 0.1).abs() < 1e-12);
        assert!((warm.rate(510, 1000, 1280) - 0.05).abs() < 1e-12);
    }
}
