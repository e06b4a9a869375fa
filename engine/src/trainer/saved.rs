//! Everything of a trainer that changes from step to step, in one place: what a checkpoint holds of it.

use super::Trainer;
use sparsity::{Population, PruneLatencies};
use std::collections::BTreeMap;
use tch::Tensor;

/// The tensors that training computes, which diverge with it.
const TRAINED: [&str; 10] = [
    "weights",
    "others",
    "statistics",
    "momentum",
    "other_momentum",
    "dormant",
    "dormant_others",
    "dormant_statistics",
    "thresholds",
    "threshold_momentum",
];

/// Whether all numbers that training computed among `tensors` are finite, as a flag on their device.
pub(crate) fn are_finite(tensors: &BTreeMap<String, Tensor>) -> Tensor {
    let trained = TRAINED.iter().filter_map(|name| tensors.get(*name));
    let finite: Vec<Tensor> = trained.map(|tensor| tensor.isfinite().all()).collect();
    Tensor::stack(&finite, 0).all()
}

/// The state of a trainer between two steps.
#[derive(Debug)]
pub struct SavedTrainer {
    /// Its tensors by name; those of [`Trainer::saved`] are the trainer's own.
    pub tensors: BTreeMap<String, Tensor>,
    /// Whether all weights run, and not only the active ones.
    pub exploring: bool,
    /// Latencies after prunes of channels, where channels are pruned.
    pub prunes: Option<PruneLatencies>,
    /// Sum of losses since the last evaluation, and their number.
    pub losses: (f64, u64),
}

impl SavedTrainer {
    /// The same in tensors of its own on the host, which no later step changes.
    pub(crate) fn copied(&self) -> Self {
        let copy = |(name, tensor): (&String, &Tensor)| {
            (name.clone(), tensor.detach().copy().to_device(tch::Device::Cpu))
        };
        Self { tensors: self.tensors.iter().map(copy).collect(), ..*self }
    }
}

impl Trainer {
    /// Its state, sharing its tensors. Waits for the device.
    pub fn saved(&self) -> SavedTrainer {
        SavedTrainer {
            tensors: self.tensors(),
            exploring: self.structure.population() == Population::Everything,
            prunes: self.channels.as_ref().map(|channels| channels.prunes()),
            losses: self.losses(),
        }
    }

    /// Its tensors by name, which are not copied.
    pub(super) fn tensors(&self) -> BTreeMap<String, Tensor> {
        let mut tensors: BTreeMap<String, Tensor> = self.scores.state().into_iter().collect();
        let mut put = |name: &str, tensor: &Tensor| tensors.insert(name.into(), tensor.shallow_clone());
        put("weights", &self.parameters.weights);
        put("others", &self.parameters.others);
        put("statistics", &self.parameters.statistics);
        put("momentum", &self.momentum);
        put("other_momentum", &self.other_momentum);
        put("mask", self.structure.mask());
        if let Some(dormant) = self.structure.dormant() {
            put("dormant", dormant);
        }
        if let Some(backward) = self.structure.backward() {
            put("backward", backward);
        }
        if let Some(thresholds) = self.structure.thresholds() {
            put("thresholds", &thresholds.values);
            put("threshold_momentum", &thresholds.momentum);
        }
        if let Some(channels) = &self.channels {
            put("channels", channels.mask());
            if let Some((others, statistics)) = channels.dormant() {
                put("dormant_others", others);
                put("dormant_statistics", statistics);
            }
        }
        if let Some(choice) = &self.last_choice {
            put("last_choice", choice);
        }
        tensors
    }

    /// Takes up where `saved` was taken, on whatever device. Tensors that recorded steps read stay where they are.
    pub fn restore(&mut self, saved: &SavedTrainer) {
        let _guard = tch::no_grad_guard();
        let device = self.parameters.weights.device();
        let get = |name: &str| saved.tensors.get(name).map(|tensor| tensor.to_device(device));
        // A copy, for what is kept and not copied into a place of its own.
        let own = |name: &str| get(name).map(|tensor| tensor.copy());
        for (name, place) in [
            ("weights", &mut self.parameters.weights),
            ("others", &mut self.parameters.others),
            ("statistics", &mut self.parameters.statistics),
            ("momentum", &mut self.momentum),
            ("other_momentum", &mut self.other_momentum),
        ] {
            if let Some(value) = get(name) {
                place.copy_(&value);
            }
        }
        if let Some(mask) = get("mask") {
            let population = if saved.exploring { Population::Everything } else { Population::Active };
            self.structure.restore(&mask, own("dormant"), own("backward"), population);
            if let Some(thresholds) = self.structure.thresholds_mut() {
                get("thresholds").into_iter().for_each(|values| thresholds.values.copy_(&values));
                get("threshold_momentum").into_iter().for_each(|values| thresholds.momentum.copy_(&values));
            }
            if let (Some(channels), Some(mask)) = (&mut self.channels, get("channels")) {
                let dormant = own("dormant_others").zip(own("dormant_statistics"));
                channels.restore(&mask, dormant, population, saved.prunes);
            }
        }
        self.last_choice = own("last_choice");
        self.scores.restore(&saved.tensors, &self.parameters.weights);
        self.set_losses(saved.losses.0, saved.losses.1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_that_is_not_finite_is_enough() {
        let finite = |name: &str, number: f32| {
            let whole = Tensor::from_slice(&[1f32, f32::MAX, 0.0]);
            let other = Tensor::from_slice(&[0.0, number]);
            let tensors = BTreeMap::from([("weights".to_string(), whole), (name.to_string(), other)]);
            are_finite(&tensors).int64_value(&[]) == 1
        };
        for name in &TRAINED[1..] {
            assert!(finite(name, 1.0), "{name}");
            for wrong in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
                assert!(!finite(name, wrong), "{name} {wrong}");
            }
        }
        // Scores are no part of what is trained: a criterion may give anything.
        assert!(finite("scores", f32::NAN));
    }
}
