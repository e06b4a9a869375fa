//! Which images a step sees, and how they are augmented.
//!
//! Training reads one endless row of epochs, each a permutation of its own;
//! batches run on over the ends of epochs. Everything follows from the seed
//! and the position in the row, so a training that goes on at any step sees
//! what it would have seen.

use crate::augment::{BORDER, Sampling};
use rand::{Rng, SeedableRng, seq::SliceRandom};
use rand_chacha::ChaCha8Rng;
use tch::{Device, Tensor};

/// Steps whose choices are sent to the device together.
const CHUNK: u64 = 64;

/// The choices of every step.
#[derive(Debug)]
pub struct Batches {
    seed: u64,
    images: u64,
    batch: u64,
    device: Device,
    epoch: Option<(u64, Vec<u32>)>,
    chunk: Option<(u64, Tensor)>,
}

impl Batches {
    /// Batches of `batch` out of `images` images.
    pub fn new(seed: u64, images: usize, batch: u64, device: Device) -> Self {
        Self { seed, images: images as u64, batch, device, epoch: None, chunk: None }
    }

    /// The choices of `step`.
    pub fn at(&mut self, step: u64) -> Sampling {
        let start = step / CHUNK * CHUNK;
        if self.chunk.as_ref().is_none_or(|(first, _)| *first != start) {
            let chunk = self.draw_chunk(start);
            self.chunk = Some((start, chunk));
        }
        let (_, chunk) = self.chunk.as_ref().expect("the chunk was just drawn");
        Sampling(chunk.get((step - start) as i64))
    }

    fn draw_chunk(&mut self, start: u64) -> Tensor {
        let choices: Vec<i64> = (start..start + CHUNK).flat_map(|step| self.draw(step)).collect();
        Tensor::from_slice(&choices).view([CHUNK as i64, 4, self.batch as i64]).to_device(self.device)
    }

    /// Image, crop row, crop column and flip of each place in the batch, one after another.
    fn draw(&mut self, step: u64) -> Vec<i64> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(2 * step + 1);
        let places = step * self.batch..(step + 1) * self.batch;
        let mut choices: Vec<i64> = places.map(|place| self.image(place)).collect();
        let mut spread =
            |highest: i64| -> Vec<i64> { (0..self.batch).map(|_| rng.random_range(0..=highest)).collect() };
        let (rows, columns, flips) = (spread(2 * BORDER), spread(2 * BORDER), spread(1));
        choices.extend(rows.into_iter().chain(columns).chain(flips));
        choices
    }

    fn image(&mut self, place: u64) -> i64 {
        let epoch = place / self.images;
        if self.epoch.as_ref().is_none_or(|(number, _)| *number != epoch) {
            let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
            rng.set_stream(2 * epoch);
            let mut order: Vec<u32> = (0..self.images as u32).collect();
            order.shuffle(&mut rng);
            self.epoch = Some((epoch, order));
        }
        let (_, order) = self.epoch.as_ref().expect("the epoch was just drawn");
        i64::from(order[(place % self.images) as usize])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn images(batches: &mut Batches, steps: std::ops::Range<u64>) -> Vec<i64> {
        steps.flat_map(|step| Vec::<i64>::try_from(&batches.at(step).0.get(0)).unwrap()).collect()
    }

    #[test]
    fn every_epoch_is_a_permutation() {
        let mut batches = Batches::new(1, 10, 4, Device::Cpu);
        let seen = images(&mut batches, 0..5);
        for epoch in seen.chunks(10) {
            let mut sorted = epoch.to_vec();
            sorted.sort_unstable();
            assert_eq!(sorted, (0..10).collect::<Vec<i64>>());
        }
        assert_ne!(seen[..10], seen[10..]);
    }

    #[test]
    fn a_step_is_the_same_however_it_is_reached() {
        let mut through = Batches::new(9, 50, 8, Device::Cpu);
        let last = (0..200).map(|step| through.at(step).0).last().unwrap();
        assert!(last.equal(&Batches::new(9, 50, 8, Device::Cpu).at(199).0));
        assert!(!last.equal(&Batches::new(8, 50, 8, Device::Cpu).at(199).0));
    }
}
