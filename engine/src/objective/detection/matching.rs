//! Which default box learns which object: the matching of SSD (arXiv 1512.02325, section 2.2), for all images
//! of a batch at once.
//!
//! Each default box takes the object that it overlaps most. Then each object claims the box that it overlaps
//! most, whatever the overlap; where two claim one box, the later object of the image has it. A box whose
//! overlap is below one half is background.

use super::default_boxes::DefaultBoxes;
use tch::{Kind, Tensor};

/// Overlap from which a default box learns its object.
const LEAST_OVERLAP: f64 = 0.5;

/// What each default box of each image is to learn.
pub(super) struct Matches {
    /// Class (N, P) of the box's object, counted from 1; 0 is background.
    pub classes: Tensor,
    /// Edges (N, P, 4) of the object; some box where there is none.
    pub boxes: Tensor,
}

/// Matches `defaults` with the objects in `targets` (N, M, 6).
pub(super) fn matches(defaults: &DefaultBoxes, targets: &Tensor) -> Matches {
    let (images, objects) = (targets.size()[0], targets.size()[1]);
    let class = targets.select(2, 0);
    let absent = class.lt(0.0);
    // A row without an object gets a box that has an area, so that nothing computed from it is infinite.
    let edge = |first: i64, value: f64| targets.narrow(2, first, 2).masked_fill(&absent.unsqueeze(2), value);
    let boxes = Tensor::cat(&[edge(1, 0.0), edge(3, 1.0)], 2);
    let overlaps = overlaps(&boxes, &defaults.edges).masked_fill(&absent.unsqueeze(2), -1.0);
    let (_, claimed) = overlaps.max_dim(2, true);
    // A claim exceeds every overlap, and that of a later object those of earlier ones.
    let order = Tensor::arange(objects, (Kind::Float, targets.device())) + 2.0;
    let claims = order.expand([images, objects], false).masked_fill(&absent, -1.0).unsqueeze(2);
    let (best, object) = overlaps.scatter(2, &claimed, &claims).max_dim(1, false);
    let learns = best.ge(LEAST_OVERLAP).to_kind(Kind::Int64);
    let classes = (class.gather(1, &object, false).to_kind(Kind::Int64) + 1) * learns;
    let index = object.unsqueeze(2).expand([-1, -1, 4], false);
    Matches { classes, boxes: boxes.gather(1, &index, false) }
}

/// Intersection over union (N, M, P) of `boxes` (N, M, 4) and `defaults` (P, 4), all given by their edges.
fn overlaps(boxes: &Tensor, defaults: &Tensor) -> Tensor {
    let side = |tensor: &Tensor, edge: i64| tensor.select(-1, edge);
    let object = |edge| side(boxes, edge).unsqueeze(2);
    let default = |edge| side(defaults, edge);
    let extent = |least: i64, most: i64| {
        let inner = object(most).minimum(&default(most)) - object(least).maximum(&default(least));
        inner.clamp_min(0.0)
    };
    let intersection = extent(0, 2) * extent(1, 3);
    let area = |tensor: &Tensor| (side(tensor, 2) - side(tensor, 0)) * (side(tensor, 3) - side(tensor, 1));
    &intersection / (area(boxes).unsqueeze(2) + area(defaults) - &intersection)
}
