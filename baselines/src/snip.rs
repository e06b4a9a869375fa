//! SNIP: one cut at the start by connection sensitivity, `|w g|`.

use crate::at_start::{AtStart, specs};
use sparsity::{Criterion, Description, Prunes};

pub(crate) const DESCRIPTION: Description = Description {
    name: "snip",
    summary: "one cut of the initial weights, by |weight x gradient| of a batch",
    source: "Lee et al., arXiv 1810.02340",
    prunes: Prunes::Weights,
    edits: true,
    pretrained: false,
    settings: specs,
    build: |settings, context| Box::new(AtStart::new(settings, context, Criterion::Snip)),
};
