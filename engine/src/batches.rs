//! Which images of a resident set a step sees, and how they are augmented.
//!
//! Everything follows from the seed and the step, so a training that resumes
//! at any step sees what it would have seen.

use crate::augment::Sampling;
use crate::order::Order;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use suites::recipe::Recipe;
use tch::{Device, Tensor};

/// Steps whose choices are sent to the device together.
const CHUNK: u64 = 64;

/// The choices of every step.
#[derive(Debug)]
pub struct Batches {
    seed: u64,
    order: Order,
    batch: u64,
    border: i64,
    device: Device,
    chunk: Option<(u64, Tensor)>,
}

impl Batches {
    /// The batches of `recipe` out of `images` images.
    pub fn new(seed: u64, images: usize, recipe: &Recipe, device: Device) -> Self {
        let (batch, border) = (recipe.batch_size, recipe.border as i64);
        Self { seed, order: Order::new(seed, images), batch, border, device, chunk: None }
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
        let choices = Tensor::from_slice(&choices).view([CHUNK as i64, 4, self.batch as i64]);
        if !self.device.is_cuda() {
            return choices;
        }
        // From pinned memory, which libtorch keeps until it is copied, the host need not wait for the copy.
        choices.pin_memory(self.device).internal_to_copy((choices.kind(), self.device), true)
    }

    /// Image, crop row, crop column and flip of each place in the batch, one after another.
    fn draw(&mut self, step: u64) -> Vec<i64> {
        let mut rng = ChaCha8Rng::seed_from_u64(self.seed);
        rng.set_stream(2 * step + 1);
        let places = step * self.batch..(step + 1) * self.batch;
        let mut choices: Vec<i64> = places.map(|place| i64::from(self.order.at(place).1)).collect();
        let mut spread =
            |highest: i64| -> Vec<i64> { (0..self.batch).map(|_| rng.random_range(0..=highest)).collect() };
        let (rows, columns, flips) = (spread(2 * self.border), spread(2 * self.border), spread(1));
        choices.extend(rows.into_iter().chain(columns).chain(flips));
        choices
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_the_same_however_it_is_reached() {
        let recipe = Recipe { batch_size: 8, ..suites::cifar10::SUITE.published_recipe() };
        let batches = |seed| Batches::new(seed, 50, &recipe, Device::Cpu);
        let mut through = batches(9);
        let last = (0..200).map(|step| through.at(step).0).last().unwrap();
        assert!(last.equal(&batches(9).at(199).0));
        assert!(!last.equal(&batches(8).at(199).0));
    }
}
