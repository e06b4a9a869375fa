//! What a change of the structure did, for the diagnostics. All of it is still on the device.

use tch::Tensor;

/// What a change of the structure did.
#[derive(Debug)]
pub struct EditReport {
    /// Mask before.
    pub before: Tensor,
    /// Mask after the drops, before any growth.
    pub pruned: Tensor,
    /// Whether the mask is one that training [settles](sparsity::Edits::settles) on.
    pub settled: bool,
    /// Scores of all weights at a drop, if there was one.
    pub saliency: Option<Tensor>,
    /// Quantiles ([`QUANTILES`](records::run_directory::QUANTILES), or none) of the scores of the active weights before
    /// a drop, if there was one.
    pub drop_scores: Option<Tensor>,
    /// Quantiles of the scores of the inactive weights before a growth, if there was one.
    pub grow_scores: Option<Tensor>,
    /// Latency afterwards over that of the dense network, where channels are pruned.
    pub latency: Option<f64>,
}

impl EditReport {
    /// A report of changes that begin at the mask `before`.
    pub(crate) fn from(before: &Tensor) -> Self {
        Self {
            before: before.shallow_clone(),
            pruned: before.shallow_clone(),
            settled: false,
            saliency: None,
            drop_scores: None,
            grow_scores: None,
            latency: None,
        }
    }
}
