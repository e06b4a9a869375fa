//! GraSP: pruning at initialisation that preserves the gradient flow, `w (H g)`.
//!
//! The paper divides the logits by a temperature of 200 while it scores; here
//! the training loss is used as it is.

use crate::at_start::{AtStart, specs};
use sparsity::{Criterion, Description, Prunes};

pub(crate) const DESCRIPTION: Description = Description {
    name: "grasp",
    summary: "prunes the initial weights once, preserving the gradient flow",
    source: "Wang et al., arXiv 2002.07376",
    revision: 0,
    prunes: Prunes::Weights,
    edits: true,
    pretrained: false,
    settings: specs,
    build: |settings, context| Box::new(AtStart::new(settings, context, Criterion::Grasp)),
};
