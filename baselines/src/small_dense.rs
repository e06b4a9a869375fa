//! Small-dense: a dense network with fewer channels and as many weights as the
//! sparse one has active: the baseline that sparse training has to beat.

use crate::dense::Dense;
use sparsity::{Description, Prunes};

pub(crate) const DESCRIPTION: Description = Description {
    name: "small-dense",
    summary: "a dense network with every layer narrowed until it has as many weights as the sparse network",
    source: "the `Small-Dense` rows of RigL, arXiv 1911.11134",
    revision: 0,
    prunes: Prunes::Width,
    edits: false,
    pretrained: false,
    settings: Vec::new,
    build: |_, _| Box::new(Dense),
};
