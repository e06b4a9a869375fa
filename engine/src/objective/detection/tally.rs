//! An evaluation of a detector: its detections image by image, and at the end their average precision.

use super::loss::Sums;
use super::{Detector, Found, Heads, candidates};
use crate::objective::{Score, Tally};
use records::detection::{Detection, EvaluatedSet, MATCHING_OVERLAP, Truth, average_precision};
use suites::detection::{AnnotatedPhotographs, Bounds, targets};
use tch::{Kind, Tensor};

/// The detections so far on some photographs.
pub(super) struct Detections<'a> {
    detector: &'a Detector,
    photographs: &'a AnnotatedPhotographs,
    /// Sum of the losses, and matched default boxes.
    sums: Tensor,
    /// Photographs seen, readable or not.
    seen: usize,
    unreadable: Vec<usize>,
    detections: Vec<Detection>,
}

impl<'a> Detections<'a> {
    /// Nothing seen yet of `photographs`.
    pub fn new(detector: &'a Detector, photographs: &'a AnnotatedPhotographs) -> Self {
        let sums = Tensor::zeros([2], (Kind::Double, detector.boxes.edges.device()));
        Self { detector, photographs, sums, seen: 0, unreadable: vec![], detections: vec![] }
    }

    /// The objects of the photographs that could be read.
    fn truths(&self) -> Vec<Truth> {
        let photographs = self.photographs.photographs.iter().enumerate();
        let readable = photographs.filter(|(image, _)| self.unreadable.binary_search(image).is_err());
        let truths = readable.flat_map(|(image, photograph)| {
            photograph.objects.iter().map(move |object| Truth {
                image: image as u32,
                class: object.class,
                bounds: corners(object.bounds),
                difficult: object.difficult,
            })
        });
        truths.collect()
    }
}

impl Tally for Detections<'_> {
    fn see(&mut self, outputs: &[Tensor], targets: &Tensor) {
        let heads = Heads::of(outputs);
        let Sums { location, class, matched } = self.detector.sums(&heads, targets);
        self.sums += Tensor::stack(&[location + class, matched], 0).to_kind(Kind::Double);
        let state = targets.select(2, 0).select(1, 0);
        let state = Vec::<f32>::try_from(state.to_device(tch::Device::Cpu)).expect("a number an image");
        for (found, state) in candidates::found(&self.detector.boxes, &heads).into_iter().zip(state) {
            let image = self.seen;
            self.seen += 1;
            if state == targets::UNREADABLE {
                self.unreadable.push(image);
                continue;
            }
            let size = self.photographs.photographs[image].size;
            self.detections.extend(found.into_iter().map(|scored| Detection {
                image: image as u32,
                class: scored.class,
                score: f64::from(scored.score),
                bounds: corners(Bounds::from_fractions(scored.edges.map(f64::from), size)),
            }));
        }
    }

    fn result(&self) -> Score {
        let [sum, matched] =
            Vec::<f64>::try_from(&self.sums).ok().and_then(|sums| sums.try_into().ok()).expect("two sums");
        let set = EvaluatedSet { images: self.seen as u32, classes: self.photographs.classes.len() as u32 };
        let rule = self.detector.task.rule;
        let score = average_precision(&self.truths(), &self.detections, set, rule, MATCHING_OVERLAP)
            .expect("boxes and scores are numbers, and of these photographs");
        let percent = |value: Option<f64>| value.map(|share| 100.0 * share);
        let values = [("map", percent(score.mean())), ("map_all_points", percent(score.mean_all_points()))];
        let values = values.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        let found = Found { score, detections: self.detections.clone() };
        Score { loss: sum / matched.max(1.0), values, found: Some(found) }
    }
}

/// A box as the metric takes it.
fn corners(bounds: Bounds) -> [f64; 4] {
    [bounds.xmin, bounds.ymin, bounds.xmax, bounds.ymax]
}
