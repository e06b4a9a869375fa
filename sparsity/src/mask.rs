//! Masks outside the engine: how one is drawn, and its form on disk.

use crate::Budget;
use rand::{SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;

/// A random structure that meets `budget` exactly, all layers one after another.
///
/// Each layer has a stream of its own from `seed`, so the draw does not depend
/// on the device or on the other layers.
pub fn random_mask(budget: &Budget, seed: u64) -> Vec<bool> {
    let mut mask = Vec::with_capacity(budget.weights());
    for (index, layer) in budget.layers.iter().enumerate() {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(index as u64);
        let start = mask.len();
        mask.resize(start + layer.active, true);
        mask.resize(start + layer.weights, false);
        mask[start..].shuffle(&mut rng);
    }
    mask
}

/// One bit a weight, the first in the lowest bit of the first byte.
pub fn pack(mask: &[bool]) -> Vec<u8> {
    let byte = |bits: &[bool]| bits.iter().rev().fold(0, |byte, &bit| byte << 1 | u8::from(bit));
    mask.chunks(8).map(byte).collect()
}

/// The first `weights` bits of `bytes`; `None` if there are too few or too many bytes.
pub fn unpack(bytes: &[u8], weights: usize) -> Option<Vec<bool>> {
    if bytes.len() != weights.div_ceil(8) {
        return None;
    }
    Some((0..weights).map(|i| bytes[i / 8] >> (i % 8) & 1 == 1).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Distribution;
    use network::wide_resnet;
    use proptest::prelude::*;

    #[test]
    fn a_random_mask_meets_the_budget_of_every_layer() {
        let layers = wide_resnet(16, 1, 10).layers();
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

    proptest! {
        #[test]
        fn packing_round_trips(mask in proptest::collection::vec(any::<bool>(), 0..200)) {
            prop_assert_eq!(unpack(&pack(&mask), mask.len()), Some(mask.clone()));
            prop_assert_eq!(unpack(&pack(&mask), mask.len() + 8), None);
        }
    }
}
