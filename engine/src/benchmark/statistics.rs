//! Statistics of many timings of the same work: their median, its confidence interval and their spread.

/// Coverage of the interval of a median.
const CONFIDENCE: f64 = 0.95;

/// Timings in four numbers, in the timings' own unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimingSummary {
    /// The median.
    pub median: f64,
    /// Its 95 % confidence interval, from timings; none for fewer than six.
    pub interval: Option<(f64, f64)>,
    /// Distance of the quartiles over the median.
    pub spread: f64,
}

impl TimingSummary {
    /// Summarises timings, of which there is at least one, all finite and above zero.
    pub fn of(timings: &[f64]) -> Self {
        let mut sorted = timings.to_vec();
        sorted.sort_by(f64::total_cmp);
        let median = quantile(&sorted, 0.5);
        Self {
            median,
            interval: median_ranks(sorted.len()).map(|(low, high)| (sorted[low], sorted[high])),
            spread: (quantile(&sorted, 0.75) - quantile(&sorted, 0.25)) / median,
        }
    }
}

/// The median of values in any order; there is at least one.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    quantile(&sorted, 0.5)
}

/// The quantile `at` of the sorted values, interpolated between two of them.
fn quantile(sorted: &[f64], at: f64) -> f64 {
    let place = at * (sorted.len() - 1) as f64;
    let (low, high) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    low + (high - low) * place.fract()
}

/// Which of `count` sorted values, from 0, bound the median with a confidence of at least 95 %.
///
/// Whatever the distribution, each value is below the true median with probability one half, so the
/// number of those below is binomial; the interval between the k-th and the k-th last misses the
/// median with twice the probability of fewer than k. Fewer than six values bound nothing.
pub fn median_ranks(count: usize) -> Option<(usize, usize)> {
    let mut log = -(count as f64) * std::f64::consts::LN_2; // Of the probability of none below.
    let (mut below, mut cut) = (0.0, None);
    for k in 0..count / 2 {
        below += log.exp();
        if 2.0 * below > 1.0 - CONFIDENCE {
            break;
        }
        cut = Some(k);
        log += ((count - k) as f64 / (k + 1) as f64).ln();
    }
    cut.map(|k| (k, count - 1 - k))
}

/// Whether the last three windows of a warm-up agree within 2 %.
pub fn is_steady(windows: &[f64]) -> bool {
    let Some(last) = windows.last_chunk::<3>() else { return false };
    let (least, most) =
        (last.iter().copied().fold(f64::MAX, f64::min), last.iter().copied().fold(0.0, f64::max));
    most <= 1.02 * least
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Conover, Practical Nonparametric Statistics, table of binomial quantiles at one half: ranks from 1.
    #[test]
    fn ranks_are_those_of_the_tables() {
        for (count, ranks) in [
            (6, (1, 6)),
            (8, (1, 8)),
            (9, (2, 8)),
            (10, (2, 9)),
            (15, (4, 12)),
            (20, (6, 15)),
            (25, (8, 18)),
            (30, (10, 21)),
            (50, (18, 33)),
            (100, (40, 61)),
        ] {
            assert_eq!(median_ranks(count), Some((ranks.0 - 1, ranks.1 - 1)), "{count}");
        }
        assert!((0..6).all(|count| median_ranks(count).is_none()));
    }

    /// The coverage, by adding up Pascal's triangle in whole numbers.
    #[test]
    fn coverage_is_at_least_95_percent_and_one_rank_less_would_not_be() {
        for count in 6..=60usize {
            let mut row = vec![1u128];
            for _ in 0..count {
                let inner = row.windows(2).map(|pair| pair[0] + pair[1]);
                row = [1].into_iter().chain(inner).chain([1]).collect();
            }
            let outside = |k: usize| row[..=k].iter().sum::<u128>() as f64 * 2.0 / 2f64.powi(count as i32);
            let (low, high) = median_ranks(count).unwrap();
            assert_eq!(high, count - 1 - low);
            assert!(outside(low) <= 0.05 && outside(low + 1) > 0.05, "{count}");
        }
    }

    /// For many values the binomial is normal: 1.96 deviations of half the root on either side.
    #[test]
    fn many_values_have_the_normal_interval() {
        for count in [10_000usize, 1_000_000] {
            let (low, _) = median_ranks(count).unwrap();
            let expected = count as f64 / 2.0 - 0.98 * (count as f64).sqrt();
            assert!((low as f64 - expected).abs() < 3.0, "{low} {expected}");
        }
    }

    #[test]
    fn summaries_of_known_values() {
        let timings: Vec<f64> = (1..=10).rev().map(f64::from).collect();
        let summary = TimingSummary::of(&timings);
        assert_eq!((summary.median, summary.interval), (5.5, Some((2.0, 9.0))));
        // Quartiles 3.25 and 7.75, as R and NumPy have them.
        assert!((summary.spread - 4.5 / 5.5).abs() < 1e-12);
        assert_eq!(TimingSummary::of(&[3.0]), TimingSummary { median: 3.0, interval: None, spread: 0.0 });
        assert_eq!(median(&[4.0, 1.0, 3.0]), 3.0);
    }

    #[test]
    fn warm_up_ends_when_three_windows_agree() {
        assert!(!is_steady(&[1.0, 1.0]));
        assert!(is_steady(&[5.0, 1.0, 1.02, 1.01]));
        assert!(!is_steady(&[1.0, 1.0, 1.03]));
    }
}
