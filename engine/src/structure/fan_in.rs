//! Growth to a constant fan-in, after outputs without enough salient weights were ablated (SRigL).
//!
//! The weights of an output are consecutive in the flat tensor, so a layer is a matrix with a row for each. How many
//! outputs stay is known to the device alone, and the host does not ask.

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
        let dropped = (count(before) - count(now)).clamp_min(0).minimum(&count(&candidates));
        let promising = best(score, &candidates, &dropped);
        let salient = self.counts(&now.logical_or(&promising));
        let least = fan_in.max().to_kind(Kind::Double) * min_salient;
        let stay = self.stay(&alive, &salient, &least, min_salient > 0.0);
        let kept = self.within(now, &stay);
        let target = self.fan_in_of(&count(&stay));
        let places = (target - self.counts(&kept)).clamp_min(0) * &stay;
        let grown = select::top_in_rows(score, &kept.logical_not(), self.width, &places);
        [kept, grown]
    }

    /// The outputs that keep their weights: of those `alive`, the ones with `least` salient weights or more, and
    /// the best of the others as long as the budget needs their room.
    fn stay(&self, alive: &Tensor, salient: &Tensor, least: &Tensor, ablates: bool) -> Tensor {
        if self.layer.is_output || !ablates {
            return alive.copy();
        }
        let salient = salient.to_kind(Kind::Float);
        let enough = alive.logical_and(&salient.ge_tensor(&least.clamp_min(1.0).to_kind(Kind::Float)));
        let room = (self.layer.active as i64 + self.width - 1) / self.width;
        enough.logical_or(&best(&salient, alive, &count(alive).clamp_max(room)))
    }

    /// [`LayerBudget::fan_in_of`] so many `outputs` that only the device knows.
    fn fan_in_of(&self, outputs: &Tensor) -> Tensor {
        let outputs = outputs.to_kind(Kind::Double).clamp_min(1.0);
        let share = outputs.full_like(self.layer.active as f64) / outputs;
        // Halves are rounded up, as there.
        (share + 0.5).floor().clamp(1.0, self.width as f64).to_kind(Kind::Int64)
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

fn count(mask: &Tensor) -> Tensor {
    mask.sum(Kind::Int64)
}

/// The best `count` candidates; as [`select::top`], for a count that only the device knows.
fn best(scores: &Tensor, candidates: &Tensor, count: &Tensor) -> Tensor {
    select::top_in_rows(scores, candidates, scores.numel() as i64, &count.view([1]))
}

#[cfg(test)]
mod tests;
