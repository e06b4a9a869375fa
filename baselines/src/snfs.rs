//! SNFS: growth by the smoothed dense gradient, which needs the dense gradient at every step.

use crate::regrow::{Regrow, specs};
use sparsity::{Criterion, Description, Prunes};

pub(crate) const DESCRIPTION: Description = Description {
    name: "snfs",
    summary: "drops the smallest weights, grows where the smoothed dense gradient is largest",
    source: "Dettmers and Zettlemoyer, arXiv 1907.04840, in RigL's setting without redistribution",
    revision: 0,
    prunes: Prunes::Weights,
    edits: true,
    pretrained: false,
    settings: specs,
    build: |settings, context| Box::new(Regrow::new(settings, context, Criterion::GradientMomentum)),
};
