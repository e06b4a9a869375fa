//! The sum of the gradients of a step over all ranks, in the order of the micro-batches.
//!
//! An all-reduce adds in an order of its own, which follows from the number of ranks. Here each rank is given its stretch
//! of the gradients of all ranks and adds them up one after the other, as one process would; at the end of the step
//! the stretches are put together. With a micro-batch a rank that moves as many bytes as an all-reduce.

use super::Ranks;
use crate::RunError;
use crate::gradients::Gradients;
use tch::Tensor;

/// This rank's stretch of the sum so far.
#[derive(Debug, Default)]
pub(crate) struct GradientSum(Option<Tensor>);

impl GradientSum {
    /// Adds the gradients of all ranks, each of which has those of `own`, one of `count` micro-batches of the step; the
    /// `first` replace what was there.
    pub fn add(&mut self, ranks: &Ranks, own: &Gradients, first: bool, count: u64) -> Result<(), RunError> {
        let given = ranks.exchange(&stretches(&flat(own), ranks.count() as i64))?;
        let share = 1.0 / count as f64;
        let before = self.0.take().filter(|_| !first);
        self.0 = (0..ranks.count() as i64).fold(before, |sum, rank| {
            let one = given.get(rank) * share;
            Some(match sum {
                Some(sum) => sum + one,
                None => one,
            })
        });
        Ok(())
    }

    /// The whole sum, of what `like` holds.
    pub fn whole(&self, ranks: &Ranks, like: &Gradients) -> Result<Gradients, RunError> {
        let stretch = self.0.as_ref().expect("a step has a micro-batch before its end");
        Ok(parts(&ranks.gather(stretch)?.reshape([-1]), like))
    }
}

/// All gradients in a row.
fn flat(gradients: &Gradients) -> Tensor {
    let parts = [Some(&gradients.weights), gradients.others.as_ref(), gradients.curvature.as_ref()];
    Tensor::cat(&parts.into_iter().flatten().collect::<Vec<_>>(), 0)
}

/// A row in `ranks` stretches of one length, the last filled up with zeros.
fn stretches(row: &Tensor, ranks: i64) -> Tensor {
    let length = (row.numel() as i64 + ranks - 1) / ranks;
    row.constant_pad_nd([0, ranks * length - row.numel() as i64]).view([ranks, length])
}

/// The inverse of [`flat`], for gradients of the sizes of `like`; what comes after them is left out.
fn parts(row: &Tensor, like: &Gradients) -> Gradients {
    let mut start = 0;
    let mut take = |like: &Tensor| {
        let length = like.numel() as i64;
        start += length;
        row.narrow(0, start - length, length)
    };
    Gradients {
        weights: take(&like.weights),
        others: like.others.as_ref().map(&mut take),
        curvature: like.curvature.as_ref().map(&mut take),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gradients_come_back_from_stretches_of_any_number() {
        let row = |from: f32, count: usize| {
            Tensor::from_slice(&(0..count).map(|i| from + i as f32).collect::<Vec<_>>())
        };
        for (others, curvature) in [(None, None), (Some(row(50.0, 3)), Some(row(80.0, 10)))] {
            let gradients = Gradients { weights: row(1.0, 10), others, curvature };
            for ranks in [1, 2, 3, 4, 7] {
                let stretches = stretches(&flat(&gradients), ranks);
                assert_eq!(stretches.size()[0], ranks);
                let back = parts(&stretches.reshape([-1]), &gradients);
                assert!(back.weights.equal(&gradients.weights));
                for (back, gradient) in
                    [(&back.others, &gradients.others), (&back.curvature, &gradients.curvature)]
                {
                    assert_eq!(back.is_some(), gradient.is_some());
                    assert!(back.iter().zip(gradient).all(|(back, gradient)| back.equal(gradient)));
                }
            }
        }
    }
}
