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
        // A network that diverged can predict sizes that are no numbers.
        if edges.iter().all(|edge| edge.is_finite()) {
            images[image as usize].push(Scored { class: class as u32, score, edges });
        }
    }
    images.into_iter().map(|candidates| suppress(candidates, MOST_OVERLAP, KEPT)).map(inside).collect()
}

/// Candidates of all images, a row each of [`COLUMNS`], in a flat tensor on the host.
fn candidates(boxes: &DefaultBoxes, heads: &Heads) -> Tensor {
    let scores = heads.logits.softmax(2, Kind::Float);
    let objects = scores.narrow(2, 1, scores.size()[2] - 1);
    let places = objects.gt(LEAST_SCORE).nonzero();
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

/// The same with boxes cut to the image, where all objects are; without those of which nothing is left.
fn inside(detections: Vec<Scored>) -> Vec<Scored> {
    let cut = |scored: Scored| Scored { edges: scored.edges.map(|edge| edge.clamp(0.0, 1.0)), ..scored };
    let has_area = |scored: &Scored| {
        let [left, top, right, bottom] = scored.edges;
        right > left && bottom > top
    };
    detections.into_iter().map(cut).filter(has_area).collect()
}
