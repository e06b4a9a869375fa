//! The Mann-Whitney test: is one of two samples larger, whatever their distributions?
//!
//! The exact distribution is counted here: the test of statrs 0.19 goes through all arrangements,
//! of which samples of 8 and 40 already have 377 million.

use statrs::distribution::{ContinuousCDF, Normal};

/// Without ties the distribution is exact up to this size of the smaller sample, as in SciPy.
const LARGEST_EXACT: usize = 8;

/// Up to this size of the larger sample, arrangements beside [`LARGEST_EXACT`] fit in 128 bits.
const LARGEST_BESIDE: usize = 100_000;

/// Two samples, b against a.
///
/// Mann and Whitney 1947, *On a test of whether one of two random variables is stochastically
/// larger than the other*. The p values are exact if there are no ties and a sample has at most 8
/// values; else they are those of the normal approximation, corrected for ties and continuity.
#[derive(Clone, Debug, PartialEq)]
pub struct MannWhitney {
    /// U of b: the pairs of a value of each in which that of b is larger; equal ones count half.
    pub u: f64,
    /// Number of pairs, the largest U.
    pub pairs: f64,
    tail: Tail,
}

/// The distribution of U if both samples come from one distribution.
#[derive(Clone, Debug, PartialEq)]
enum Tail {
    /// How many arrangements have U = 0, 1, ...
    Exact(Vec<u128>),
    /// The standard deviation of the normal approximation.
    Normal(f64),
}

/// The test of b against a; `None` if a sample is empty or a value is not finite.
pub fn mann_whitney(a: &[f64], b: &[f64]) -> Option<MannWhitney> {
    if a.is_empty() || b.is_empty() || a.iter().chain(b).any(|value| !value.is_finite()) {
        return None;
    }
    let mut all: Vec<(f64, bool)> = a.iter().map(|value| (*value, false)).collect();
    all.extend(b.iter().map(|value| (*value, true)));
    all.sort_by(|x, y| x.0.total_cmp(&y.0));
    let (mut below, mut u, mut cubes) = (0.0, 0.0, 0.0);
    for tied in all.chunk_by(|x, y| x.0 == y.0) {
        let of_b = tied.iter().filter(|(_, is_b)| *is_b).count() as f64;
        let size = tied.len() as f64;
        let of_a = size - of_b;
        u += of_b * (below + of_a / 2.0);
        below += of_a;
        cubes += size.powi(3) - size;
    }
    let (small, large) = (a.len().min(b.len()), a.len().max(b.len()));
    let (pairs, n) = ((small * large) as f64, (small + large) as f64);
    let tail = if cubes == 0.0 && small <= LARGEST_EXACT && large <= LARGEST_BESIDE {
        Tail::Exact(arrangements(small, large))
    } else {
        Tail::Normal((pairs / 12.0 * (n + 1.0 - cubes / (n * (n - 1.0)))).sqrt())
    };
    Some(MannWhitney { u, pairs, tail })
}

impl MannWhitney {
    /// Probability of a U at least as far from its expectation if both distributions are one.
    pub fn p_two_sided(&self) -> f64 {
        (2.0 * self.at_least(self.u.max(self.pairs - self.u))).min(1.0)
    }

    /// Probability of a U at most as large: small where b tends to be smaller than a.
    pub fn p_less(&self) -> f64 {
        self.at_least(self.pairs - self.u)
    }

    /// Probability of a U at least as large: small where b tends to be greater than a.
    pub fn p_greater(&self) -> f64 {
        self.at_least(self.u)
    }

    /// P(U >= u); the distribution is symmetric.
    fn at_least(&self, u: f64) -> f64 {
        match &self.tail {
            Tail::Exact(counts) => {
                let all: u128 = counts.iter().sum();
                // Without ties U is a whole number.
                counts[u as usize..].iter().sum::<u128>() as f64 / all as f64
            }
            // Every value equal.
            Tail::Normal(0.0) => 1.0,
            Tail::Normal(deviation) => Normal::standard().sf((u - self.pairs / 2.0 - 0.5) / deviation),
        }
    }
}

/// How many of the arrangements of `small` values among `large` others have U = 0, 1, ...: the
/// coefficients of the Gaussian binomial, the product over i of (1 - q^(large + i)) / (1 - q^i).
fn arrangements(small: usize, large: usize) -> Vec<u128> {
    let size = small * large + 1;
    let mut counts = vec![0_u128; size];
    counts[0] = 1;
    for i in 1..=small {
        // What is below zero in between wraps around, and back at the division.
        for u in (large + i..size).rev() {
            counts[u] = counts[u].wrapping_sub(counts[u - large - i]);
        }
        for u in i..size {
            counts[u] = counts[u].wrapping_add(counts[u - i]);
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// U of every way to choose which of the ranks are the first sample's.
    fn enumerated(small: usize, large: usize) -> Vec<u128> {
        let mut counts = vec![0; small * large + 1];
        for chosen in (0_u32..1 << (small + large)).filter(|set| set.count_ones() as usize == small) {
            let is = |rank: usize| chosen >> rank & 1 == 1;
            let ranks = 0..small + large;
            let u: usize = ranks
                .filter(|rank| is(*rank))
                .map(|rank| (0..rank).filter(|other| !is(*other)).count())
                .sum();
            counts[u] += 1;
        }
        counts
    }

    #[test]
    fn arrangements_are_those_that_enumeration_finds() {
        for (small, large) in [(1, 1), (1, 5), (2, 3), (3, 3), (4, 7), (6, 6), (5, 9)] {
            assert_eq!(arrangements(small, large), enumerated(small, large), "{small} and {large}");
        }
    }

    #[test]
    fn the_largest_exact_distribution_fits() {
        // C(100008, 8), computed with Python's math.comb.
        let all: u128 = arrangements(LARGEST_EXACT, LARGEST_BESIDE).iter().sum();
        assert_eq!(all, 248_105_172_272_950_452_504_148_938_027_057_501);
    }

    #[test]
    fn equal_values_tell_nothing_and_what_is_not_finite_is_refused() {
        let same = mann_whitney(&[94.0; 3], &[94.0; 4]).unwrap();
        assert_eq!((same.p_two_sided(), same.p_less(), same.p_greater()), (1.0, 1.0, 1.0));
        assert_eq!(mann_whitney(&[], &[1.0]), None);
        assert_eq!(mann_whitney(&[1.0], &[f64::NAN]), None);
        let single = mann_whitney(&[1.0], &[2.0]).unwrap();
        assert_eq!((single.u, single.p_two_sided(), single.p_greater()), (1.0, 1.0, 0.5));
    }

    proptest! {
        #[test]
        fn u_counts_pairs(
            a in proptest::collection::vec(0..6_u8, 1..12),
            b in proptest::collection::vec(0..6_u8, 1..12),
        ) {
            let [a, b] = [a, b].map(|values| values.into_iter().map(f64::from).collect::<Vec<_>>());
            let pairs = a.iter().flat_map(|a| b.iter().map(move |b| (a, b)));
            let u: f64 = pairs.map(|(a, b)| if b > a { 1.0 } else if b == a { 0.5 } else { 0.0 }).sum();
            let test = mann_whitney(&a, &b).unwrap();
            prop_assert_eq!(test.u, u);
            let back = mann_whitney(&b, &a).unwrap();
            prop_assert_eq!(test.p_less(), back.p_greater());
            for p in [test.p_two_sided(), test.p_less(), test.p_greater()] {
                prop_assert!((0.0..=1.0).contains(&p));
            }
        }
    }
}
