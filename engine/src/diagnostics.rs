//! What each change of the structure did: the data behind convergence and
//! survival curves (Fig. 5 of the IEE paper).
//!
//! A grown connection's age is kept as one bit per growth in one byte per weight:
//! bit 0 for the last growth, bit 7 for the eighth last. After each drop the
//! share of every cohort that is still active is its survival.

use crate::{EditReport, Structure};
use records::mask::pack;
use records::run_directory::{COHORTS, LayerDensity, StructureUpdate};
use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};

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

    /// Takes in a change; returns the mask if it is one to keep.
    pub fn record(
        &mut self,
        step: u64,
        stage: &str,
        report: &EditReport,
        structure: &Structure,
    ) -> Option<Snapshot> {
        let mask = structure.mask();
        let grown = mask.logical_and(&report.pruned.logical_not());
        let dropped = report.before.logical_and(&report.pruned.logical_not());
        let (mut survival, mut saliency_variance) = (Vec::new(), None);
        if report.drop_scores.is_some() {
            // One that is dropped has not survived, even if it is grown again.
            self.ages *= &report.pruned;
            survival = self.survival();
        }
        if let Some(saliency) = &report.saliency {
            saliency_variance = self.follow_saliency(saliency, &report.before);
        }
        let (dropped, grown_count) = (count(&dropped), count(&grown));
        let iou_previous = report.settled.then(|| iou(mask, &self.settled_mask));
        self.state.updates.push(StructureUpdate {
            step,
            stage: stage.into(),
            dropped: dropped as u64,
            grown: grown_count as u64,
            active: structure.current().active() as u64,
            iou_previous,
            iou_final: None,
            survival,
            saliency_variance,
            drop_scores: report.drop_scores.clone(),
            grow_scores: report.grow_scores.clone(),
            latency: report.latency,
        });
        if report.grow_scores.is_some() {
            let older = self.ages.bitwise_left_shift_tensor_scalar(1);
            self.ages = older.bitwise_or_tensor(&grown.to_kind(Kind::Uint8));
            self.state.cohorts.insert(0, grown_count);
            self.state.cohorts.truncate(COHORTS);
        }
        if !report.settled {
            return None;
        }
        self.settled_mask.copy_(mask);
        self.state.settled += 1;
        if !(self.state.settled - 1).is_multiple_of(self.snapshot_every) {
            return None;
        }
        self.note_layers(step, structure);
        Some(Snapshot { step, bits: packed(mask) })
    }

    /// Takes in the saliency at a drop; returns how much it moved since the last, among the
    /// connections that were active at both.
    fn follow_saliency(&mut self, saliency: &Tensor, active: &Tensor) -> Option<f64> {
        let now = saliency.masked_fill(&active.logical_not(), f64::NAN);
        let variance = self.saliency.as_ref().and_then(|before| relative_variance(before, &now));
        self.saliency = Some(now);
        variance
    }

    /// Mean of the saliency's relative variances over all drops.
    pub fn saliency_variance(&self) -> Option<f64> {
        let known: Vec<f64> = self.state.updates.iter().filter_map(|row| row.saliency_variance).collect();
        (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64)
    }

    /// Share of each cohort that still has its age.
    fn survival(&self) -> Vec<Option<f64>> {
        let cohorts = self.state.cohorts.iter().enumerate();
        let alive = |bit: usize| count(&self.ages.bitwise_and(1i64 << bit).to_kind(Kind::Bool));
        cohorts.map(|(bit, size)| (*size > 0).then(|| alive(bit) as f64 / *size as f64)).collect()
    }

    fn note_layers(&mut self, step: u64, structure: &Structure) {
        self.state.layers.extend(structure.current().layers.iter().map(|layer| LayerDensity {
            step,
            layer: layer.layer.clone(),
            density: layer.active as f64 / layer.weights as f64,
        }));
    }
}

/// Variance between two measurements of the same things over the variance among the things, each
/// measurement first divided by its root mean square, so that a common drift does not count. NaN is
/// not measured.
fn relative_variance(before: &Tensor, now: &Tensor) -> Option<f64> {
    let both = before.isnan().logical_or(&now.isnan()).logical_not();
    let chosen = |tensor: &Tensor| {
        let values = tensor.masked_select(&both).to_kind(Kind::Double);
        let size = values.square().mean(Kind::Double).sqrt();
        values / size
    };
    let (before, now) = (chosen(before), chosen(now));
    // Half the mean squared difference of two draws is their variance.
    let within = (&now - before).square().mean(Kind::Double).double_value(&[]) / 2.0;
    let among = now.var(true).double_value(&[]);
    let ratio = within / among;
    ratio.is_finite().then_some(ratio)
}

/// One bit per weight.
pub(crate) fn packed(mask: &Tensor) -> Vec<u8> {
    let bits: Vec<bool> = Vec::try_from(mask).expect("a mask is a row of flags");
    pack(&bits)
}

fn count(mask: &Tensor) -> i64 {
    mask.sum(Kind::Int64).int64_value(&[])
}

/// Intersection over union of two masks.
pub(crate) fn iou(left: &Tensor, right: &Tensor) -> f64 {
    count(&left.logical_and(right)) as f64 / count(&left.logical_or(right)).max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

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
