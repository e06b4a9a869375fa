//! The recipe of PASCAL VOC: that of the logs of the group whose figure is reproduced.
//!
//! Five training logs of SSD512 with ResNet-50 on VOC2007 and VOC2012 stood, with the code that wrote them, in the
//! history of NVlabs/MDP; SMCP's published code is the same family. Networks start from random weights.

use super::lists::AUTOMATIC;
use super::schedule::{KNOTS, schedule};
use crate::recipe::{
    ConvolutionWeights, DetectionTask, ImageSides, Initialisation, LinearScaling, LocationLoss,
    Normalisation, Precision, RateSteps, Recipe, Task, batch_norm, batch_norms, precision, training_length,
};
use records::detection::Rule;
use sparsity::{Allowed, SettingSpec, Settings, Value};

const LOGS: &str = "training logs of SSD512-ResNet50 in the history of NVlabs/MDP (commit 975f7c7)";
const SMCP: &str = "SMCP, arXiv 2110.10811, and NVlabs/SMCP smcp/detection";
const BOTH: &str = "SMCP's code and the training logs in the history of NVlabs/MDP";

/// Images per step for which `base_learning_rate` is the rate.
const BASE_BATCH: u64 = 128;
/// Channel statistics of ImageNet (torchvision).
const CHANNELS: Normalisation =
    Normalisation::Channels { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] };

/// The settings; the defaults are the published recipe.
pub fn settings() -> Vec<SettingSpec> {
    let spec = SettingSpec::new;
    let word = |text: &str| Value::Word(text.into());
    vec![
        spec(
            "classes",
            word(AUTOMATIC),
            Allowed::Names,
            "classes of the objects, in the order of the network's outputs, such as helmet,head (auto: those in classes.txt in the data's folder if it is there, else the 20 of PASCAL VOC)",
            "the VOC development kit",
        ),
        spec(
            "train_list",
            word(AUTOMATIC),
            Allowed::Names,
            "lists of ImageSets/Main to train on, such as train or VOC2007/trainval,VOC2012/trainval (auto: those; in another folder trainval, or train if it has no trainval and test)",
            BOTH,
        ),
        spec(
            "test_list",
            word(AUTOMATIC),
            Allowed::Names,
            "lists of ImageSets/Main to evaluate on, such as val (auto: VOC2007/test; in another folder test, or val if it has no test)",
            BOTH,
        ),
        spec(
            "epochs",
            Value::Float(900.0),
            Allowed::Float(1e-3, 1e5),
            "passes over the training images",
            LOGS,
        ),
        training_length(),
        spec("batch_size", Value::Int(128), Allowed::Int(1, 65_536), "images per step", LOGS),
        spec(
            "micro_batch",
            Value::Int(16),
            Allowed::Int(0, 65_536),
            "images that pass through the network at once, over which batch norms average (0: the whole batch)",
            "training logs in the history of NVlabs/MDP: 8 devices of 16 images",
        ),
        batch_norm(),
        spec(
            "base_learning_rate",
            Value::Float(8e-3),
            Allowed::Float(0.0, 100.0),
            "peak learning rate for 128 images per step; multiplied by batch_size / 128 (linear scaling rule)",
            BOTH,
        ),
        spec(
            "learning_rate_schedule",
            word("knots"),
            Allowed::Word(&["knots", "smcp"]),
            "linear between learning_rate_knots, or SMCP's warm-up and four drops at 600, 700, 740 and 770 of 800 epochs (with it --set epochs=800); both are shares of the training",
            LOGS,
        ),
        spec(
            "learning_rate_knots",
            word(KNOTS),
            Allowed::Knots,
            "course of the learning rate: place:factor of the peak, linear in between; the last place is the end of training",
            "training logs in the history of NVlabs/MDP: epochs of 900, where the rate is held for an epoch; here it changes with each step",
        ),
        spec("momentum", Value::Float(0.9), Allowed::Float(0.0, 1.0), "momentum (not Nesterov's)", BOTH),
        spec(
            "weight_decay",
            Value::Float(2e-3),
            Allowed::Float(0.0, 1.0),
            "weight decay (L2) of the weights; batch norms are not decayed, nor are the biases of the heads",
            "SMCP's code and the training logs in the history of NVlabs/MDP, which decay the biases of the heads as well",
        ),
        spec(
            "image_size",
            Value::Int(512),
            Allowed::Int(64, 1024),
            "side of the square that photographs are resized to, in pixels; that of the model's name",
            BOTH,
        ),
        spec(
            "location_loss",
            word("l1-mean"),
            Allowed::Word(&["l1-mean", "smooth-l1-sum"]),
            "loss of boxes: mean absolute error over matched boxes and coordinates, or the SSD paper's Huber loss summed over coordinates, which weighs about four times as much",
            SMCP,
        ),
        spec(
            "augment",
            Value::Flag(true),
            Allowed::Flag,
            "whether photographs are augmented as in SSD (colours, expansion, crop, flip) or only resized",
            "SSD, arXiv 1512.02325, and SMCP's code",
        ),
        spec(
            "train_difficult",
            Value::Flag(true),
            Allowed::Flag,
            "whether difficult objects are learnt, too; an evaluation never asks for them",
            BOTH,
        ),
        spec(
            "metric_rule",
            word("voc2007"),
            Allowed::Word(Rule::NAMES),
            "rule of average precision that gives the result",
            "the VOC2007 development kit; SMCP's code deviates from it (smcp)",
        ),
        spec(
            "evaluate_every",
            Value::Float(9.0),
            Allowed::Float(1e-3, 1e5),
            "epochs between two evaluations; the last step is always evaluated",
            "own choice: ten evaluations in the last tenth of training; it does not change the training",
        ),
        spec(
            "train_images",
            Value::Int(0),
            Allowed::Int(0, i64::MAX),
            "number of training images used, in the order of the lists (0: all)",
            BOTH,
        ),
        spec(
            "precision",
            word("fp32"),
            Allowed::Word(Precision::NAMES),
            "number format of the forward and backward pass",
            "training logs in the history of NVlabs/MDP: FP32 in three of five, FP16 in two",
        ),
        spec(
            "initialisation",
            word("xavier"),
            Allowed::Word(&["xavier", "kaiming"]),
            "initial weights: uniform by Glorot and Bengio, or normal by fan out with the last batch norm of each block zero",
            "xavier: the code of the training logs in the history of NVlabs/MDP; kaiming: SMCP's code, which also draws the biases of the heads; here they are zero",
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
    let side = settings.int("image_size") as usize;
    Recipe {
        epochs: settings.float("epochs") * settings.float("training_length"),
        length: settings.float("training_length"),
        batch_size,
        micro_batch,
        batch_norms: batch_norms(settings),
        learning_rate: scaling.rate(batch_size),
        scaling: Some(scaling),
        schedule: schedule(settings),
        rate_steps: RateSteps::Each,
        // The schedules begin with their warm-up.
        warmup_epochs: 0.0,
        momentum: settings.float("momentum"),
        nesterov: false,
        weight_decay: settings.float("weight_decay"),
        decay_others: false,
        task: Task::Detection(DetectionTask {
            location: match settings.word("location_loss") {
                "smooth-l1-sum" => LocationLoss::SmoothL1Sum,
                _ => LocationLoss::L1Mean,
            },
            augment: settings.flag("augment"),
            train_difficult: settings.flag("train_difficult"),
            rule: settings.word("metric_rule").parse().expect("the setting allows the names of rules only"),
        }),
        dropout: 0.0,
        normalisation: CHANNELS,
        sides: ImageSides { crop: side, resize: side },
        border: 0,
        evaluate_every: settings.float("evaluate_every"),
        train_images: settings.int("train_images"),
        precision: precision(settings),
        initialisation: match settings.word("initialisation") {
            "kaiming" => Initialisation { zero_residual: true, ..Initialisation::default() },
            _ => Initialisation { convolutions: ConvolutionWeights::Xavier, ..Initialisation::default() },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::SUITE;
    use super::*;

    fn with(changes: &[(&str, &str)]) -> Recipe {
        SUITE.recipe_with(changes)
    }

    #[test]
    fn the_rate_follows_the_batch_and_a_step_has_eight_micro_batches() {
        let recipe = with(&[]);
        assert_eq!((recipe.micro_batches(), recipe.learning_rate), (8, 8e-3));
        assert!((with(&[("batch_size", "32")]).learning_rate - 2e-3).abs() < 1e-15);
        assert_eq!(with(&[("batch_size", "32"), ("micro_batch", "0")]).micro_batches(), 1);
        let whole = with(&[("micro_batch", "0"), ("batch_norm", "batch")]);
        let refused = whole.check().unwrap_err().to_string();
        assert!(
            refused.contains("for classification") && refused.contains("--set micro_batch=0"),
            "{refused}"
        );
        assert!(!recipe.check_ranks(16).unwrap_err().to_string().contains("batch_norm"));
        let sides = with(&[("image_size", "256")]).sides;
        assert_eq!((sides.crop, sides.resize), (256, 256));
    }
}
