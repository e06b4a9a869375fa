//! Mean and variance of measurements, exact where all of them are equal.

/// The first two moments of a sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    pub mean: f64,
    /// Divisor n - 1; 0 for one measurement.
    pub variance: f64,
    pub n: usize,
}

impl Sample {
    /// `None` without a measurement, or with one that is not finite.
    pub fn of(values: &[f64]) -> Option<Sample> {
        let first = *values.first()?;
        if values.iter().any(|value| !value.is_finite()) {
            return None;
        }
        let n = values.len();
        // A sum of equal numbers, divided by their number, may differ from them in the last bit; a
        // variance of nothing but rounding would pass for a measured one.
        if values.iter().all(|value| *value == first) {
            return Some(Sample { mean: first, variance: 0.0, n });
        }
        let mean = values.iter().sum::<f64>() / n as f64;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        Some(Sample { mean, variance: squares / (n - 1) as f64, n })
    }
}
