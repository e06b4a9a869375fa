//! What is drawn of a training: rows of the files in its run directory.

use std::collections::BTreeMap;

use crate::run::Run;
use crate::store::Complaint;

/// Growths whose survival is followed.
const COHORTS: usize = 8;

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

    /// The curve of one run; what cannot be read of it is added to the complaints.
    pub fn read(self, run: &Run, complaints: &mut Vec<Complaint>) -> Vec<Sample> {
        match self {
            Curve::Top1 | Curve::TrainLoss | Curve::TestLoss => {
                let read = run.evaluations();
                complaints.extend(read.complaints);
                let rows = read.rows.into_iter();
                let value = |row: &crate::run::Evaluation| match self {
                    Curve::TrainLoss => row.train_loss,
                    Curve::TestLoss => row.val_loss,
                    _ => row.top1,
                };
                rows.filter_map(|row| Some(sample(row.epoch, value(&row)?))).collect()
            }
            Curve::Density => {
                let read = run.layers();
                complaints.extend(read.complaints);
                let last = read.rows.iter().map(|row| row.step).max();
                let layers = read.rows.into_iter().filter(|row| Some(row.step) == last);
                let sample = |(at, row): (u32, crate::run::LayerDensity)| Sample {
                    x: f64::from(at),
                    y: row.density,
                    layer: Some(row.layer),
                };
                (1..).zip(layers).map(sample).collect()
            }
            Curve::SurvivalByAge => {
                let read = run.changes();
                complaints.extend(read.complaints);
                let mut of_age: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
                for row in &read.rows {
                    for age in 1..=COHORTS {
                        of_age.entry(age).or_default().extend(row.survival(age));
                    }
                }
                let mean =
                    |(age, all): (usize, Vec<f64>)| Some(sample(age as f64, crate::statistics::mean(&all)?));
                of_age.into_iter().filter_map(mean).collect()
            }
            Curve::IouPrevious | Curve::IouFinal | Curve::Survival => {
                let read = run.changes();
                complaints.extend(read.complaints);
                let value = |row: &crate::run::Change| match self {
                    Curve::IouPrevious => row.iou_previous,
                    Curve::IouFinal => row.iou_final,
                    _ => row.survival(1),
                };
                let rows = read.rows.into_iter();
                rows.filter_map(|row| Some(sample(row.step as f64, value(&row)?))).collect()
            }
        }
    }
}

fn sample(x: f64, y: f64) -> Sample {
    Sample { x, y, layer: None }
}
