//! SET: growth at random.

use crate::regrow::{Regrow, specs};
use sparsity::{Criterion, Description, Thins};

pub(crate) const DESCRIPTION: Description = Description {
    name: "set",
    summary: "drop the smallest weights, grow anywhere",
    source: "Mocanu et al., arXiv 1707.04780, in RigL's setting",
    thins: Thins::Weights,
    pretrained: false,
    settings: specs,
    build: |settings, horizon| Box::new(Regrow::new(settings, horizon, Criterion::Random)),
};
