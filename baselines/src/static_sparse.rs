//! Static sparse training: a random structure that never changes.

use sparsity::{Description, InitialStructure, Method, Prunes, StepPlan};

pub(crate) const DESCRIPTION: Description = Description {
    name: "static",
    summary: "a random sparse structure that never changes; the baseline of dynamic sparse training",
    source: "the `Static` rows of RigL, arXiv 1911.11134",
    revision: 0,
    prunes: Prunes::Weights,
    edits: false,
    pretrained: false,
    settings: Vec::new,
    build: |_, _| Box::new(Static),
};

struct Static;

impl Method for Static {
    fn initial_structure(&self) -> InitialStructure {
        InitialStructure::Random
    }

    fn plan(&self, _step: u64) -> StepPlan {
        StepPlan::train("train")
    }
}
