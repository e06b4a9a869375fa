//! Mean and sample standard deviation of a few repeated trials.

/// Repeated measurements in three numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    /// Arithmetic mean.
    pub mean: f64,
    /// Sample standard deviation (divisor n - 1); one measurement has none.
    pub deviation: Option<f64>,
    /// Number of measurements.
    pub n: usize,
}

impl Summary {
    /// Summarises the measurements; `None` if there is none.
    pub fn of(values: &[f64]) -> Option<Summary> {
        let mean = mean(values)?;
        let n = values.len();
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let deviation = (n > 1).then(|| (squares / (n - 1) as f64).sqrt());
        Some(Summary { mean, deviation, n })
    }
}

/// Arithmetic mean; `None` if there is no value.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
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
        let one = Summary { mean: 93.6, deviation: None, n: 1 };
        assert_eq!(Summary::of(&[93.6]), Some(one));
        assert_eq!(Summary::of(&[]), None);
        assert_eq!(mean(&[]), None);
    }

    #[test]
    fn equal_values_deviate_by_nothing() {
        assert_eq!(Summary::of(&[94.0; 3]).unwrap().deviation, Some(0.0));
    }
}
