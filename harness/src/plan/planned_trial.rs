//! A trial of a plan, resolved once for everything that is to be known of it before it runs.

use sparsity::Method;
use trial::{ResolveError, Resolved, TrialSpec};

/// Trials that differ in their seeds alone, as the first of them and their number.
pub fn kinds(trials: &[PlannedTrial]) -> Vec<(&PlannedTrial, usize)> {
    let mut kinds: Vec<(&PlannedTrial, usize)> = Vec::new();
    for trial in trials {
        match kinds.iter_mut().find(|(other, _)| other.is_like(trial)) {
            Some((_, count)) => *count += 1,
            None => kinds.push((trial, 1)),
        }
    }
    kinds
}

/// A trial and what its spec names.
pub struct PlannedTrial {
    /// What is trained.
    pub spec: TrialSpec,
    /// The network, the recipe and the settings that it names.
    pub resolved: Resolved,
}

impl PlannedTrial {
    /// Resolves `spec`, or says why it cannot be carried out.
    pub fn new(spec: TrialSpec) -> Result<Self, ResolveError> {
        Ok(Self { resolved: spec.resolve()?, spec })
    }

    /// Whether it differs from another in its seed at most.
    pub fn is_like(&self, other: &Self) -> bool {
        TrialSpec { seed: other.spec.seed, ..self.spec.clone() } == other.spec
    }

    /// Steps of the recipe on a data set of so many images.
    pub fn recipe_steps(&self, train_images: usize) -> u64 {
        let recipe = &self.resolved.recipe;
        recipe.steps(recipe.images(train_images))
    }

    /// The method on a data set of so many images.
    pub fn method(&self, train_images: usize) -> Box<dyn Method> {
        self.resolved.method(self.resolved.recipe.images(train_images))
    }

    /// Training steps on a data set of so many images, those beyond the recipe included.
    pub fn steps(&self, train_images: usize) -> u64 {
        self.recipe_steps(train_images) + self.method(train_images).extra_steps()
    }

    /// How many structures it settles on after its first one; none where its method never changes it.
    pub fn structure_changes(&self, train_images: usize) -> Option<u64> {
        let changes = || self.method(train_images).structure_changes(self.recipe_steps(train_images));
        self.resolved.description.edits.then(changes)
    }
}
