//! What follows the forward pass of a detector, made ready to be timed.
//!
//! Its time depends on how many boxes pass the threshold, so it is timed on outputs like those of a trained
//! detector and not on those of random weights, by which every box has every class: boxes around a few objects
//! pass, each with the class of its object.

use super::Heads;
use super::candidates;
use super::default_boxes::DefaultBoxes;
use crate::dropout::mix;
use network::Network;
use tch::{Device, Tensor};

/// Pairs of box and class above the threshold in an image, for the boxes of SSD512: own choice, "some thousands".
const CANDIDATES: usize = 3_000;
/// Boxes of SSD512.
const BOXES_OF_SSD512: usize = 24_564;
/// Objects in an image that the pairs belong to.
const OBJECTS: usize = 10;
/// Logit of the background, whose softmax leaves every other class of logit 0 below the threshold.
const BACKGROUND: f32 = 10.0;

/// Outputs for a batch, and what turns them into detections.
pub(crate) struct PostProcessing {
    boxes: DefaultBoxes,
    heads: Heads,
}

impl PostProcessing {
    /// That of `batch` images of `network` on `device`; none if it is no detector.
    pub fn of(network: &Network, batch: usize, device: Device) -> Option<Self> {
        let boxes = network::DefaultBoxes::of(network).ok()?;
        let (count, logits) = (boxes.boxes.len(), boxes.classes + 1);
        let mut values = vec![0.0; count * logits];
        values.iter_mut().step_by(logits).for_each(|background| *background = BACKGROUND);
        for object in 0..OBJECTS {
            let random = mix(object as u64 + 1);
            let class = 1 + (random >> 40) as usize % boxes.classes;
            let around = random as usize % count;
            for (rank, own) in nearest(&boxes.boxes, around, CANDIDATES * count / BOXES_OF_SSD512 / OBJECTS) {
                // From certain to just above the threshold.
                values[own * logits + class] = 6.0 + 8.0 * (1.0 - rank);
            }
        }
        let [batch, count, logits] = [batch, count, logits].map(|n| n as i64);
        // Every image of the batch has the same.
        let logits = Tensor::from_slice(&values).view([1, count, logits]).repeat([batch, 1, 1]);
        let logits = logits.to_device(device);
        let offsets = Tensor::zeros([batch, count, 4], (tch::Kind::Float, device));
        Some(Self { boxes: DefaultBoxes::new(&boxes.boxes, device), heads: Heads { offsets, logits } })
    }

    /// Softmax to detections, once. The detections are on the host when it ends.
    pub fn run(&self) {
        let _guard = tch::no_grad_guard();
        drop(candidates::found(&self.boxes, &self.heads));
    }
}

/// The `most` boxes most like box `around` in place and size, each with its rank from 0 to 1.
fn nearest(boxes: &[[f32; 4]], around: usize, most: usize) -> Vec<(f32, usize)> {
    let distance = |own: &[f32; 4]| own.iter().zip(&boxes[around]).map(|(a, b)| (a - b).powi(2)).sum::<f32>();
    let mut order: Vec<usize> = (0..boxes.len()).collect();
    order.sort_by(|&a, &b| distance(&boxes[a]).total_cmp(&distance(&boxes[b])));
    let ranked = order.into_iter().take(most).enumerate();
    ranked.map(|(rank, own)| (rank as f32 / most as f32, own)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use network::models::model;

    /// About 3,000 pairs pass in an image of SSD512, whatever the batch.
    #[test]
    fn as_many_pass_as_in_a_trained_detector() {
        let network = model("ssd512-resnet50-0.25", 20, 512).unwrap();
        let post = PostProcessing::of(&network, 2, Device::Cpu).unwrap();
        let scores = post.heads.logits.softmax(2, tch::Kind::Float).narrow(2, 1, 20);
        let passing = scores.gt(0.01).sum(tch::Kind::Int64).int64_value(&[]);
        // Objects of one class can share boxes.
        assert!((5_000..=6_000).contains(&passing), "{passing}");
        assert!(PostProcessing::of(&model("wrn-10-1", 10, 32).unwrap(), 2, Device::Cpu).is_none());
    }
}
