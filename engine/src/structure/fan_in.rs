//! Growth to a constant fan-in, after outputs without enough salient weights were ablated (SRigL).
//!
//! The weights of an output are consecutive in the flat tensor, so a layer is a matrix with a row for each.

use super::Structure;
use crate::select;
use sparsity::LayerBudget;
use tch::{Kind, Tensor};

impl Structure {
    /// The active weights that ablation leaves, and the inactive ones by which every output that is left reaches
    /// the fan-in of its layer. `before` is the mask before this plan's drops.
    pub(super) fn even_out(&self, before: &Tensor, score: &Tensor, min_salient: f64) -> (Tensor, Tensor) {
        let (mut left, mut grown) = (Vec::new(), Vec::new());
        for (layer, (start, length)) in self.budget.layers.iter().zip(&self.slices) {
            let part = |tensor: &Tensor| tensor.narrow(0, *start, *length);
            let rows = Rows { layer, width: layer.dense_fan_in() as i64 };
            let [kept, new] = rows.even_out(&part(before), &part(&self.mask), &part(score), min_salient);
            left.push(kept);
            grown.push(new);
        }
        (Tensor::cat(&left, 0), Tensor::cat(&grown, 0))
    }
}

/// A layer as a matrix with a row of `width` weights for each output.
struct Rows<'a> {
    layer: &'a LayerBudget,
    width: i64,
}

impl Rows<'_> {
    fn even_out(&self, before: &Tensor, now: &Tensor, score: &Tensor, min_salient: f64) -> [Tensor; 2] {
        let fan_in = self.counts(before);
        let alive = fan_in.gt(0);
        let candidates = self.within(&before.logical_not(), &alive);
        let dropped = (count(before) - count(now)).clamp(0, count(&candidates));
        let promising = select::top(score, &candidates, dropped);
        let salient = self.counts(&now.logical_or(&promising));
        let stay =
            self.stay(&alive, &salient, min_salient * fan_in.max().double_value(&[]), min_salient > 0.0);
        let kept = self.within(now, &stay);
        let target = self.layer.fan_in_of(count(&stay) as usize) as i64;
        let places = (-self.counts(&kept) + target).clamp_min(0) * &stay;
        let grown = select::top_in_rows(score, &kept.logical_not(), self.width, &places);
        [kept, grown]
    }

    /// The outputs that keep their weights: of those `alive`, the ones with `least` salient weights or more, and
    /// the best of the others as long as the budget needs their room.
    fn stay(&self, alive: &Tensor, salient: &Tensor, least: f64, ablates: bool) -> Tensor {
        if self.layer.is_output || !ablates {
            return alive.copy();
        }
        let enough = alive.logical_and(&salient.ge(least.max(1.0)));
        let room = (self.layer.active as i64 + self.width - 1) / self.width;
        let best = select::top(&salient.to_kind(Kind::Float), alive, room.min(count(alive)));
        enough.logical_or(&best)
    }

    /// Weights of `mask` in every row.
    fn counts(&self, mask: &Tensor) -> Tensor {
        mask.view([-1, self.width]).sum_dim_intlist([1i64].as_slice(), false, Kind::Int64)
    }

    /// The weights of `mask` that are in the rows of `outputs`.
    fn within(&self, mask: &Tensor, outputs: &Tensor) -> Tensor {
        mask.view([-1, self.width]).logical_and(&outputs.unsqueeze(1)).view([-1])
    }
}

fn count(mask: &Tensor) -> i64 {
    mask.sum(Kind::Int64).int64_value(&[])
}

#[cfg(test)]
mod tests;
