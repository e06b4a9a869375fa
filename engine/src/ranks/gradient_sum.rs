//! The sum of the gradients of a step over all ranks, in the order of the micro-batches.
//!
//! An all-reduce adds in an order of its own, which follows from the number of ranks. Here each rank is given its stretch
//! of the gradients of all ranks and adds them up one after the other, as one process would; at the end of the step
//! the stretches are put together. With a micro-batch a rank that moves as many bytes as an all-reduce.
//!
//! Gradients are given away in buckets of some layers, while the backward pass computes those of the layers before
//! them. That and the order in which buckets are exchanged change no number.

use super::Ranks;
use crate::RunError;
use crate::gradients::{Gradients, hessian_product};
use std::ops::Range;
use tch::Tensor;
use torch_ext::Buckets;

/// Elements of a bucket beyond which the next layer begins another: 4 MB. One layer may have more.
const BUCKET: usize = 1 << 20;

/// The gradients of a backward pass, and this rank's stretches of their sum so far.
#[derive(Debug)]
struct Sum {
    buckets: Buckets,
    /// The leaves of each bucket.
    division: Vec<Range<usize>>,
    /// Elements of each leaf.
    sizes: Vec<usize>,
    /// Of each bucket that takes part.
    stretches: Vec<Tensor>,
}

/// Those of a step.
#[derive(Debug)]
pub(crate) struct GradientSum {
    /// By the weights, and by biases and batch norms, whose buckets are the last.
    gradients: Sum,
    /// By the weights, in steps that score by curvature; made for the first of these.
    curvature: Option<Sum>,
}

/// What a rank differentiates in a round.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Round<'a> {
    /// The loss of its micro-batch.
    pub loss: &'a Tensor,
    /// The weights that it used.
    pub weights: &'a [Tensor],
    /// The biases and batch norms that it used, if their gradients are wanted.
    pub others: &'a [Tensor],
    /// Whether the Hessian is wanted, times the gradient.
    pub curved: bool,
    /// Whether batch norms make one loss of those of all ranks, of whose gradient each has a part.
    pub joint: bool,
    /// Whether it is the first round of the step.
    pub first: bool,
    /// Micro-batches of the step.
    pub count: u64,
}

impl GradientSum {
    /// A sum of gradients by `weights` and `others`, the leaves of every pass.
    pub fn new(ranks: &Ranks, weights: &[Tensor], others: &[Tensor]) -> Result<Self, RunError> {
        Ok(Self { gradients: Sum::new(ranks, &[weights, others])?, curvature: None })
    }

    /// Differentiates, and adds the gradients of all ranks; the first round replaces what was there.
    pub fn add(&mut self, ranks: &Ranks, round: Round) -> Result<(), RunError> {
        let Round { loss, weights, others, curved, .. } = round;
        let leaves: Vec<&Tensor> = weights.iter().chain(others).collect();
        self.gradients.begin(leaves.len());
        let gradients = Tensor::run_backward(&[loss], &leaves, curved, curved);
        self.gradients.add(ranks, round)?;
        if !curved {
            return Ok(());
        }
        let curvature = match &mut self.curvature {
            Some(curvature) => curvature,
            empty => empty.insert(Sum::new(ranks, &[weights])?),
        };
        curvature.begin(weights.len());
        let gradients = &gradients[..weights.len()];
        if round.joint {
            let row = self.gradients.whole(ranks)?;
            hessian_product(gradients, &like(gradients, weights, &row), weights);
        } else {
            hessian_product(gradients, gradients, weights);
        }
        curvature.add(ranks, round)
    }

    /// The whole sum, on every rank.
    pub fn whole(&self, ranks: &Ranks, round: Round) -> Result<Gradients, RunError> {
        let [weights, others] = [round.weights, round.others].map(<[Tensor]>::len);
        let row = self.gradients.whole(ranks)?;
        let length = self.gradients.sizes[..weights].iter().sum::<usize>() as i64;
        let rest = row.numel() as i64 - length;
        let curvature = self.curvature.as_ref().filter(|_| round.curved);
        Ok(Gradients {
            weights: row.narrow(0, 0, length),
            others: (others > 0).then(|| row.narrow(0, length, rest)),
            curvature: curvature.map(|sum| sum.whole(ranks)).transpose()?,
        })
    }
}

impl Sum {
    /// A sum of gradients by some `kinds` of leaves, of which a pass has the first or all.
    fn new(ranks: &Ranks, kinds: &[&[Tensor]]) -> Result<Self, RunError> {
        let leaves: Vec<&Tensor> = kinds.iter().copied().flatten().collect();
        let sizes: Vec<usize> = leaves.iter().map(|leaf| leaf.numel()).collect();
        let mut start = 0;
        let mut division = Vec::new();
        for kind in kinds {
            division.extend(divide(start..start + kind.len(), &sizes, BUCKET));
            start += kind.len();
        }
        let buckets = ranks.buckets(&leaves, &division)?;
        Ok(Self { buckets, division, sizes, stretches: Vec::new() })
    }

    /// Lets the next backward pass exchange the gradients of the first `leaves`.
    fn begin(&mut self, leaves: usize) {
        let taking_part = self.division.iter().filter(|bucket| bucket.end <= leaves).count();
        self.stretches.resize_with(taking_part, Tensor::new);
        self.buckets.begin(taking_part);
    }

    /// Adds what the pass has exchanged.
    fn add(&mut self, ranks: &Ranks, round: Round) -> Result<(), RunError> {
        let share = 1.0 / round.count as f64;
        let given = self.buckets.finish().map_err(RunError::Ranks)?;
        for (stretch, given) in self.stretches.iter_mut().zip(given) {
            let before = (!round.first).then(|| stretch.shallow_clone());
            let sum = (0..ranks.count() as i64).fold(before, |sum, rank| {
                let one = given.get(rank) * share;
                Some(match sum {
                    Some(sum) => sum + one,
                    None => one,
                })
            });
            *stretch = sum.expect("there is a rank");
        }
        Ok(())
    }

    /// All stretches of all ranks, put together leaf after leaf.
    fn whole(&self, ranks: &Ranks) -> Result<Tensor, RunError> {
        let all = ranks.gather(&Tensor::cat(&self.stretches, 0))?;
        let mut start = 0;
        let mut rows = Vec::new();
        for (stretch, leaves) in self.stretches.iter().zip(&self.division) {
            let length = stretch.numel() as i64;
            let elements: usize = self.sizes[leaves.clone()].iter().sum();
            let row = all.narrow(1, start, length).reshape([-1]).narrow(0, 0, elements as i64);
            rows.push((leaves.start, row));
            start += length;
        }
        rows.sort_by_key(|(leaf, _)| *leaf);
        Ok(Tensor::cat(&rows.into_iter().map(|(_, row)| row).collect::<Vec<_>>(), 0))
    }
}

/// The gradients at the beginning of `row`, in shape and number format as those of `gradients`, each laid out in memory as its
/// leaf.
fn like(gradients: &[Tensor], leaves: &[Tensor], row: &Tensor) -> Vec<Tensor> {
    let mut start = 0;
    let part = |(gradient, leaf): (&Tensor, &Tensor)| {
        let part = row.as_strided(leaf.size(), leaf.stride(), start).to_kind(gradient.kind());
        start += leaf.numel() as i64;
        part
    };
    gradients.iter().zip(leaves).map(part).collect()
}

/// The `leaves`, of so many elements each, in buckets from the last leaf to the first, which is the order of a backward
/// pass. A bucket that has `most` elements, or would come to have more, takes no further leaf.
fn divide(leaves: Range<usize>, sizes: &[usize], most: usize) -> Vec<Range<usize>> {
    let mut buckets: Vec<Range<usize>> = Vec::new();
    let mut room = 0;
    for leaf in leaves.rev() {
        match buckets.last_mut() {
            Some(bucket) if sizes[leaf] <= room => {
                bucket.start = leaf;
                room -= sizes[leaf];
            }
            _ => {
                buckets.push(leaf..leaf + 1);
                room = most.saturating_sub(sizes[leaf]);
            }
        }
    }
    buckets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_take_layers_from_the_last_to_the_first() {
        let sizes = [7, 1, 2, 30, 4, 5, 6];
        assert_eq!(divide(0..7, &sizes, 10), [6..7, 4..6, 3..4, 0..3]);
        assert_eq!(divide(3..6, &sizes, 1), [5..6, 4..5, 3..4]);
        // One that is just full, and one with room.
        assert_eq!([divide(0..3, &sizes, 10), divide(0..7, &sizes, 1000)].concat(), [0..3, 0..7]);
        assert_eq!(divide(7..7, &sizes, 10), []);
    }
}
