//! SNIP: pruning at initialisation by connection sensitivity, `|w g|`.

use crate::at_start::{AtStart, specs};
use sparsity::{Criterion, Description, Prunes};

pub(crate) const DESCRIPTION: Description = Description {
    name: "snip",
    summary: "prunes the initial weights once, by |weight x gradient| on a batch",
    source: "Lee et al., arXiv 1810.02340",
    revision: 0,
    prunes: Prunes::Weights,
    edits: true,
    pretrained: false,
    settings: specs,
    build: |settings, context| Box::new(AtStart::new(settings, context, Criterion::Snip)),
};
