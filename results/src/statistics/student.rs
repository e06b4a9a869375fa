//! Student's t distribution, and the interval of a mean that follows from it.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::sample::Sample;

/// The interval in which the mean of the population lies with this confidence (`0.95`), if the
/// measurements are independent and normally distributed (Student 1908, *The probable error of a
/// mean*).
///
/// `None` for fewer than two values, and if one of them is not finite; values without variance
/// give their mean as both bounds. A confidence outside 0 to 1 counts as the nearer of the two.
pub fn student_interval(values: &[f64], confidence: f64) -> Option<(f64, f64)> {
    let sample = Sample::of(values).filter(|sample| sample.n > 1)?;
    let error = (sample.variance / sample.n as f64).sqrt();
    Some(around(sample.mean, error, (sample.n - 1) as f64, confidence))
}

/// The bounds around a mean with a standard error and its degrees of freedom.
pub fn around(mean: f64, error: f64, degrees_of_freedom: f64, confidence: f64) -> (f64, f64) {
    if error == 0.0 {
        return (mean, mean);
    }
    let half = error * two_sided_quantile(confidence, degrees_of_freedom);
    (mean - half, mean + half)
}

/// P(T <= t).
pub fn below(t: f64, degrees_of_freedom: f64) -> f64 {
    StudentsT::new(0.0, 1.0, degrees_of_freedom).map_or(f64::NAN, |distribution| distribution.cdf(t))
}

/// The t that |T| exceeds with probability `1 - confidence`.
fn two_sided_quantile(confidence: f64, degrees_of_freedom: f64) -> f64 {
    let tail = (1.0 - confidence.clamp(0.0, 1.0)) / 2.0;
    match StudentsT::new(0.0, 1.0, degrees_of_freedom) {
        Ok(_) if tail == 0.0 => f64::INFINITY,
        Ok(distribution) => -distribution.inverse_cdf(tail),
        Err(_) => f64::NAN,
    }
}
