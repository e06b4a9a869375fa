//! Dense training: all weights, nothing scored, no structure.

use sparsity::{Description, InitialStructure, Method, Prunes, StepPlan};

pub(crate) const DESCRIPTION: Description = Description {
    name: "dense",
    summary: "ordinary training of all weights; the reference of every ratio",
    source: "the suite's recipe",
    revision: 0,
    prunes: Prunes::Nothing,
    edits: false,
    pretrained: false,
    settings: Vec::new,
    build: |_, _| Box::new(Dense),
};

/// All weights, always.
pub(crate) struct Dense;

impl Method for Dense {
    fn initial_structure(&self) -> InitialStructure {
        InitialStructure::Dense
    }

    fn plan(&self, _step: u64) -> StepPlan {
        StepPlan::train("train")
    }
}
