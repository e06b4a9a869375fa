//! The recipe of ImageNet: RigL's for ResNet-50, with the 100 epochs of the IEE paper.

use crate::recipe::{
    ClassifierWeights, ConvolutionWeights, ImageSides, Initialisation, LinearScaling, Normalisation,
    Precision, RateSteps, Recipe, Task, batch_norm, batch_norms, drops_or_cosine, precision, training_length,
};
use sparsity::{Allowed, SettingSpec, Settings, Value};

const PAPER: &str = "RigL, arXiv 1911.11134, appendix, and google-research/rigl imagenet_resnet";
const MODEL: &str = "google-research/rigl, imagenet_resnet/resnet_model.py";

/// Images per step for which `base_learning_rate` is the rate.
const BASE_BATCH: u64 = 256;

/// Channel statistics of ImageNet (torchvision).
const CHANNELS: Normalisation =
    Normalisation::Channels { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };

/// The settings; the defaults are the published recipe.
pub fn settings() -> Vec<SettingSpec> {
    let spec = SettingSpec::new;
    let word = |text: &str| Value::Word(text.into());
    vec![
        spec(
            "epochs",
            Value::Float(100.0),
            Allowed::Float(1e-3, 1e5),
            "passes over the training images",
            "arXiv 2502.03658, caption of Table 2: 100; RigL's 32,000 steps are 102.307",
        ),
        training_length(),
        spec("batch_size", Value::Int(4096), Allowed::Int(1, 1_048_576), "images per step", PAPER),
        spec(
            "micro_batch",
            Value::Int(256),
            Allowed::Int(0, 1_048_576),
            "images that pass through the network at once, over which batch norms average (0: the whole batch)",
            "own choice: fits one device of 40 GB; RigL's devices saw 32 to 128",
        ),
        batch_norm(),
        spec(
            "base_learning_rate",
            Value::Float(0.1),
            Allowed::Float(0.0, 100.0),
            "peak learning rate for 256 images per step; multiplied by batch_size / 256 (linear scaling rule)",
            PAPER,
        ),
        spec(
            "learning_rate_schedule",
            word("drops"),
            Allowed::Word(&["drops", "cosine"]),
            "step decay at fixed fractions of training, or cosine decay to zero after the warm-up",
            PAPER,
        ),
        spec(
            "learning_rate_steps",
            word("each"),
            Allowed::Word(&["each", "epoch"]),
            "whether the learning rate changes with each training step, or is constant within an epoch",
            "RigL's ImageNet code",
        ),
        spec(
            "learning_rate_drops",
            word("0.3,0.7,0.9"),
            Allowed::Shares,
            "fractions of training at which the learning rate drops",
            "RigL's ImageNet code: epochs 30, 70 and 90",
        ),
        spec(
            "learning_rate_drop_factor",
            Value::Float(0.1),
            Allowed::Float(0.0, 1.0),
            "factor by which the learning rate is multiplied at each drop",
            PAPER,
        ),
        spec(
            "warmup_epochs",
            Value::Float(5.0),
            Allowed::Float(0.0, 1e4),
            "epochs of linear learning-rate warm-up",
            PAPER,
        ),
        spec("momentum", Value::Float(0.9), Allowed::Float(0.0, 1.0), "momentum", PAPER),
        spec(
            "nesterov",
            Value::Flag(true),
            Allowed::Flag,
            "whether momentum is Nesterov momentum",
            "RigL's ImageNet code",
        ),
        spec(
            "weight_decay",
            Value::Float(1e-4),
            Allowed::Float(0.0, 1.0),
            "weight decay (L2) of the weights",
            PAPER,
        ),
        spec(
            "decay_others",
            Value::Flag(false),
            Allowed::Flag,
            "whether biases and batch norms are decayed as well",
            "RigL's ImageNet code regularises kernels only",
        ),
        spec(
            "label_smoothing",
            Value::Float(0.1),
            Allowed::Float(0.0, 0.99),
            "fraction of the target that is spread over all classes",
            PAPER,
        ),
        spec(
            "image_size",
            Value::Int(224),
            Allowed::Int(32, 1024),
            "side of the square that the network sees, in pixels",
            PAPER,
        ),
        spec(
            "resize",
            Value::Int(256),
            Allowed::Int(32, 2048),
            "shorter side of an image before the central crop of an evaluation, in pixels",
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
            "dropout",
            Value::Float(0.0),
            Allowed::Float(0.0, 0.99),
            "dropout rate of the networks that have dropouts, before the fully connected layers of VGG and MobileNet-V2",
            "own choice: the networks of the published tables have none",
        ),
        spec(
            "convolution_weights",
            word("fan-in"),
            Allowed::Word(&["fan-in", "fan-out"]),
            "initial weights of convolutions: normal within two deviations and of variance 1 / fan in, or normal and of variance 2 / fan out (He et al., arXiv 1502.01852)",
            MODEL,
        ),
        spec(
            "classifier_weights",
            word("normal"),
            Allowed::Word(&["normal", "uniform"]),
            "initial weights of the classifier: normal with a deviation of 0.01, or uniform within 1 / sqrt(fan in)",
            MODEL,
        ),
        spec(
            "zero_residual",
            Value::Flag(true),
            Allowed::Flag,
            "whether the last batch norm of each block starts with a scale of zero, so that the block begins as the identity",
            MODEL,
        ),
        spec(
            "precision",
            word("bf16"),
            Allowed::Word(Precision::NAMES),
            "number format of the forward and backward pass",
            "own choice: mixed precision; RigL ran bfloat16 on TPUs",
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
    let setting = "base_learning_rate";
    let scaling = LinearScaling { setting, base_rate: settings.float(setting), base_batch: BASE_BATCH };
    Recipe {
        epochs: settings.float("epochs") * settings.float("training_length"),
        length: settings.float("training_length"),
        batch_size,
        micro_batch,
        batch_norms: batch_norms(settings),
        learning_rate: scaling.rate(batch_size),
        scaling: Some(scaling),
        schedule: drops_or_cosine(settings),
        rate_steps: match settings.word("learning_rate_steps") {
            "epoch" => RateSteps::Epoch,
            _ => RateSteps::Each,
        },
        warmup_epochs: settings.float("warmup_epochs"),
        momentum: settings.float("momentum"),
        nesterov: settings.flag("nesterov"),
        weight_decay: settings.float("weight_decay"),
        decay_others: settings.flag("decay_others"),
        task: Task::Classification { label_smoothing: settings.float("label_smoothing") },
        dropout: settings.float("dropout"),
        normalisation: CHANNELS,
        sides: ImageSides {
            crop: settings.int("image_size") as usize,
            resize: settings.int("resize") as usize,
        },
        border: 0,
        evaluate_every: settings.float("evaluate_every"),
        train_images: 0,
        precision: precision(settings),
        initialisation: Initialisation {
            convolutions: match settings.word("convolution_weights") {
                "fan-out" => ConvolutionWeights::FanOut,
                _ => ConvolutionWeights::FanIn,
            },
            classifier: match settings.word("classifier_weights") {
                "uniform" => ClassifierWeights::Uniform,
                _ => ClassifierWeights::Normal,
            },
            zero_residual: settings.flag("zero_residual"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::SUITE;
    use super::*;

    /// Training images of ImageNet.
    const IMAGES: usize = 1_281_167;

    fn with(changes: &[(&str, &str)]) -> Recipe {
        SUITE.recipe_with(changes)
    }

    #[test]
    fn the_published_steps_and_rates_follow() {
        assert_eq!(with(&[("epochs", "102.307")]).steps(IMAGES), 32_000);
        let recipe = with(&[]);
        let (steps, epoch) = (recipe.steps(IMAGES), IMAGES as f64 / 4096.0);
        let rate = |epochs: f64| recipe.rate((epochs * epoch) as u64, steps, IMAGES);
        for (epochs, expected) in
            [(2.5, 0.8), (5.1, 1.6), (29.9, 1.6), (30.1, 0.16), (70.1, 0.016), (90.1, 0.0016)]
        {
            assert!((rate(epochs) - expected).abs() < 0.01 * expected, "{epochs}: {}", rate(epochs));
        }
    }

    /// The recipe that the profile `paper` gives to comparisons of channels.
    fn of_channels() -> Recipe {
        let preset = SUITE.preset("paper").unwrap().for_channels();
        recipe(&Settings::resolve(settings(), &preset.recipe).unwrap())
    }

    /// HALP's code: 1.024 at a batch of 1,024, (epoch + 1) / 8 of it in the warm-up, then a cosine over 82 epochs. The
    /// thirty prunes, 40 iterations apart, all fall into the first of 1,251 iterations an epoch.
    #[test]
    fn the_rates_of_halp_follow() {
        let recipe = of_channels();
        let (steps, epoch) = (recipe.steps(IMAGES), IMAGES.div_ceil(1024) as u64);
        assert_eq!(epoch, 1252);
        let rate = |epochs: u64| recipe.rate(epochs * epoch, steps, IMAGES);
        for (epochs, expected) in
            [(0, 0.128), (1, 0.256), (6, 0.896), (7, 1.024), (8, 1.024), (49, 0.512), (69, 0.156_963)]
        {
            assert!((rate(epochs) - expected).abs() < 1e-6, "{epochs}: {}", rate(epochs));
        }
        let prunes: Vec<f64> = (1..=30).map(|prune| recipe.rate(40 * prune - 1, steps, IMAGES)).collect();
        assert!(prunes.iter().all(|rate| (*rate - 0.128).abs() < 1e-12), "{prunes:?}");
        assert!(recipe.rate(steps - 1, steps, IMAGES) < 4e-4 * 1.024);
    }

    /// The recipe by which the profile `paper` trains a method.
    fn of_method(name: &str) -> Recipe {
        let preset = SUITE.preset("paper").unwrap();
        recipe(&Settings::resolve(settings(), &preset.recipe_for(name)).unwrap())
    }

    /// aojunzz/NM-sparsity, config_resnet50_2by4.yaml and train_imagenet.py: 0.1 at 256 images, up in 5 and down along
    /// a cosine in 115 epochs, step by step.
    #[test]
    fn the_recipe_of_sr_ste_is_that_of_its_code() {
        let recipe = of_method("sr-ste");
        assert_eq!((recipe.epochs, recipe.batch_size, recipe.learning_rate), (120.0, 256, 0.1));
        assert_eq!((recipe.momentum, recipe.nesterov, recipe.weight_decay), (0.9, false, 5e-5));
        assert_eq!((recipe.decay_others, recipe.task), (true, Task::Classification { label_smoothing: 0.0 }));
        assert_eq!(recipe.initialisation, Initialisation::default());
        let steps = recipe.steps(IMAGES);
        let rate = |epochs: f64| recipe.rate((epochs * IMAGES as f64 / 256.0) as u64, steps, IMAGES);
        for (epochs, expected) in [(2.5, 0.05), (5.0, 0.1), (62.5, 0.05), (119.9, 0.0)] {
            assert!((rate(epochs) - expected).abs() < 1e-4, "{epochs}: {}", rate(epochs));
        }
    }

    /// IST-DASLab/ACDC, configuration and learning-rate schedule of ResNet-50 for 100 epochs, constant within each.
    #[test]
    fn the_recipe_of_acdc_is_that_of_its_code() {
        let recipe = of_method("acdc");
        assert_eq!((recipe.epochs, recipe.batch_size, recipe.learning_rate), (100.0, 256, 0.256));
        assert_eq!((recipe.momentum, recipe.nesterov, recipe.weight_decay), (0.875, false, 1.0 / 32768.0));
        assert_eq!((recipe.decay_others, recipe.task), (true, Task::Classification { label_smoothing: 0.0 }));
        let (steps, epoch) = (recipe.steps(IMAGES), IMAGES.div_ceil(256) as u64);
        let rate = |epochs: u64| recipe.rate(epochs * epoch, steps, IMAGES);
        // 0.256 (1 + cos(pi (e - 5) / 95)) / 2 from epoch 5 on.
        for (epochs, expected) in [(0, 0.0512), (4, 0.256), (5, 0.256), (24, 0.231_554)] {
            assert!((rate(epochs) - expected).abs() < 1e-6, "{epochs}: {}", rate(epochs));
        }
    }

    /// VITA-Group/GraNet, README: pruned until epoch 30 of 100, every 4,000 steps of two times 64 images. The example of
    /// SRigL's README is RigL's recipe, 800 steps of 512 images between updates as 100 of 4,096, and needs no line here.
    #[test]
    fn granet_prunes_when_its_code_does_and_srigl_by_its_defaults() {
        let preset = SUITE.preset("paper").unwrap();
        let own = |name| preset.method(name, &[]);
        let value =
            |key| own("granet").iter().find(|set| set.key == key).unwrap().text.parse::<f64>().unwrap();
        assert_eq!(value("prune_end"), 30.0 / 100.0);
        assert_eq!(value("update_interval") * with(&[]).batch_size as f64, 4000.0 * 2.0 * 64.0);
        assert_eq!((own("granet").len(), own("srigl").len()), (2, 0));
        assert!(
            ["granet", "srigl", "mest", "top-kast"].iter().all(|name| preset.own_recipe(name).is_empty())
        );
    }

    /// google-research/rigl, resnet_model.py, and the ResNet of torchvision that HALP's code has.
    #[test]
    fn initial_weights_are_those_of_the_sources() {
        let (rigl, halp) = (with(&[]).initialisation, of_channels().initialisation);
        let (convolutions, classifier) = (ConvolutionWeights::FanIn, ClassifierWeights::Normal);
        assert_eq!(rigl, Initialisation { convolutions, classifier, zero_residual: true });
        assert_eq!(halp, Initialisation::default());
    }

    #[test]
    fn the_rate_follows_the_batch_and_the_schedule_the_length() {
        let small = with(&[("batch_size", "512")]);
        assert!((small.learning_rate - 0.2).abs() < 1e-12);
        let long = with(&[("training_length", "5")]);
        let steps = long.steps(IMAGES);
        assert_eq!(long.epochs, 500.0);
        let at = |share: f64| long.rate((share * steps as f64) as u64, steps, IMAGES);
        assert!((at(0.29) - 1.6).abs() < 1e-9 && (at(0.31) - 0.16).abs() < 1e-9);
        assert!((long.rate(0, steps, IMAGES) / with(&[]).rate(0, 31_278, IMAGES) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_batch_is_a_whole_number_of_micro_batches() {
        assert_eq!(with(&[]).micro_batches(), 16);
        assert_eq!(with(&[("micro_batch", "0")]).micro_batches(), 1);
        assert_eq!(with(&[("batch_size", "64")]).micro_batches(), 1);
        let message = with(&[("micro_batch", "100")]).check().unwrap_err().to_string();
        assert!(message.contains("micro_batch=64"), "{message}");
        let message = with(&[("image_size", "300")]).check().unwrap_err().to_string();
        assert!(message.contains("resize"), "{message}");
        assert!(with(&[]).check().is_ok());
    }
}
