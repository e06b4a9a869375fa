//! An interval of a mean that assumes no distribution.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use super::sample::Sample;

/// Resamples of one interval, as many as SciPy draws.
const RESAMPLES: usize = 9_999;

/// The percentile bootstrap interval of the mean (Efron 1979, *Bootstrap methods: another look at
/// the jackknife*): the central part, of size `confidence` (`0.95`), of the means of samples drawn
/// with replacement.
///
/// The same values, in the same order, and seed give the same bounds everywhere. `None` for fewer
/// than two values, and if one of them is not finite. Of few values the interval is too narrow: of
/// three, evenly spaced, it is less than half as wide as
/// [`student_interval`](super::student_interval), which is the better one where the values may be
/// taken as normally distributed. A confidence outside 0 to 1 counts as the nearer of the two.
pub fn bootstrap_interval(values: &[f64], confidence: f64, seed: u64) -> Option<(f64, f64)> {
    let sample = Sample::of(values).filter(|sample| sample.n > 1)?;
    if sample.variance == 0.0 {
        return Some((sample.mean, sample.mean));
    }
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut draw = || values[at(random.next_u64(), values.len())];
    let mut means: Vec<f64> = (0..RESAMPLES)
        .map(|_| (0..values.len()).map(|_| draw()).sum::<f64>() / values.len() as f64)
        .collect();
    means.sort_by(f64::total_cmp);
    let tail = (1.0 - confidence.clamp(0.0, 1.0)) / 2.0;
    Some((quantile(&means, tail), quantile(&means, 1.0 - tail)))
}

/// A random number as an index below `length`: no index is likelier than another by more than
/// `length` / 2^64.
fn at(random: u64, length: usize) -> usize {
    ((u128::from(random) * length as u128) >> 64) as usize
}

/// Linear between the sorted values, the first of which is the quantile of 0, the last that of 1.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let position = share * (sorted.len() - 1) as f64;
    let below = position.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (position - position.floor()) * (sorted[above] - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_decides() {
        let values = [93.1, 93.6, 94.2, 93.9, 92.8];
        assert_eq!(bootstrap_interval(&values, 0.95, 7), bootstrap_interval(&values, 0.95, 7));
        assert_ne!(bootstrap_interval(&values, 0.95, 7), bootstrap_interval(&values, 0.95, 8));
    }

    #[test]
    fn two_values_have_four_resamples() {
        // Means 1, 2, 2, 3 with a quarter each: the quantiles of 2.5 % and 97.5 % are the ends.
        assert_eq!(bootstrap_interval(&[1.0, 3.0], 0.95, 0), Some((1.0, 3.0)));
        assert_eq!(bootstrap_interval(&[1.0, 3.0], 0.4, 0), Some((2.0, 2.0)));
        assert_eq!(bootstrap_interval(&[1.0, 3.0], 9.0, 0), Some((1.0, 3.0)));
    }

    #[test]
    fn too_little_tells_nothing() {
        assert_eq!(bootstrap_interval(&[94.0; 4], 0.95, 0), Some((94.0, 94.0)));
        assert_eq!(bootstrap_interval(&[94.0], 0.95, 0), None);
        assert_eq!(bootstrap_interval(&[], 0.95, 0), None);
        assert_eq!(bootstrap_interval(&[94.0, f64::NAN], 0.95, 0), None);
    }

    #[test]
    fn quantiles_lie_between_values() {
        let sorted = [1.0, 2.0, 4.0];
        assert_eq!(
            [0.0, 0.25, 0.5, 0.75, 1.0].map(|share| quantile(&sorted, share)),
            [1.0, 1.5, 2.0, 3.0, 4.0]
        );
        assert_eq!((at(0, 5), at(u64::MAX, 5), at(u64::MAX / 2, 5)), (0, 4, 2));
    }
}
