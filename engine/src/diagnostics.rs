//! What each change of the structure did: the data behind convergence and
//! survival curves (Fig. 5 of the IEE paper).
//!
//! A grown connection's age is kept as one bit per growth in one byte per weight:
//! bit 0 for the last growth, bit 7 for the eighth last. After each drop the
//! share of every cohort that is still active is its survival.

use crate::readout::{read, read_with_flags};
use crate::{EditReport, Structure};
use records::mask::pack;
use records::run_directory::{COHORTS, LayerDensity, StructureUpdate};
use serde::{Deserialize, Serialize};
use std::ops::Range;
use tch::{Device, Kind, Tensor};

/// Masks kept of one training, to compare with the final one.
const SNAPSHOTS: u64 = 100;

/// The rows that go into a checkpoint.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct DiagnosticsState {
    pub updates: Vec<StructureUpdate>,
    pub layers: Vec<LayerDensity>,
    /// Sizes of the last cohorts, the newest first.
    cohorts: Vec<i64>,
    /// Structures that training settled on, after the first.
    pub settled: u64,
}

/// Follows the structure through training.
pub(crate) struct Diagnostics {
    pub state: DiagnosticsState,
    /// Ages of grown connections, one byte per weight.
    pub ages: Tensor,
    /// The mask training last settled on.
    pub settled_mask: Tensor,
    /// Saliency of all connections at the last drop, NaN where inactive.
    pub saliency: Option<Tensor>,
    snapshot_every: u64,
}

/// A mask to keep, with the step after which it held.
pub(crate) struct Snapshot {
    pub step: u64,
    pub bits: Vec<u8>,
}

impl Diagnostics {
    /// Starts at the first structure of a training that will change it `changes` times.
    pub fn new(structure: &Structure, changes: u64) -> Self {
        Self {
            state: DiagnosticsState::default(),
            ages: structure.mask().zeros_like().to_kind(Kind::Uint8),
            settled_mask: structure.mask().copy(),
            saliency: None,
            snapshot_every: changes.div_ceil(SNAPSHOTS).max(1),
        }
    }

    /// Takes in a change, and gives `structure` the counts of its layers; returns the mask if it is one to keep.
    /// Waits for the device, once.
    pub fn record(
        &mut self,
        step: u64,
        stage: &str,
        report: &EditReport,
        structure: &mut Structure,
    ) -> Option<Snapshot> {
        let mask = structure.mask();
        let grown = mask.logical_and(&report.pruned.logical_not());
        let dropped = report.before.logical_and(&report.pruned.logical_not());
        let mut wanted = vec![structure.counts(), count(&dropped), count(&grown)];
        let mut want = |tensors: Vec<Tensor>| {
            let start = wanted.len();
            wanted.extend(tensors);
            start..wanted.len()
        };
        let overlap = want(if report.settled { overlap(mask, &self.settled_mask).into() } else { vec![] });
        let alive = want(match &report.drop_scores {
            Some(_) => {
                // One that is dropped has not survived, even if it is grown again.
                self.ages *= &report.pruned;
                self.alive()
            }
            None => vec![],
        });
        let variance = want(match &report.saliency {
            Some(saliency) => self.follow_saliency(saliency, &report.before),
            None => vec![],
        });
        let scores = [&report.drop_scores, &report.grow_scores]
            .map(|scores| want(scores.iter().map(Tensor::shallow_clone).collect()));
        let keeps = report.settled && self.state.settled.is_multiple_of(self.snapshot_every);
        let (read, flags) = read_with_flags(&wanted, keeps.then_some(mask));
        let numbers = |range: Range<usize>| read[range].concat();
        structure.note_counts(&read[0]);
        let (dropped, grown_count) = (read[1][0], read[2][0]);
        let [drop_scores, grow_scores] = scores.map(|range| read[range].first().cloned());
        let survival = numbers(alive).into_iter().zip(&self.state.cohorts);
        self.state.updates.push(StructureUpdate {
            step,
            stage: stage.into(),
            dropped: dropped as u64,
            grown: grown_count as u64,
            active: structure.current().active() as u64,
            iou_previous: share(&numbers(overlap)),
            iou_final: None,
            survival: survival.map(|(alive, size)| (*size > 0).then(|| alive / *size as f64)).collect(),
            saliency_variance: relative(&numbers(variance)),
            drop_scores,
            grow_scores,
            latency: report.latency,
        });
        if report.grow_scores.is_some() {
            let older = self.ages.bitwise_left_shift_tensor_scalar(1);
            self.ages = older.bitwise_or_tensor(&grown.to_kind(Kind::Uint8));
            self.state.cohorts.insert(0, grown_count as i64);
            self.state.cohorts.truncate(COHORTS);
        }
        if !report.settled {
            return None;
        }
        self.settled_mask.copy_(structure.mask());
        self.state.settled += 1;
        keeps.then(|| {
            self.note_layers(step, structure);
            Snapshot { step, bits: pack(&flags) }
        })
    }

    /// Takes in the saliency at a drop; how much it moved since the last among the connections that were active at
    /// both, as [`within_and_among`] has it, if there was one.
    fn follow_saliency(&mut self, saliency: &Tensor, active: &Tensor) -> Vec<Tensor> {
        let now = saliency.masked_fill(&active.logical_not(), f64::NAN);
        let moved = self.saliency.as_ref().map(|before| within_and_among(before, &now).into());
        self.saliency = Some(now);
        moved.unwrap_or_default()
    }

    /// Mean of the saliency's relative variances over all drops.
    pub fn saliency_variance(&self) -> Option<f64> {
        let known: Vec<f64> = self.state.updates.iter().filter_map(|row| row.saliency_variance).collect();
        (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
    }

    /// How many of each cohort still have their age.
    fn alive(&self) -> Vec<Tensor> {
        let alive = |bit: usize| count(&self.ages.bitwise_and(1i64 << bit).to_kind(Kind::Bool));
        (0..self.state.cohorts.len()).map(alive).collect()
    }

    fn note_layers(&mut self, step: u64, structure: &Structure) {
        self.state.layers.extend(structure.current().layers.iter().map(|layer| LayerDensity {
            step,
            layer: layer.layer.clone(),
            density: layer.active as f64 / layer.weights as f64,
        }));
    }
}

/// Variance between two measurements of the same things, and the variance among the things, each measurement first
/// divided by its root mean square, so that a common drift does not count. NaN is not measured.
fn within_and_among(before: &Tensor, now: &Tensor) -> [Tensor; 2] {
    let both = before.isnan().logical_or(&now.isnan()).logical_not();
    // Half the mean squared difference of two draws is their variance.
    if before.device() == Device::Cpu {
        let chosen = |tensor: &Tensor| {
            let values = tensor.masked_select(&both).to_kind(Kind::Double);
            let size = values.square().mean(Kind::Double).sqrt();
            values / size
        };
        let (before, now) = (chosen(before), chosen(now));
        return [(&now - before).square().mean(Kind::Double) / 2.0, now.var(true)];
    }
    masked_within_and_among(before, now, &both)
}

/// [`within_and_among`] those of `both`, in tensors of fixed sizes: to select some, a GPU would tell the host how many
/// there are. Sums are in another order than over those selected.
fn masked_within_and_among(before: &Tensor, now: &Tensor, both: &Tensor) -> [Tensor; 2] {
    let count = both.sum(Kind::Double);
    let chosen = |tensor: &Tensor| {
        let values = tensor.to_kind(Kind::Double).masked_fill(&both.logical_not(), 0.0);
        let size = (values.square().sum(Kind::Double) / &count).sqrt();
        values / size
    };
    let (before, now) = (chosen(before), chosen(now));
    let within = (&now - before).square().sum(Kind::Double) / &count / 2.0;
    let mean = now.sum(Kind::Double) / &count;
    let deviations = (now - mean).g_mul(&both.to_kind(Kind::Double));
    [within, deviations.square().sum(Kind::Double) / (count - 1.0)]
}

/// The first over the second, if that is a number.
fn relative(within_and_among: &[f64]) -> Option<f64> {
    let [within, among] = within_and_among else { return None };
    let ratio = within / among;
    ratio.is_finite().then_some(ratio)
}

/// One bit per weight.
pub(crate) fn packed(mask: &Tensor) -> Vec<u8> {
    let bits: Vec<bool> = Vec::try_from(mask).expect("a mask is a row of flags");
    pack(&bits)
}

fn count(mask: &Tensor) -> Tensor {
    mask.sum(Kind::Int64)
}

/// Sizes of the intersection and the union of two masks.
fn overlap(left: &Tensor, right: &Tensor) -> [Tensor; 2] {
    [count(&left.logical_and(right)), count(&left.logical_or(right))]
}

/// Intersection over union, of their sizes.
fn share(overlap: &[f64]) -> Option<f64> {
    let [intersection, union] = overlap else { return None };
    Some(intersection / union.max(1.0))
}

/// Intersection over union of two masks. Waits for the device.
pub(crate) fn iou(left: &Tensor, right: &Tensor) -> f64 {
    share(&read(&overlap(left, right)).concat()).expect("two sizes")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relative_variance(before: &Tensor, now: &Tensor) -> Option<f64> {
        relative(&read(&within_and_among(before, now)).concat())
    }

    /// What a GPU computes is what is computed here, to within rounding.
    #[test]
    fn sums_of_fixed_size_are_those_over_what_is_selected() {
        tch::manual_seed(5);
        let draw = || {
            let values = Tensor::randn([5000], (Kind::Float, Device::Cpu));
            values.masked_fill(&Tensor::rand([5000], (Kind::Float, Device::Cpu)).gt(0.3), f64::NAN)
        };
        let (before, now) = (draw(), draw());
        let both = before.isnan().logical_or(&now.isnan()).logical_not();
        let selected = read(&within_and_among(&before, &now)).concat();
        let masked = read(&masked_within_and_among(&before, &now, &both)).concat();
        for (selected, masked) in selected.into_iter().zip(masked) {
            assert!((selected / masked - 1.0).abs() < 1e-12, "{selected} {masked}");
        }
    }

    #[test]
    fn the_relative_variance_is_that_of_its_parts() {
        // The last is not measured.
        let before = Tensor::from_slice(&[1.0f32, 2.0, 3.0, 9.0]);
        let now = Tensor::from_slice(&[2.0f32, 4.0, 6.0, f32::NAN]);
        assert!(relative_variance(&before, &now).unwrap() < 1e-12, "a common factor is no change");
        // Mean squares 14/3 and 4; scores may be signed.
        let moved = Tensor::from_slice(&[2.0f32, -2.0, 2.0, f32::NAN]);
        let scale = (14.0f64 / 3.0).sqrt();
        let difference = [1.0 - 1.0 / scale, -1.0 - 2.0 / scale, 1.0 - 3.0 / scale];
        let within = difference.map(|d| d * d).iter().sum::<f64>() / 3.0 / 2.0;
        let among = [2.0 / 3.0, -4.0 / 3.0, 2.0 / 3.0].map(|d: f64| d * d).iter().sum::<f64>() / 2.0;
        let found = relative_variance(&before, &moved).unwrap();
        assert!((found - within / among).abs() < 1e-9, "{found}");
        let flat = Tensor::from_slice(&[1.0f32, 1.0, 1.0, 1.0]);
        assert_eq!(relative_variance(&flat, &flat), None);
    }
}
