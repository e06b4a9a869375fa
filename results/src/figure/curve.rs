//! What is drawn of a training: rows of the files in its run directory.

use records::Complaint;
use records::RunDirectory;
use records::run_directory::{COHORTS, Evaluation, LayerDensity, StructureUpdate};

/// A quantity that a run directory tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    /// Top-1 accuracy over epochs.
    Top1,
    /// Loss on the training examples over epochs.
    TrainLoss,
    /// Loss on the test examples over epochs.
    TestLoss,
    /// Agreement of each structure with the one before.
    IouPrevious,
    /// Agreement of each structure with the final one.
    IouFinal,
    /// Share of the connections grown last that outlive the next drop, over training.
    Survival,
    /// Share of grown connections that outlive a drop, over the number of growths since; the mean
    /// over all drops.
    SurvivalByAge,
    /// Share of the weights of each layer that stay, in the last structure that was kept.
    Density,
}

/// One place of a curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Place from left to right.
    pub x: f64,
    /// The quantity.
    pub y: f64,
    /// The layer it is of.
    pub layer: Option<String>,
}

/// What the files of one run directory tell, as far as it is needed.
#[derive(Debug, Default)]
pub struct Told {
    evaluations: Vec<Evaluation>,
    updates: Vec<StructureUpdate>,
    layers: Vec<LayerDensity>,
}

impl Curve {
    /// What stands above a panel of it.
    pub fn title(self) -> &'static str {
        match self {
            Curve::Top1 => "Top-1 accuracy",
            Curve::TrainLoss => "Training loss",
            Curve::TestLoss => "Validation loss",
            Curve::IouPrevious => "Agreement with the structure before",
            Curve::IouFinal => "Agreement with the final structure",
            Curve::Survival => "Survival of the connections grown last",
            Curve::SurvivalByAge => "Survival over growths, mean over drops",
            Curve::Density => "Density of the layers",
        }
    }

    /// What stands under the axis from left to right.
    pub fn across(self) -> &'static str {
        match self {
            Curve::Top1 | Curve::TrainLoss | Curve::TestLoss => "Epochs",
            Curve::IouPrevious | Curve::IouFinal | Curve::Survival => "Optimizer steps",
            Curve::SurvivalByAge => "Growths since",
            Curve::Density => "Layer, counted from the input",
        }
    }

    /// What stands beside the axis upwards.
    pub fn up(self) -> &'static str {
        match self {
            Curve::Top1 => "Top-1 accuracy (%)",
            Curve::TrainLoss | Curve::TestLoss => "Loss (nats an example)",
            Curve::IouPrevious | Curve::IouFinal => "IoU (0 to 1)",
            Curve::Survival | Curve::SurvivalByAge => "Share that survived",
            Curve::Density => "Share of weights",
        }
    }

    /// The margins that the axes have at least, in their units.
    pub fn margins(self) -> (f64, f64) {
        match self {
            Curve::Top1 => (0.1, 0.5),
            Curve::TrainLoss | Curve::TestLoss => (0.1, 0.05),
            Curve::IouPrevious | Curve::IouFinal | Curve::Survival => (1.0, 0.02),
            Curve::SurvivalByAge | Curve::Density => (0.5, 0.02),
        }
    }

    /// Whether only whole numbers have a meaning on the axis from left to right.
    pub fn counts(self) -> bool {
        matches!(self, Curve::SurvivalByAge | Curve::Density)
    }

    /// The curve of one run.
    pub fn read(self, told: &Told) -> Vec<Sample> {
        match self {
            Curve::Top1 | Curve::TrainLoss | Curve::TestLoss => {
                let value = |row: &Evaluation| match self {
                    // Before the first step there is none.
                    Curve::TrainLoss => row.train_loss.filter(|_| row.step > 0),
                    Curve::TestLoss => row.val_loss,
                    _ => row.top1,
                };
                told.evaluations.iter().filter_map(|row| Some(sample(row.epoch, value(row)?))).collect()
            }
            Curve::Density => {
                let last = told.layers.iter().map(|row| row.step).max();
                let layers = told.layers.iter().filter(|row| Some(row.step) == last);
                let sample = |(at, row): (u32, &LayerDensity)| Sample {
                    x: f64::from(at),
                    y: row.density,
                    layer: Some(row.layer.clone()),
                };
                (1..).zip(layers).map(sample).collect()
            }
            Curve::SurvivalByAge => {
                let mean = |age: usize| {
                    let all: Vec<f64> =
                        told.updates.iter().filter_map(|row| row.survival_after(age)).collect();
                    Some(sample(age as f64, crate::statistics::mean(&all)?))
                };
                (1..=COHORTS).filter_map(mean).collect()
            }
            Curve::IouPrevious | Curve::IouFinal | Curve::Survival => {
                let value = |row: &StructureUpdate| match self {
                    Curve::IouPrevious => row.iou_previous,
                    Curve::IouFinal => row.iou_final,
                    _ => row.survival_after(1),
                };
                told.updates.iter().filter_map(|row| Some(sample(row.step as f64, value(row)?))).collect()
            }
        }
    }
}

impl Told {
    /// Reads the files that some curves need; what cannot be read is added to the complaints.
    pub fn of(run: &RunDirectory, curves: &[Curve], complaints: &mut Vec<Complaint>) -> Told {
        let mut told = Told::default();
        let needs = |some: &[Curve]| curves.iter().any(|curve| some.contains(curve));
        if needs(&[Curve::Top1, Curve::TrainLoss, Curve::TestLoss]) {
            let read = run.evaluations();
            complaints.extend(read.complaints);
            told.evaluations = read.rows;
        }
        if needs(&[Curve::IouPrevious, Curve::IouFinal, Curve::Survival, Curve::SurvivalByAge]) {
            let read = run.updates();
            complaints.extend(read.complaints);
            told.updates = read.rows;
        }
        if needs(&[Curve::Density]) {
            let read = run.layers();
            complaints.extend(read.complaints);
            told.layers = read.rows;
        }
        told
    }
}

fn sample(x: f64, y: f64) -> Sample {
    Sample { x, y, layer: None }
}
