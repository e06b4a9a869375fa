//! Mean and sample standard deviation of a few repeated trials.

use super::sample::Sample;
use super::student::student_interval;

/// Repeated measurements in a few numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// Arithmetic mean.
    pub mean: f64,
    /// Sample standard deviation (divisor n - 1); one measurement has none.
    pub deviation: Option<f64>,
    /// Bounds of the 95 % Student interval of the mean; one measurement has none.
    pub interval: Option<(f64, f64)>,
    /// Number of measurements.
    pub n: usize,
}

impl Summary {
    /// Confidence of the interval.
    pub const CONFIDENCE: f64 = 0.95;

    /// Summarises the measurements; `None` if there is none, or one that is not finite.
    pub fn of(values: &[f64]) -> Option<Summary> {
        let Sample { mean, variance, n } = Sample::of(values)?;
        let deviation = (n > 1).then(|| variance.sqrt());
        Some(Summary { mean, deviation, interval: student_interval(values, Self::CONFIDENCE), n })
    }
}

/// Arithmetic mean; `None` if there is no value, or one that is not finite.
pub fn mean(values: &[f64]) -> Option<f64> {
    Sample::of(values).map(|sample| sample.mean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        // Sum of squared distances from 5 is 9+1+1+1+0+0+4+16 = 32, divided by 7.
        let summary = Summary::of(&[2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0]).unwrap();
        assert_eq!((summary.mean, summary.n), (5.0, 8));
        assert!((summary.deviation.unwrap() - (32.0_f64 / 7.0).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn one_value_has_no_deviation_and_none_has_no_mean() {
        let one = Summary { mean: 93.6, deviation: None, interval: None, n: 1 };
        assert_eq!(Summary::of(&[93.6]), Some(one));
        assert_eq!(Summary::of(&[]), None);
        assert_eq!(mean(&[]), None);
    }

    #[test]
    fn equal_values_deviate_by_nothing() {
        // Three times 0.1 is 0.30000000000000004, a third of which is not 0.1.
        for value in [94.0, 0.1, 93.62] {
            let equal = Summary { mean: value, deviation: Some(0.0), interval: Some((value, value)), n: 3 };
            assert_eq!(Summary::of(&[value; 3]), Some(equal));
        }
    }

    #[test]
    fn what_is_not_finite_is_refused() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(Summary::of(&[93.6, value]), None);
            assert_eq!(mean(&[value, 1.0]), None);
        }
    }
}
