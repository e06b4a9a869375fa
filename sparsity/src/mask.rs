//! Random masks.

use crate::{Budget, Pattern};
use rand::{SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;

/// A random structure that meets `budget` exactly, all layers one after another.
///
/// Each layer has a stream of its own from `seed`, so the draw does not depend
/// on the device or on the other layers. In a layer under a pattern every group
/// of consecutive weights keeps what the pattern says, and under a constant
/// fan-in every output does; any other layer is one group.
pub fn random_mask(budget: &Budget, seed: u64) -> Vec<bool> {
    let mut mask = Vec::with_capacity(budget.weights());
    for (index, layer) in budget.layers.iter().enumerate() {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(index as u64);
        let pattern = |pattern: Pattern| (usize::from(pattern.keep), usize::from(pattern.of));
        let (keep, of) = match layer.fan_in {
            Some(fan_in) => (fan_in, layer.dense_fan_in()),
            None => layer.pattern.map_or((layer.active, layer.weights), pattern),
        };
        let end = mask.len() + layer.weights;
        while mask.len() < end {
            let start = mask.len();
            mask.resize(start + keep, true);
            mask.resize(start + of, false);
            mask[start..].shuffle(&mut rng);
        }
    }
    mask
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Distribution;
    use network::wide_resnet;
    use records::mask::pack;

    #[test]
    fn a_random_mask_meets_the_budget_of_every_layer() {
        let layers = wide_resnet(16, 1, 10, 32).layers();
        let budget = Distribution::Erk.budget(&layers, 0.9).unwrap();
        let mask = random_mask(&budget, 7);
        let mut start = 0;
        for layer in &budget.layers {
            let active = mask[start..start + layer.weights].iter().filter(|bit| **bit).count();
            assert_eq!(active, layer.active, "{}", layer.layer);
            start += layer.weights;
        }
        assert_eq!(mask, random_mask(&budget, 7));
        assert_ne!(mask, random_mask(&budget, 8));
    }

    /// The draw is part of what a seed means: recorded trials rest on it.
    #[test]
    fn the_draw_of_a_seed_stays_the_same() {
        let layers = wide_resnet(10, 1, 10, 32).layers();
        let budget = Distribution::Erk.budget(&layers, 0.9).unwrap();
        let bytes = pack(&random_mask(&budget, 7));
        let sum = bytes.iter().fold(0u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(*byte)));
        assert_eq!((bytes.len(), sum), (9670, 9_423_388_246_143_744_073));
    }

    /// Every output has as many weights, chosen by itself, and layers keep about the share of the distribution.
    #[test]
    fn under_a_constant_fan_in_every_output_has_as_many_weights() {
        let layers = wide_resnet(10, 1, 10, 32).layers();
        let asked = Distribution::Erk.budget(&layers, 0.9).unwrap();
        let budget = asked.clone().with_constant_fan_in();
        let mask = random_mask(&budget, 3);
        let mut start = 0;
        for ((layer, asked), described) in budget.layers.iter().zip(&asked.layers).zip(&layers) {
            let rows: Vec<&[bool]> =
                mask[start..start + layer.weights].chunks(layer.weights / described.outputs).collect();
            start += layer.weights;
            let counts: Vec<usize> = rows.iter().map(|row| row.iter().filter(|bit| **bit).count()).collect();
            assert_eq!(rows.len(), described.outputs);
            assert!(counts.iter().all(|count| Some(*count) == layer.fan_in), "{}: {counts:?}", layer.layer);
            assert_eq!(counts.iter().sum::<usize>(), layer.active);
            // Rounding moves each output by half a weight at most.
            assert!(2 * layer.active.abs_diff(asked.active) <= described.outputs, "{}", layer.layer);
            let sparse = layer.active < layer.weights;
            assert!(!sparse || rows.iter().any(|row| row != &rows[0]), "{}: all outputs alike", layer.layer);
        }
    }

    /// Every group of a patterned layer keeps its weights, and all places in a group are taken.
    #[test]
    fn a_patterned_layer_keeps_as_many_of_every_group() {
        let layers = wide_resnet(10, 1, 10, 32).layers();
        for pattern in Pattern::ALL {
            let (keep, of) = (usize::from(pattern.keep), usize::from(pattern.of));
            let budget = Distribution::Pattern(pattern).budget(&layers, pattern.sparsity()).unwrap();
            let mask = random_mask(&budget, 3);
            assert_eq!(mask.len(), budget.weights());
            let (mut start, mut taken) = (0, vec![0; of]);
            for layer in &budget.layers {
                let bits = &mask[start..start + layer.weights];
                start += layer.weights;
                if layer.pattern.is_none() {
                    assert!(bits.iter().all(|bit| *bit), "{}", layer.layer);
                    continue;
                }
                for group in bits.chunks(of) {
                    assert_eq!(group.iter().filter(|bit| **bit).count(), keep);
                    group.iter().zip(&mut taken).for_each(|(bit, taken)| *taken += usize::from(*bit));
                }
            }
            // Each place is taken in keep / of of the groups, of which there are thousands.
            let expected = taken.iter().sum::<usize>() as f64 / of as f64;
            assert!(taken.iter().all(|taken| (*taken as f64 / expected - 1.0).abs() < 0.05), "{taken:?}");
        }
    }
}
