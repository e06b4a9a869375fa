//! The loss of SSD (arXiv 1512.02325, section 2.2) with hard-negative mining.
//!
//! Both parts are divided by the matched default boxes of the whole batch. The classes of the matched boxes
//! count, and in each image those of three times as many background boxes, the ones that are classified
//! worst. Without an object in the batch the loss is zero, and so is its gradient.

use suites::recipe::LocationLoss;
use tch::{Kind, Reduction, Tensor};

/// Background boxes that count for each matched one.
const NEGATIVES: i64 = 3;

/// Sums over a batch, each without dimensions.
pub(super) struct Sums {
    /// Error of the locations of matched default boxes.
    pub location: Tensor,
    /// Cross-entropy of the boxes that count.
    pub class: Tensor,
    /// Matched default boxes.
    pub matched: Tensor,
}

/// What the loss of a batch is made of: `offsets` (N, P, 4) against `wanted`, `logits` (N, P, classes and
/// background) against `classes` (N, P), where 0 is background.
pub(super) fn sums(
    kind: LocationLoss,
    offsets: &Tensor,
    wanted: &Tensor,
    logits: &Tensor,
    classes: &Tensor,
) -> Sums {
    let positive = classes.gt(0);
    Sums {
        location: location(kind, offsets, wanted, &positive),
        class: class(logits, classes, &positive),
        matched: positive.sum(Kind::Float),
    }
}

/// Sum over matched boxes of the error of a box.
fn location(kind: LocationLoss, offsets: &Tensor, wanted: &Tensor, positive: &Tensor) -> Tensor {
    let error = match kind {
        LocationLoss::L1Mean => (offsets - wanted).abs().mean_dim([-1i64].as_slice(), false, None),
        LocationLoss::SmoothL1Sum => {
            let huber = offsets.smooth_l1_loss(wanted, Reduction::None, 1.0);
            huber.sum_dim_intlist([-1i64].as_slice(), false, None)
        }
    };
    (error * positive).sum(Kind::Float)
}

/// Sum of the cross-entropies of the boxes that count.
fn class(logits: &Tensor, classes: &Tensor, positive: &Tensor) -> Tensor {
    let (images, boxes) = (logits.size()[0], logits.size()[1]);
    let flat = logits.reshape([images * boxes, -1]);
    let labels = classes.reshape([-1]);
    let each = flat.cross_entropy_loss(&labels, None::<&Tensor>, Reduction::None, -100, 0.0);
    let each = each.view([images, boxes]);
    let negatives = each.masked_fill(positive, 0.0);
    let (worst, _) = negatives.sort_stable(true, 1, true);
    let rank = Tensor::arange(boxes, (Kind::Int64, logits.device()));
    let limit = positive.sum_dim_intlist([1i64].as_slice(), true, Kind::Int64) * NEGATIVES;
    let counted = rank.unsqueeze(0).lt_tensor(&limit);
    (each * positive).sum(Kind::Float) + (worst * counted).sum(Kind::Float)
}
