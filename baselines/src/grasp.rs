//! GraSP: one cut at the start that keeps the flow of gradients, `w (H g)`.
//!
//! The paper divides the logits by a temperature of 200 while it scores; here
//! the loss is that of training.

use crate::at_start::{AtStart, specs};
use sparsity::{Criterion, Description, Prunes};

pub(crate) const DESCRIPTION: Description = Description {
    name: "grasp",
    summary: "one cut of the initial weights, by their part in the flow of gradients",
    source: "Wang et al., arXiv 2002.07376",
    prunes: Prunes::Weights,
    edits: true,
    pretrained: false,
    settings: specs,
    build: |settings, context| Box::new(AtStart::new(settings, context, Criterion::Grasp)),
};
