//! The order in which a training sees its images.
//!
//! Training reads one endless sequence of epochs, each a permutation of its own;
//! batches run on over the ends of epochs. Everything follows from the seed
//! and the position in the sequence.

use rand::{SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;

/// The sequence of images.
#[derive(Debug)]
pub(crate) struct Order {
    seed: u64,
    images: u64,
    epoch: Option<(u64, Vec<u32>)>,
}

impl Order {
    /// The sequence of `images` images that `seed` gives.
    pub fn new(seed: u64, images: usize) -> Self {
        Self { seed, images: images as u64, epoch: None }
    }

    /// Epoch and image at `place` in the sequence.
    pub fn at(&mut self, place: u64) -> (u64, u32) {
        let epoch = place / self.images;
        if self.epoch.as_ref().is_none_or(|(number, _)| *number != epoch) {
            let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
            // Odd streams belong to what batches draw besides.
            rng.set_stream(2 * epoch);
            let mut order: Vec<u32> = (0..self.images as u32).collect();
            order.shuffle(&mut rng);
            self.epoch = Some((epoch, order));
        }
        let (_, order) = self.epoch.as_ref().expect("the epoch was just drawn");
        (epoch, order[(place % self.images) as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_epoch_is_a_permutation_of_its_own() {
        let mut order = Order::new(1, 10);
        let seen: Vec<(u64, u32)> = (0..20).map(|place| order.at(place)).collect();
        for (number, epoch) in seen.chunks(10).enumerate() {
            assert!(epoch.iter().all(|(epoch, _)| *epoch == number as u64));
            let mut images: Vec<u32> = epoch.iter().map(|(_, image)| *image).collect();
            images.sort_unstable();
            assert_eq!(images, (0..10).collect::<Vec<_>>());
        }
        assert_ne!(
            seen[..10].iter().map(|(_, i)| i).collect::<Vec<_>>(),
            seen[10..].iter().map(|(_, i)| i).collect::<Vec<_>>()
        );
        assert_eq!(Order::new(1, 10).at(17), seen[17]);
    }
}
