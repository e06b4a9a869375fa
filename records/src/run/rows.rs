//! The rows of a run directory's files.

use serde::Deserialize;

/// One evaluation during training.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Evaluation {
    /// Optimizer steps done.
    pub step: u64,
    /// Epochs done.
    pub epoch: f64,
    /// Stage of the method at the last step.
    pub stage: String,
    /// Learning rate of the last step.
    pub learning_rate: Option<f64>,
    /// Share of zeros, 0 to 1.
    pub sparsity: Option<f64>,
    /// Mean training loss since the last evaluation, nats an example.
    pub train_loss: Option<f64>,
    /// Mean loss on the test examples, nats an example.
    pub val_loss: Option<f64>,
    /// Top-1 accuracy, percent.
    pub top1: Option<f64>,
    /// Top-5 accuracy, percent.
    pub top5: Option<f64>,
}

/// One change of the structure.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Change {
    /// Step after which it happened.
    pub step: u64,
    /// Stage of the method.
    pub stage: String,
    /// Connections dropped.
    pub dropped: u64,
    /// Connections grown.
    pub grown: u64,
    /// Active connections afterwards.
    pub active: u64,
    /// Shared over joint connections with the structure that training last settled on.
    pub iou_previous: Option<f64>,
    /// The same with the final structure.
    pub iou_final: Option<f64>,
    /// Latency afterwards over that of the dense network, where channels are pruned.
    pub latency: Option<f64>,
    survival_1: Option<f64>,
    survival_2: Option<f64>,
    survival_3: Option<f64>,
    survival_4: Option<f64>,
    survival_5: Option<f64>,
    survival_6: Option<f64>,
    survival_7: Option<f64>,
    survival_8: Option<f64>,
}

impl Change {
    /// Share of the connections grown `growths` growths ago that outlived this drop, from 1.
    pub fn survival(&self, growths: usize) -> Option<f64> {
        let all = [
            self.survival_1,
            self.survival_2,
            self.survival_3,
            self.survival_4,
            self.survival_5,
            self.survival_6,
            self.survival_7,
            self.survival_8,
        ];
        *all.get(growths.checked_sub(1)?)?
    }
}

/// Density of one layer after a change.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct LayerDensity {
    /// Step after which it held.
    pub step: u64,
    /// The layer.
    pub layer: String,
    /// Share of its weights that is active, 0 to 1.
    pub density: f64,
}
