//! Which weights are kept and which grow: the choice by scores, within budgets and patterns.

use super::Structure;
use crate::select;
use sparsity::{Amount, Budget, LayerBudget, Pattern, Scope};
use tch::{Kind, Tensor};

/// Weights that are kept, and how many the host knows them to be.
pub(super) struct Chosen {
    pub mask: Tensor,
    pub counts: Counts,
}

/// How many weights are chosen.
pub(super) enum Counts {
    /// So many of each layer.
    Layers(Vec<i64>),
    /// So many in all.
    Sum(i64),
}

/// How many weights of a layer grow.
enum Places {
    /// So many anywhere in it.
    Layer(i64),
    /// So many in each group of its pattern.
    Groups(Tensor),
}

impl Structure {
    /// Recomputes the mask: the largest `weights` of every group that keeps a pattern.
    pub fn project(&mut self, weights: &Tensor) {
        for (layer, (start, length)) in self.budget.layers.iter().zip(&self.slices) {
            if let Some(pattern) = layer.pattern {
                let score = weights.narrow(0, *start, *length).abs();
                let (of, keep) = (i64::from(pattern.of), i64::from(pattern.keep));
                let places = Tensor::full([length / of], keep, (Kind::Int64, score.device()));
                let every = score.ones_like().to_kind(Kind::Bool);
                let best = select::top_in_groups(&score, &every, of, &places);
                self.mask.narrow(0, *start, *length).copy_(&best);
            }
        }
    }

    /// The active weights that a drop leaves.
    pub(super) fn keep(&self, score: &Tensor, amount: Amount, scope: Scope) -> Chosen {
        let left = |weights: usize, budget: usize, active: usize| match amount {
            Amount::Fraction(share) => active - (share * active as f64).floor() as usize,
            Amount::Ramp(ramp) => {
                let zeros = (weights - budget) as f64 * ramp;
                active.min(weights - (zeros + 1e-6).floor() as usize)
            }
        };
        match self.scope(scope) {
            Scope::PerLayer => {
                let score = match amount {
                    Amount::Ramp(_) => &self.protect_patterns(score),
                    Amount::Fraction(_) => score,
                };
                let layers = self.budget.layers.iter().zip(&self.current.layers);
                let fraction = matches!(amount, Amount::Fraction(_));
                let dense = |layer: &LayerBudget| layer.active == layer.weights;
                let count = |goal: &LayerBudget, now: &LayerBudget| match goal.exempt
                    || fraction && dense(goal) && dense(now)
                {
                    true => now.active.min(goal.active),
                    false => left(goal.weights, goal.active, now.active).max(1),
                };
                let counts: Vec<i64> = layers.map(|(goal, now)| count(goal, now) as i64).collect();
                let mask = select::top_per_layer(score, &self.mask, &self.slices, &counts);
                Chosen { mask, counts: Counts::Layers(counts) }
            }
            Scope::Global => {
                let count = left(self.budget.weights(), self.budget.active(), self.active());
                let count = count.max(self.slices.len()) as i64;
                let mask = select::top(&self.protect_best(score), &self.mask, count);
                Chosen { mask, counts: Counts::Sum(count) }
            }
        }
    }

    /// The inactive weights that a growth adds to meet the budget.
    pub(super) fn missing(&self, score: &Tensor, scope: Scope) -> Tensor {
        let inactive = self.mask.logical_not();
        let layers = self.budget.layers.iter().zip(&self.current.layers);
        let counts: Vec<i64> = layers.map(|(goal, now)| goal.active as i64 - now.active as i64).collect();
        match self.scope(scope) {
            Scope::Global => {
                select::top(score, &inactive, self.budget.active() as i64 - self.active() as i64)
            }
            Scope::PerLayer => self.grown(score, |index, pattern| match pattern {
                None => Places::Layer(counts[index]),
                Some(pattern) => Places::Groups(-self.in_groups(&self.mask, index) + i64::from(pattern.keep)),
            }),
        }
    }

    /// As many inactive weights as the mask has fewer than `undropped`, whose layers have `counts`, in every layer and
    /// every group of a pattern.
    pub(super) fn dropped(&self, score: &Tensor, undropped: &Tensor, counts: &Budget) -> Tensor {
        let gone = undropped.logical_and(&self.mask.logical_not());
        self.grown(score, |index, pattern| match pattern {
            None => {
                let [before, now] = [counts, &self.current].map(|budget| budget.layers[index].active as i64);
                Places::Layer(before - now)
            }
            Some(_) => Places::Groups(self.in_groups(&gone, index)),
        })
    }

    /// The best inactive weights, as many in each layer as `places` says, given its index and pattern.
    fn grown(&self, score: &Tensor, places: impl Fn(usize, Option<Pattern>) -> Places) -> Tensor {
        let inactive = self.mask.logical_not();
        let layers = self.budget.layers.iter().zip(&self.slices).enumerate();
        let grown = layers.map(|(index, (layer, (start, length)))| {
            let part = |tensor: &Tensor| tensor.narrow(0, *start, *length);
            match (places(index, layer.pattern), layer.pattern) {
                (Places::Layer(count), _) => select::top(&part(score), &part(&inactive), count),
                (Places::Groups(places), pattern) => {
                    let of = pattern.map_or(*length, |pattern| i64::from(pattern.of));
                    select::top_in_groups(&part(score), &part(&inactive), of, &places)
                }
            }
        });
        Tensor::cat(&grown.collect::<Vec<_>>(), 0)
    }

    /// How many weights of `flags` each group of a layer under a pattern has; the layer is one group without one.
    fn in_groups(&self, flags: &Tensor, index: usize) -> Tensor {
        let (start, length) = self.slices[index];
        let of = self.budget.layers[index].pattern.map_or(length, |pattern| i64::from(pattern.of));
        let groups = flags.narrow(0, start, length).view([-1, of]);
        groups.sum_dim_intlist([1i64].as_slice(), false, Kind::Int64)
    }

    /// The most salient inactive weights, so many that with the active ones they are `ratio` times as many as those,
    /// or all there are.
    pub(super) fn beside(&self, score: &Tensor, scope: Scope, ratio: f64) -> Tensor {
        let inactive = self.mask.logical_not();
        let count = |weights: usize, active: usize| {
            let more = ((ratio - 1.0) * active as f64).round() as usize;
            more.min(weights - active) as i64
        };
        match self.scope(scope) {
            Scope::Global => select::top(score, &inactive, count(self.current.weights(), self.active())),
            Scope::PerLayer => {
                let counts: Vec<i64> =
                    self.current.layers.iter().map(|layer| count(layer.weights, layer.active)).collect();
                select::top_per_layer(score, &inactive, &self.slices, &counts)
            }
        }
    }

    /// How weights compete: patterns belong to their layers, so budgets cannot be exchanged.
    pub(super) fn scope(&self, asked: Scope) -> Scope {
        let patterned = self.budget.layers.iter().any(|layer| layer.pattern.is_some());
        if patterned { Scope::PerLayer } else { asked }
    }

    /// Scores in which the active weights that the patterns would keep beat all others.
    fn protect_patterns(&self, score: &Tensor) -> Tensor {
        let guarded = score.copy();
        for (layer, (start, length)) in self.budget.layers.iter().zip(&self.slices) {
            let Some(pattern) = layer.pattern else { continue };
            let (of, keep) = (i64::from(pattern.of), i64::from(pattern.keep));
            let places = Tensor::full([length / of], keep, (Kind::Int64, score.device()));
            let part = |tensor: &Tensor| tensor.narrow(0, *start, *length);
            let best = select::top_in_groups(&part(score), &part(&self.mask), of, &places);
            let _ = part(&guarded).masked_fill_(&best, f64::INFINITY);
        }
        guarded
    }

    /// Scores in which the best active weight of every layer beats all others, so that no layer
    /// empties, and so do all weights of layers that stay dense.
    fn protect_best(&self, score: &Tensor) -> Tensor {
        let guarded = score.masked_fill(&self.mask.logical_not(), f64::NEG_INFINITY);
        for (budget, (start, length)) in self.budget.layers.iter().zip(&self.slices) {
            let mut layer = guarded.narrow(0, *start, *length);
            let _ = match budget.exempt {
                true => layer.fill_(f64::INFINITY),
                false => layer.shallow_clone().index_fill_(0, &layer.argmax(0, true), f64::INFINITY),
            };
        }
        guarded
    }
}
