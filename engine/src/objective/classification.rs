//! Classification: cross-entropy, and the shares of images whose class is ranked first or among five.

use super::tally::{Score, Tally};
use crate::source::UNREADABLE;
use tch::{Device, Kind, Reduction, Tensor};

/// Mean cross-entropy of `logits` (N, classes) against `labels` (N), with `smoothing` of the target spread
/// over all classes.
pub(super) fn loss(logits: &Tensor, labels: &Tensor, smoothing: f64) -> Tensor {
    logits.cross_entropy_loss(labels, None::<&Tensor>, Reduction::Mean, -100, smoothing)
}

/// Sums over the examples seen: cross-entropy, hits at the first rank, hits among the first five, examples.
pub(super) struct Sums(Tensor);

impl Sums {
    /// Nothing seen yet.
    pub fn zero(device: Device) -> Self {
        Self(Tensor::zeros([4], (Kind::Double, device)))
    }
}

impl Tally for Sums {
    fn see(&mut self, outputs: &[Tensor], labels: &Tensor) {
        let logits = &outputs[0];
        let loss = logits.cross_entropy_loss(labels, None::<&Tensor>, Reduction::Sum, UNREADABLE, 0.0);
        let ranks = 5.min(logits.size()[1]);
        let (_, best) = logits.topk(ranks, 1, true, true);
        let hits = best.eq_tensor(&labels.unsqueeze(1));
        let first = hits.narrow(1, 0, 1).sum(Kind::Double);
        let count = labels.ne(UNREADABLE).sum(Kind::Double);
        self.0 += Tensor::stack(&[loss.to_kind(Kind::Double), first, hits.sum(Kind::Double), count], 0);
    }

    fn result(&self) -> Score {
        let sums: Vec<f64> = Vec::try_from(&self.0).expect("four sums");
        let mean = |sum: f64| sum / sums[3];
        let percent = |sum: f64| 100.0 * mean(sum);
        Score {
            loss: mean(sums[0]),
            values: vec![("top1", percent(sums[1])), ("top5", percent(sums[2]))],
            found: None,
        }
    }
}
