//! The density of one layer after an update of the structure: a row of `layers.csv`.

use serde::{Deserialize, Serialize};

use super::files;
use super::rows::RunRow;

/// The density of one layer after an update of the structure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LayerDensity {
    /// Optimizer steps done when it held.
    pub step: u64,
    /// The layer's name.
    pub layer: String,
    /// Share of its weights that is active, 0 to 1.
    pub density: f64,
}

impl RunRow for LayerDensity {
    const FILE: &'static str = files::LAYERS;
}
