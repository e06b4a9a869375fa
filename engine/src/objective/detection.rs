//! Detection with a single-shot detector (SSD, arXiv 1512.02325): the loss of a batch, and the mean average
//! precision of a set.
//!
//! The network has two outputs a level of its feature pyramid: offsets of each default box, and the logits of
//! its class, of which the first is background. Targets are (N, M, 6): a row per object with its class
//! (-1: no object), its edges as fractions of the image, and whether it is difficult.

mod candidates;
mod default_boxes;
mod found;
mod loss;
mod matching;
mod nms;
mod post_processing;
mod tally;

use super::Tally;
use default_boxes::DefaultBoxes;
pub use found::Found;
use loss::Sums;
use network::{Network, NotADetector};
pub use nms::Scored;
pub(crate) use post_processing::PostProcessing;
use suites::detection::AnnotatedPhotographs;
use suites::recipe::DetectionTask;
use tch::{Device, Kind, Tensor};

/// A single-shot detector: its default boxes, and what it is trained and judged by.
#[derive(Debug)]
pub(crate) struct Detector {
    task: DetectionTask,
    boxes: DefaultBoxes,
}

impl Detector {
    /// The detector of `network`.
    ///
    /// # Errors
    ///
    /// If its outputs are not those of a detector.
    pub fn new(task: DetectionTask, network: &Network, device: Device) -> Result<Self, NotADetector> {
        let boxes = network::DefaultBoxes::of(network)?;
        Ok(Self { task, boxes: DefaultBoxes::new(&boxes.boxes, device) })
    }

    /// Loss of a micro-batch, a tensor without dimensions.
    pub fn loss(&self, outputs: &[Tensor], targets: &Tensor) -> Tensor {
        let Sums { location, class, matched } = self.sums(&Heads::of(outputs), targets);
        (location + class) / matched.clamp_min(1.0)
    }

    fn sums(&self, heads: &Heads, targets: &Tensor) -> Sums {
        let matches = tch::no_grad(|| matching::matches(&self.boxes, targets));
        let wanted = tch::no_grad(|| self.boxes.encode(&matches.boxes));
        loss::sums(self.task.location, &heads.offsets, &wanted, &heads.logits, &matches.classes)
    }

    /// An evaluation on `photographs` that has seen nothing yet.
    pub fn tally<'a>(&'a self, photographs: &'a AnnotatedPhotographs) -> Box<dyn Tally + 'a> {
        Box::new(tally::Detections::new(self, photographs))
    }

    /// What is found in each image of a batch, by falling score.
    pub fn detect(&self, outputs: &[Tensor]) -> Vec<Vec<Scored>> {
        candidates::found(&self.boxes, &Heads::of(outputs))
    }
}

/// The outputs of a detector, level after level, as two tensors.
struct Heads {
    /// Offsets (N, P, 4).
    offsets: Tensor,
    /// Logits (N, P, classes and background).
    logits: Tensor,
}

impl Heads {
    /// `outputs` are feature maps (N, channels, side, side), location and class of each level in turn.
    fn of(outputs: &[Tensor]) -> Self {
        let rows = |map: &Tensor, columns: i64| {
            map.permute([0, 2, 3, 1]).reshape([map.size()[0], -1, columns]).to_kind(Kind::Float)
        };
        // A cell has four offsets for each box, and so many boxes have a logit for each class.
        let logits_of = |location: &Tensor, class: &Tensor| class.size()[1] / (location.size()[1] / 4);
        let pairs: Vec<(Tensor, Tensor)> = outputs
            .chunks_exact(2)
            .map(|pair| (rows(&pair[0], 4), rows(&pair[1], logits_of(&pair[0], &pair[1]))))
            .collect();
        let (offsets, logits): (Vec<Tensor>, Vec<Tensor>) = pairs.into_iter().unzip();
        Self { offsets: Tensor::cat(&offsets, 1), logits: Tensor::cat(&logits, 1) }
    }
}

#[cfg(test)]
mod tests;
