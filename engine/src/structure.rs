//! The mask, the values of inactive weights, and the changes of both.
//!
//! The weights that the forward pass sees are always whole in
//! [`Parameters::weights`](crate::Parameters::weights): inactive ones are zero
//! there while only the active population runs, and their most recently used
//! values wait in `dormant` if the method wants them back. The momentum of a
//! weight that is not in the running population is zero.
//!
//! A method whose inactive weights live on ([`Dormant::Live`]) is the exception:
//! there all weights keep their values and momentum, and the trainer shows the
//! forward pass a masked copy.

mod choose;
mod edit;
mod fan_in;

use crate::readout::read;
use crate::thresholds::Thresholds;
use crate::{Parameters, Scores};
use choose::{Chosen, Counts};
use sparsity::{
    Amount, Budget, Dormant, InitialStructure, Method, Population, Scope, WeightEdit, random_mask,
};
use tch::{Kind, Tensor};

/// Mask and dormant values of a network's weights, flat like the weights.
#[derive(Debug)]
pub struct Structure {
    mask: Tensor,
    dormant: Option<Tensor>,
    /// What happens to inactive values.
    rule: Dormant,
    /// The backward set, once it was chosen: the mask and what is trained beside it.
    backward: Option<Tensor>,
    /// What decides the mask, where layers train it.
    thresholds: Option<Thresholds>,
    population: Population,
    budget: Budget,
    slices: Vec<(i64, i64)>,
    current: Budget,
    known: Known,
}

/// What the host knows of how many weights the mask has, without asking the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    /// How many each layer has.
    Layers,
    /// How many there are in all.
    Sum(usize),
    /// Nothing: they have not been read since a growth.
    Nothing,
}

impl Structure {
    /// The structure at the start: sets inactive weights to zero in `weights`, and keeps their values as
    /// `dormant` says.
    pub fn new(
        mask: Tensor,
        budget: Budget,
        slices: Vec<(i64, i64)>,
        dormant: Dormant,
        weights: &mut Tensor,
    ) -> Self {
        let rule = dormant;
        let dormant = match rule {
            Dormant::Keep => Some(weights.g_mul(&mask.logical_not())),
            Dormant::KeepUsed | Dormant::KeepActive => Some(weights.zeros_like()),
            Dormant::Forget | Dormant::Live => None,
        };
        if rule != Dormant::Live {
            *weights *= &mask;
        }
        let (current, population) = (budget.clone(), Population::Active);
        let (backward, thresholds, known) = (None, None, Known::Nothing);
        let mut structure =
            Self { mask, dormant, rule, backward, thresholds, population, budget, slices, current, known };
        structure.count();
        structure
    }

    /// The structure that `method` starts with, drawn from `seed` if it is random.
    pub fn initial(method: &dyn Method, budget: &Budget, seed: u64, parameters: &mut Parameters) -> Self {
        let bits = match method.initial_structure() {
            InitialStructure::Random => random_mask(budget, seed),
            InitialStructure::Ramp(way) => random_mask(&budget.ramp(way), seed),
            InitialStructure::RandomAt(density) => random_mask(&budget.at_density(density), seed),
            // Where channels are narrow, their mask takes the place of this one.
            InitialStructure::Dense
            | InitialStructure::Narrow { .. }
            | InitialStructure::Largest
            | InitialStructure::Thresholds { .. } => vec![true; budget.weights()],
        };
        let mask = Tensor::from_slice(&bits).to_device(parameters.weights.device());
        let slices = parameters.slices();
        let weights = &mut parameters.weights;
        let mut structure = Self::new(mask, budget.clone(), slices, method.dormant(), weights);
        match method.initial_structure() {
            InitialStructure::Largest => {
                let mask = structure.keep(&weights.abs(), Amount::Ramp(1.0), Scope::PerLayer).mask;
                structure.change_to(mask, weights, &mut weights.zeros_like());
            }
            InitialStructure::Thresholds { initial } => {
                structure.thresholds = Some(Thresholds::new(initial, &structure.slices, weights.device()));
                structure.follow_thresholds(weights);
            }
            _ => {}
        }
        structure
    }

    /// The mask: true for active weights.
    pub fn mask(&self) -> &Tensor {
        &self.mask
    }

    /// Values of inactive weights while only the active ones run, if they are kept.
    pub fn dormant(&self) -> Option<&Tensor> {
        self.dormant.as_ref()
    }

    /// The weights that [`Update::Backward`](sparsity::Update::Backward) trains, once they were chosen: the active
    /// ones and others.
    pub fn backward(&self) -> Option<&Tensor> {
        self.backward.as_ref()
    }

    /// The thresholds that decide the mask, where layers train them.
    pub fn thresholds(&self) -> Option<&Thresholds> {
        self.thresholds.as_ref()
    }

    /// The same, to be trained.
    pub(crate) fn thresholds_mut(&mut self) -> Option<&mut Thresholds> {
        self.thresholds.as_mut()
    }

    /// Makes the mask that of the weights above their thresholds, where there are some. Waits for the device.
    pub(crate) fn follow_thresholds(&mut self, weights: &Tensor) {
        if let Some(thresholds) = &self.thresholds {
            self.replace(thresholds.support(weights));
        }
    }

    /// Whether inactive weights keep their values and are trained ([`Dormant::Live`]).
    pub fn is_live(&self) -> bool {
        self.rule == Dormant::Live
    }

    /// What happens to the values of inactive weights.
    pub(crate) fn dormant_rule(&self) -> Dormant {
        self.rule
    }

    /// The weights that run.
    pub fn population(&self) -> Population {
        self.population
    }

    /// Active weights of every layer, counted from the mask, as they were before an edit whose counts are not read
    /// yet.
    pub fn current(&self) -> &Budget {
        &self.current
    }

    /// The budget it was made for.
    pub fn budget(&self) -> &Budget {
        &self.budget
    }

    /// Whether every weight is active.
    pub fn is_dense(&self) -> bool {
        self.current.active() == self.current.weights()
    }

    /// Restores the mask, dormant values, backward set and population of a checkpoint.
    pub(crate) fn restore(
        &mut self,
        mask: &Tensor,
        dormant: Option<Tensor>,
        backward: Option<Tensor>,
        population: Population,
    ) {
        self.mask.copy_(mask);
        self.dormant = dormant;
        self.set_backward(backward);
        self.population = population;
        self.count();
    }

    /// Makes `population` the one that runs: dormant values return to `weights`, or leave them.
    pub fn enter(&mut self, population: Population, weights: &mut Tensor, momentum: &mut Tensor) {
        if population == self.population {
            return;
        }
        self.population = population;
        match population {
            Population::Everything => {
                if let Some(dormant) = &self.dormant {
                    *weights += dormant;
                }
            }
            Population::Active => {
                let inactive = self.mask.logical_not();
                match &mut self.dormant {
                    // What it has of those that did not grow is older than what exploration made of them.
                    Some(dormant) if self.rule == Dormant::KeepActive => *dormant *= inactive,
                    Some(dormant) => dormant.copy_(&weights.g_mul(&inactive)),
                    None => {}
                }
                *weights *= &self.mask;
                *momentum *= &self.mask;
            }
        }
    }

    /// The weights that the active population runs with.
    pub fn active_weights(&self, weights: &Tensor) -> Tensor {
        match (&self.thresholds, self.population) {
            (Some(thresholds), _) => thresholds.shrink(weights),
            (None, Population::Active) if !self.is_live() => weights.shallow_clone(),
            (None, _) => weights.g_mul(&self.mask),
        }
    }

    /// The weights that the running population runs with.
    pub(crate) fn running_weights(&self, weights: &Tensor) -> Tensor {
        match &self.thresholds {
            Some(thresholds) => thresholds.shrink(weights),
            None if self.is_live() => weights.g_mul(&self.mask),
            None => weights.shallow_clone(),
        }
    }

    /// The weights that a drop or a growth would choose now; none for another edit.
    pub fn choice(&self, edit: &WeightEdit, scores: &Scores, weights: &Tensor) -> Option<Tensor> {
        let values = self.all_values(weights);
        match *edit {
            WeightEdit::Drop { criterion, amount, scope } => {
                let kept = self.keep(&scores.of(criterion, &values), amount, scope);
                Some(self.mask.logical_and(&kept.mask.logical_not()))
            }
            WeightEdit::Grow { criterion, scope } => {
                Some(self.missing(&scores.of(criterion, &values), scope))
            }
            _ => None,
        }
    }

    /// Replaces the mask by `mask`, and changes values and momentum accordingly.
    pub(crate) fn change_to(&mut self, mask: Tensor, weights: &mut Tensor, momentum: &mut Tensor) {
        let before = self.mask.copy();
        self.replace(mask);
        self.settle(&before, weights, momentum);
    }

    /// The values of all weights; of inactive ones their dormant values.
    pub(crate) fn all_values(&self, weights: &Tensor) -> Tensor {
        match (&self.dormant, self.population) {
            (Some(dormant), Population::Active) => weights + dormant,
            _ => weights.shallow_clone(),
        }
    }

    /// Changes values and momentum after the mask changed from `before`, if the active population runs by itself.
    fn settle(&mut self, before: &Tensor, weights: &mut Tensor, momentum: &mut Tensor) {
        if self.population != Population::Active || self.is_live() {
            return;
        }
        let inactive = self.mask.logical_not();
        if let Some(dormant) = &mut self.dormant {
            let values = &*weights + &*dormant;
            dormant.copy_(&values.g_mul(&inactive));
            weights.copy_(&values.g_mul(&self.mask));
        } else {
            *weights *= &self.mask;
        }
        *momentum *= before.logical_and(&self.mask);
    }

    /// Takes over `backward`, into the tensor that recorded steps read if there is one.
    fn set_backward(&mut self, backward: Option<Tensor>) {
        match (&mut self.backward, backward) {
            (Some(known), Some(backward)) => known.copy_(&backward),
            (known, backward) => *known = backward,
        }
    }

    fn replace(&mut self, mask: Tensor) {
        self.mask.copy_(&mask);
        self.count();
    }

    /// Makes what was chosen the mask. Of a choice among all layers only the sum is known to the host.
    fn choose(&mut self, chosen: Chosen) {
        self.mask.copy_(&chosen.mask);
        match chosen.counts {
            Counts::Layers(counts) => self.set_counts(counts.into_iter().map(|count| count as usize)),
            Counts::Sum(sum) => self.known = Known::Sum(sum as usize),
        }
    }

    /// Makes what was grown the mask.
    fn take_in(&mut self, mask: &Tensor) {
        self.mask.copy_(mask);
        self.known = Known::Nothing;
    }

    fn activate_all(&mut self) {
        let _ = self.mask.fill_(1i64);
        self.set_counts(self.current.layers.iter().map(|layer| layer.weights).collect::<Vec<_>>());
    }

    /// Active weights in all; they must be known.
    fn active(&self) -> usize {
        match self.known {
            Known::Sum(sum) => sum,
            Known::Layers | Known::Nothing => self.current.active(),
        }
    }

    /// Reads the counts, for which it waits for the device, if those that a choice within `scope` needs are not known:
    /// of the layers after a choice among all of them, any after a growth in the same plan.
    fn know(&mut self, scope: Scope) {
        let known = match self.known {
            Known::Layers => true,
            Known::Sum(_) => self.scope(scope) == Scope::Global,
            Known::Nothing => false,
        };
        if !known {
            self.count();
        }
    }

    /// The counts of active weights of all layers on the device, as the mask has them.
    pub(crate) fn counts(&self) -> Tensor {
        let sum = |(start, length): &(i64, i64)| self.mask.narrow(0, *start, *length).sum(Kind::Int64);
        Tensor::stack(&self.slices.iter().map(sum).collect::<Vec<_>>(), 0)
    }

    /// Takes in the counts of all layers, as they were read.
    pub(crate) fn note_counts(&mut self, counts: &[f64]) {
        self.set_counts(counts.iter().map(|count| *count as usize));
    }

    fn set_counts(&mut self, counts: impl IntoIterator<Item = usize>) {
        for (layer, count) in self.current.layers.iter_mut().zip(counts) {
            layer.active = count;
        }
        self.known = Known::Layers;
    }

    /// Reads the counts of all layers, for which it waits for the device.
    pub(crate) fn count(&mut self) {
        let counts = read(&[self.counts()]);
        self.note_counts(&counts[0]);
    }
}

#[cfg(test)]
mod tests;
