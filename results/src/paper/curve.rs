//! What can be drawn of a training over its course.

use records::Metric;

use crate::page::text::capitalised;

/// A quantity that a run directory records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Curve {
    /// The metric of the suite over epochs.
    Score,
    /// Loss on the training examples over epochs, nats per example: the mean since the evaluation before.
    TrainLoss,
    /// Loss on the test examples over epochs, nats per example.
    TestLoss,
    /// Overlap (IoU) of each structure with the previous one, 0 to 1.
    IouPrevious,
    /// Overlap (IoU) of each structure with the final one, 0 to 1.
    IouFinal,
    /// Fraction of the latest grown connections that survive the next drop, over training.
    Survival,
    /// Fraction of grown connections that survive a drop, over the number of growth steps since; the mean
    /// over all drops.
    SurvivalByAge,
    /// Fraction of the weights of each layer that remain, in the last recorded structure.
    Density,
}

impl Curve {
    /// Title of a panel that shows it.
    pub fn title(self, metric: Metric) -> String {
        let title = match self {
            Curve::Score => return capitalised(metric.name),
            Curve::TrainLoss => "Training loss",
            Curve::TestLoss => "Validation loss",
            Curve::IouPrevious => "Overlap with the previous structure",
            Curve::IouFinal => "Overlap with the final structure",
            Curve::Survival => "Survival of the latest grown connections",
            Curve::SurvivalByAge => "Survival by age, mean over drops",
            Curve::Density => "Layer density",
        };
        title.to_string()
    }

    /// Label of the horizontal axis, with its unit.
    pub fn across(self) -> &'static str {
        match self {
            Curve::Score | Curve::TrainLoss | Curve::TestLoss => "Epochs",
            Curve::IouPrevious | Curve::IouFinal | Curve::Survival => "Optimizer steps",
            Curve::SurvivalByAge => "Growth steps since",
            Curve::Density => "Layer, from the input",
        }
    }

    /// Label of the vertical axis, with its unit.
    pub fn up(self, metric: Metric) -> String {
        let up = match self {
            Curve::Score => return format!("{} ({})", capitalised(metric.name), metric.unit),
            Curve::TrainLoss | Curve::TestLoss => "Loss (nats per example)",
            Curve::IouPrevious | Curve::IouFinal => "IoU (0 to 1)",
            Curve::Survival | Curve::SurvivalByAge => "Fraction surviving",
            Curve::Density => "Fraction of weights",
        };
        up.to_string()
    }

    /// The least margins of the horizontal and the vertical axis, in their units.
    pub fn margins(self) -> (f64, f64) {
        match self {
            Curve::Score => (0.1, 0.5),
            Curve::TrainLoss | Curve::TestLoss => (0.1, 0.05),
            Curve::IouPrevious | Curve::IouFinal | Curve::Survival => (1.0, 0.02),
            Curve::SurvivalByAge | Curve::Density => (0.5, 0.02),
        }
    }

    /// Whether only whole numbers are meaningful on the horizontal axis.
    pub fn counts(self) -> bool {
        matches!(self, Curve::SurvivalByAge | Curve::Density)
    }
}
