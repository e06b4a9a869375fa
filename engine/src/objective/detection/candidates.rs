//! From the outputs of a detector to detections.
//!
//! Softmax, threshold and decoding run on the device for all images of a batch at once; what passes the threshold
//! is copied to the host in one tensor, where each image's overlaps are suppressed.

use super::Heads;
use super::default_boxes::DefaultBoxes;
use super::nms::{Scored, suppress};
use tch::{Kind, Tensor};

/// Least score of a candidate (SSD's code, as in the VOC evaluations that are published).
const LEAST_SCORE: f64 = 0.01;
/// Overlap above which the better of two detections of a class suppresses the other.
const MOST_OVERLAP: f32 = 0.45;
/// Candidates of a class in an image, the best ones (SSD's code). Before a network has learnt what background is, every
/// box passes the threshold with every class.
const MOST_CANDIDATES: i64 = 400;
/// Detections that are kept of an image, of all classes together.
const KEPT: usize = 200;
/// Numbers of a candidate on its way to the host: image, class, score and four edges.
const COLUMNS: usize = 7;

/// What is found in each image of the batch, by falling score.
pub(super) fn found(boxes: &DefaultBoxes, heads: &Heads) -> Vec<Vec<Scored>> {
    let mut images: Vec<Vec<Scored>> = vec![Vec::new(); heads.logits.size()[0] as usize];
    let rows = Vec::<f32>::try_from(candidates(boxes, heads)).expect("a flat tensor of floats");
    for &[image, class, score, left, top, right, bottom] in rows.as_chunks::<COLUMNS>().0 {
        let edges = [left, top, right, bottom];
        images[image as usize].extend(inside(Scored { class: class as u32, score, edges }));
    }
    images.into_iter().map(|candidates| suppress(candidates, MOST_OVERLAP, KEPT)).collect()
}

/// Candidates of all images, a row each of [`COLUMNS`], in a flat tensor on the host.
fn candidates(boxes: &DefaultBoxes, heads: &Heads) -> Tensor {
    let scores = heads.logits.softmax(2, Kind::Float);
    let objects = scores.narrow(2, 1, scores.size()[2] - 1);
    let places = passing(&objects).nonzero();
    let column = |at: i64| places.select(1, at);
    let (image, own, class) = (column(0), column(1), column(2));
    let at = |tensor: &Tensor, indices: &[&Tensor]| {
        let indices: Vec<Option<Tensor>> = indices.iter().map(|index| Some(index.shallow_clone())).collect();
        tensor.index(&indices)
    };
    let score = at(&objects, &[&image, &own, &class]);
    let edges = boxes.decode(&at(&heads.offsets, &[&image, &own]), &own);
    let float = |tensor: &Tensor| tensor.to_kind(Kind::Float).unsqueeze(1);
    let rows = Tensor::cat(&[float(&image), float(&class), float(&score), edges], 1);
    rows.to_device(tch::Device::Cpu).reshape([-1])
}

/// Which of the scores (N, P, classes) are of candidates.
fn passing(scores: &Tensor) -> Tensor {
    let passing = scores.gt(LEAST_SCORE);
    let most = passing.sum_dim_intlist([1i64].as_slice(), false, Kind::Int64).max().int64_value(&[]);
    if most <= MOST_CANDIDATES {
        return passing;
    }
    let (best, _) = scores.topk(MOST_CANDIDATES, 1, true, true);
    let least = best.narrow(1, MOST_CANDIDATES - 1, 1);
    passing.logical_and(&scores.ge_tensor(&least))
}

/// The same with its box cut to the image, where all objects are; none if nothing is left of it, or if a network that
/// diverged predicts edges that are no numbers.
fn inside(scored: Scored) -> Option<Scored> {
    let edges = scored.edges.map(|edge| edge.clamp(0.0, 1.0));
    let [left, top, right, bottom] = edges;
    (right > left && bottom > top).then_some(Scored { edges, ..scored })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// More than 400 boxes of a class pass the threshold: the best 400 are candidates. Of another class all are.
    #[test]
    fn each_class_has_its_best_candidates() {
        let scores: Vec<f32> = (0..1000).flat_map(|at| [0.02 + at as f32 / 2000.0, 0.0]).collect();
        let scores = Tensor::from_slice(&scores).view([1, 1000, 2]);
        let _ = scores.narrow(1, 0, 3).select(2, 1).fill_(0.5);
        let passing = passing(&scores).squeeze_dim(0);
        let count = |class: i64| passing.select(1, class).sum(Kind::Int64).int64_value(&[]);
        assert_eq!((count(0), count(1)), (400, 3));
        assert_eq!(passing.select(1, 0).narrow(0, 600, 400).sum(Kind::Int64).int64_value(&[]), 400);
    }

    #[test]
    fn boxes_are_cut_to_the_image() {
        let scored = |edges| Scored { class: 0, score: 0.5, edges };
        assert_eq!(inside(scored([-0.5, 0.2, 0.5, 1.5])), Some(scored([0.0, 0.2, 0.5, 1.0])));
        for edges in [[-0.5, 0.2, -0.1, 0.5], [0.2, 1.1, 0.3, 1.2], [0.2, 0.2, f32::NAN, 0.5]] {
            assert_eq!(inside(scored(edges)), None, "{edges:?}");
        }
    }
}
