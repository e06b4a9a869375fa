//! Random numbers that are the same on every machine and with every version of the crates:
//! the ChaCha stream is a standard, and the step from its words to a range is done here.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// A stream of random numbers.
pub(crate) struct RandomStream(ChaCha8Rng);

impl RandomStream {
    /// The `stream`th of the independent streams that belong to `seed`.
    pub fn new(seed: u64, stream: u64) -> RandomStream {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut rng = ChaCha8Rng::from_seed(key);
        rng.set_stream(stream);
        RandomStream(rng)
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i32, high: i32) -> i32 {
        let span = (i64::from(high) - i64::from(low) + 1) as u64;
        low + ((u64::from(self.0.next_u32()) * span) >> 32) as i32
    }

    /// An index below `count`.
    pub fn below(&mut self, count: usize) -> usize {
        ((u128::from(self.0.next_u64()) * count as u128) >> 64) as usize
    }

    /// A number from `low` up to, but without, `high`.
    pub fn uniform(&mut self, low: f64, high: f64) -> f64 {
        const UNIT: f64 = 1.0 / (1u64 << 53) as f64;
        low + (high - low) * ((self.0.next_u64() >> 11) as f64 * UNIT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_fixed_for_ever() {
        let mut random = RandomStream::new(42, 3);
        let numbers: Vec<i32> = (0..6).map(|_| random.between(-100, 100)).collect();
        assert_eq!(numbers, [-45, -9, -52, 35, -18, 75]);
        assert_eq!(random.below(1_000_000), 943_390);
        assert_eq!(random.uniform(-1.0, 3.0), -0.5186599755833932);
    }
}
