//! SET: growth at random.

use crate::regrow::{Regrow, specs};
use sparsity::{Criterion, Description, Prunes};

pub(crate) const DESCRIPTION: Description = Description {
    name: "set",
    summary: "drops the smallest weights, grows at random",
    source: "Mocanu et al., arXiv 1707.04780, in RigL's setting",
    revision: 0,
    prunes: Prunes::Weights,
    edits: true,
    pretrained: false,
    settings: specs,
    build: |settings, context| Box::new(Regrow::new(settings, context, Criterion::Random)),
};
