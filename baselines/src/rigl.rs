//! RigL: growth by the dense gradient of one batch.

use crate::regrow::{Regrow, specs};
use sparsity::{Criterion, Description, Thins};

pub(crate) const DESCRIPTION: Description = Description {
    name: "rigl",
    summary: "drop the smallest weights, grow where the dense gradient is largest",
    source: "Evci et al., arXiv 1911.11134",
    thins: Thins::Weights,
    pretrained: false,
    settings: specs,
    build: |settings, horizon| Box::new(Regrow::new(settings, horizon, Criterion::Gradient)),
};
