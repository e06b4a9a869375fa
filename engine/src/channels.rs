//! Pruning of whole channels: which are active, and how they are chosen.
//!
//! [`Structure`](crate::Structure) masks the weights between active channels; here
//! are the channels themselves and the rest of what belongs to them: scales and
//! shifts of batch norms, and running statistics. An inactive channel has zeros
//! everywhere, so that nothing of it reaches the active channels, and the
//! network computes what it would without it.

use crate::channel_map::ChannelMap;
use crate::quantiles::quantiles;
use crate::{Parameters, RunError, Scores};
use sparsity::{
    ChannelEdit, ChannelSpace, ChoiceError, Dormant, InitialStructure, Method, Population, PruneLatencies,
};
use std::rc::Rc;
use tch::{Kind, Tensor};

/// The channels of a network in training.
#[derive(Debug)]
pub struct Channels {
    space: ChannelSpace,
    map: Rc<ChannelMap>,
    /// Active channels, of all groups in a row.
    mask: Tensor,
    /// The same for scales, shifts and biases.
    others_mask: Tensor,
    dormant: Option<Rest>,
    population: Population,
    counts: Vec<usize>,
    prunes: PruneLatencies,
}

/// Values of inactive channels while only active ones run.
#[derive(Debug)]
struct Rest {
    others: Tensor,
    statistics: Tensor,
}

impl Channels {
    /// The channels that `method` starts with. Moves scales, shifts and statistics of inactive ones out of
    /// `parameters`; the weights follow by their mask.
    ///
    /// # Errors
    ///
    /// If no structure is within the latency at which the method starts.
    pub fn initial(
        space: ChannelSpace,
        method: &dyn Method,
        parameters: &mut Parameters,
    ) -> Result<Self, RunError> {
        let map = Rc::new(ChannelMap::new(space.network(), space.groups(), parameters));
        let counts = match method.initial_structure() {
            InitialStructure::Narrow { latency } => space.uniform(latency * space.dense())?,
            InitialStructure::Dense
            | InitialStructure::Random
            | InitialStructure::Largest
            | InitialStructure::Thresholds { .. }
            | InitialStructure::Ramp(_)
            | InitialStructure::RandomAt(_) => space.dense_counts(),
        };
        // In a new network all channels are equally good; among trained weights the larger ones matter
        // more.
        let norms: Vec<f32> = Vec::try_from(&map.norms(&parameters.weights)).expect("a norm a channel");
        let active: Vec<bool> = map
            .by_group(&norms)
            .iter()
            .zip(&counts)
            .flat_map(|(norms, count)| largest(norms, *count))
            .collect();
        let mask = Tensor::from_slice(&active).to_device(parameters.weights.device());
        let others_mask = map.others(&mask);
        let mut channels = Self {
            prunes: PruneLatencies::before_any(space.latency(&counts).map_err(ChoiceError::from)?),
            space,
            map,
            mask,
            others_mask,
            dormant: None,
            population: Population::Active,
            counts,
        };
        if method.dormant() != Dormant::Forget {
            channels.dormant = Some(Rest {
                others: parameters.others.zeros_like(),
                statistics: parameters.statistics.zeros_like(),
            });
        }
        let mut momentum = parameters.others.zeros_like();
        channels.hide(parameters, &mut momentum);
        Ok(channels)
    }

    /// The structures that the network can have.
    pub fn space(&self) -> &ChannelSpace {
        &self.space
    }

    pub(crate) fn map(&self) -> &Rc<ChannelMap> {
        &self.map
    }

    /// Active channels of every group.
    pub fn counts(&self) -> &[usize] {
        &self.counts
    }

    /// The active channels of every group, by number.
    pub fn kept(&self) -> Vec<Vec<usize>> {
        let numbers = |flags: Vec<bool>| (0..flags.len()).filter(|i| flags[*i]).collect();
        self.active().into_iter().map(numbers).collect()
    }

    /// Latency of the network of active channels over that of the dense one.
    pub fn latency(&self) -> f64 {
        self.now() / self.space.dense()
    }

    /// Milliseconds of the network of active channels.
    fn now(&self) -> f64 {
        self.space.latency(&self.counts).expect("active channels come in blocks that the table knows")
    }

    /// Latencies after prunes, in milliseconds.
    pub(crate) fn prunes(&self) -> PruneLatencies {
        self.prunes
    }

    /// How many scales, shifts and biases belong to inactive channels.
    pub(crate) fn inactive_others(&self) -> usize {
        self.others_mask.logical_not().sum(Kind::Int64).int64_value(&[]) as usize
    }

    /// The active channels, all groups in a row.
    pub fn mask(&self) -> &Tensor {
        &self.mask
    }

    /// The scales, shifts and biases of active channels.
    pub fn others_mask(&self) -> &Tensor {
        &self.others_mask
    }

    /// The weights between active channels.
    pub fn weights_mask(&self) -> Tensor {
        self.map.weights(&self.mask)
    }

    /// Scales, shifts and biases that the active channels run with.
    pub fn active_others(&self, others: &Tensor) -> Tensor {
        others.g_mul(&self.others_mask)
    }

    /// Resting values of scales and shifts and of statistics, if they are kept.
    pub(crate) fn dormant(&self) -> Option<(&Tensor, &Tensor)> {
        self.dormant.as_ref().map(|rest| (&rest.others, &rest.statistics))
    }

    /// Puts the state of a checkpoint back.
    pub(crate) fn restore(
        &mut self,
        mask: &Tensor,
        dormant: Option<(Tensor, Tensor)>,
        population: Population,
        prunes: Option<PruneLatencies>,
    ) {
        self.dormant = dormant.map(|(others, statistics)| Rest { others, statistics });
        self.population = population;
        self.replace(mask);
        // Checkpoints of earlier versions have none; nothing that they can hold needs them.
        self.prunes = prunes.unwrap_or(self.prunes);
    }

    /// Makes `population` the one that runs.
    pub fn enter(&mut self, population: Population, parameters: &mut Parameters, momentum: &mut Tensor) {
        if population == self.population {
            return;
        }
        self.population = population;
        match population {
            Population::Everything => self.show(parameters),
            Population::Active => self.hide(parameters, momentum),
        }
    }

    /// Puts resting values back.
    fn show(&self, parameters: &mut Parameters) {
        if let Some(rest) = &self.dormant {
            parameters.others += &rest.others;
            parameters.statistics += &rest.statistics;
        }
    }

    /// Carries out an edit of channels; scales, shifts and statistics follow in [`Channels::settle`]. Returns
    /// quantiles of the scores of the channels that competed.
    pub(crate) fn change(
        &mut self,
        edit: &ChannelEdit,
        scores: &Scores,
        weights: &Tensor,
    ) -> Result<Tensor, RunError> {
        let score = scores.of(edit.criterion(), weights);
        let grows = matches!(edit, ChannelEdit::Grow { .. });
        let competing = if grows { self.mask.logical_not() } else { self.mask.copy() };
        let active: usize = self.counts.iter().sum();
        let count = if grows { self.mask.numel() - active } else { active };
        let scores: Vec<f32> = Vec::try_from(&score).expect("a score a channel");
        let chosen = self.space.edited(edit, &self.active(), &self.map.by_group(&scores), self.prunes)?;
        let quantiles = quantiles(&score, &competing, count);
        let mask = Tensor::from_slice(&chosen.concat()).to_device(self.mask.device());
        self.replace(&mask);
        if !grows {
            self.prunes = self.prunes.pruned(self.now());
        }
        Ok(quantiles)
    }

    /// Scales, shifts, statistics and momentum after the active channels changed from `before`.
    pub(crate) fn settle(&mut self, before: &Tensor, parameters: &mut Parameters, momentum: &mut Tensor) {
        if self.population == Population::Everything {
            return;
        }
        self.show(parameters);
        *momentum *= self.map.others(before);
        self.hide(parameters, momentum);
    }

    /// Moves the values of inactive channels out of `parameters`, and keeps them if the method reuses them.
    fn hide(&mut self, parameters: &mut Parameters, momentum: &mut Tensor) {
        let statistics = self.map.statistics(&self.mask);
        if let Some(rest) = &mut self.dormant {
            rest.others.copy_(&parameters.others.g_mul(&self.others_mask.logical_not()));
            rest.statistics.copy_(&parameters.statistics.g_mul(&statistics.logical_not()));
        }
        parameters.others *= &self.others_mask;
        parameters.statistics *= &statistics;
        *momentum *= &self.others_mask;
    }

    fn replace(&mut self, mask: &Tensor) {
        self.mask.copy_(mask);
        self.others_mask.copy_(&self.map.others(mask));
        self.counts = self.active().iter().map(|flags| flags.iter().filter(|flag| **flag).count()).collect();
    }

    fn active(&self) -> Vec<Vec<bool>> {
        let flags: Vec<bool> = Vec::try_from(&self.mask.to_kind(Kind::Bool)).expect("a flag a channel");
        self.map.by_group(&flags)
    }
}

/// Flags of the `count` largest values, of equal ones the earlier.
fn largest(values: &[f32], count: usize) -> Vec<bool> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[b].total_cmp(&values[a]));
    first(&order, count)
}

/// Flags of the first `count` of an order.
fn first(order: &[usize], count: usize) -> Vec<bool> {
    let mut flags = vec![false; order.len()];
    order[..count].iter().for_each(|&i| flags[i] = true);
    flags
}
