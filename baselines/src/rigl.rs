//! RigL: growth by the dense gradient of one batch.

use crate::regrow::{Regrow, specs};
use sparsity::{Criterion, Description, Prunes};

pub(crate) const DESCRIPTION: Description = Description {
    name: "rigl",
    summary: "drop the smallest weights, grow where the dense gradient is largest",
    source: "Evci et al., arXiv 1911.11134",
    prunes: Prunes::Weights,
    pretrained: false,
    settings: specs,
    build: |settings, context| Box::new(Regrow::new(settings, context, Criterion::Gradient)),
};
