//! Welch's test: do two means differ, if their variances may differ too?

use super::sample::Sample;
use super::student::{around, below};

/// The difference of the means of two samples, b against a.
///
/// Welch 1947, *The generalization of Student's problem when several different population
/// variances are involved*. The measurements are taken as independent and normally distributed.
///
/// Where a side has one measurement, and so no variance, the other side's variance stands for both:
/// equal variances are assumed, and the degrees of freedom are those of the other side (Student's
/// test of two samples, of which one has a single value).
///
/// Where neither side has variance, the difference is taken as exact: `p` is 1 for a hypothesis
/// that the means contradict or for equal means, and 0 for one that they support.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Welch {
    /// Mean of b minus mean of a, in the unit of the measurements.
    pub difference: f64,
    /// The difference over its standard error; infinite if that is 0, but 0 for equal means.
    pub t: f64,
    /// Of the t distribution that `t` follows if the means are equal; not a whole number.
    pub degrees_of_freedom: f64,
    /// Standard error of the difference.
    pub standard_error: f64,
}

impl Welch {
    /// `None` if a side is empty, if both have one value, or if a value is not finite.
    pub fn of(a: &[f64], b: &[f64]) -> Option<Welch> {
        Welch::of_at_least(a, b, 0.0)
    }

    /// The same where measurements are known to deviate by at least so much, whatever a few of them
    /// show: values that were rounded may coincide, which is no sign that they never differ.
    pub fn of_at_least(a: &[f64], b: &[f64], deviation: f64) -> Option<Welch> {
        let sample = |values| {
            let Sample { mean, variance, n } = Sample::of(values)?;
            Some(Sample { mean, variance: variance.max(deviation.powi(2)), n })
        };
        let (a, b): (Sample, Sample) = (sample(a)?, sample(b)?);
        let difference = b.mean - a.mean;
        let (of_a, of_b) = match (a.n, b.n) {
            (1, 1) => return None,
            (1, _) => (b.variance, b.variance),
            (_, 1) => (a.variance, a.variance),
            _ => (a.variance, b.variance),
        };
        // Squared standard errors of the two means.
        let (of_a, of_b) = (of_a / a.n as f64, of_b / b.n as f64);
        let standard_error = (of_a + of_b).sqrt();
        let pooled = (a.n + b.n - 2) as f64;
        let degrees_of_freedom = if a.n == 1 || b.n == 1 || standard_error == 0.0 {
            pooled
        } else {
            // Shares of the sum: their squares neither overflow nor vanish.
            let (share_a, share_b) = (of_a / (of_a + of_b), of_b / (of_a + of_b));
            1.0 / (share_a.powi(2) / (a.n - 1) as f64 + share_b.powi(2) / (b.n - 1) as f64)
        };
        let t = if difference == 0.0 { 0.0 } else { difference / standard_error };
        Some(Welch { difference, t, degrees_of_freedom, standard_error })
    }

    /// Probability of a difference at least as large, in either direction, if the means are equal.
    pub fn p_two_sided(&self) -> f64 {
        if self.is_exact() {
            return if self.difference == 0.0 { 1.0 } else { 0.0 };
        }
        2.0 * below(-self.t.abs(), self.degrees_of_freedom)
    }

    /// Probability of a difference at least as far below 0 if the means are equal: small where b is
    /// smaller than a.
    pub fn p_less(&self) -> f64 {
        self.p_below(self.t)
    }

    /// Probability of a difference at least as far above 0 if the means are equal: small where b is
    /// greater than a.
    pub fn p_greater(&self) -> f64 {
        self.p_below(-self.t)
    }

    /// The interval in which the difference of the populations' means lies with this confidence
    /// (`0.95`); both bounds are the difference where neither side has variance. A confidence
    /// outside 0 to 1 counts as the nearer of the two.
    pub fn interval(&self, confidence: f64) -> (f64, f64) {
        around(self.difference, self.standard_error, self.degrees_of_freedom, confidence)
    }

    fn p_below(&self, t: f64) -> f64 {
        if self.is_exact() {
            return if t < 0.0 { 0.0 } else { 1.0 };
        }
        below(t, self.degrees_of_freedom)
    }

    /// Whether neither side has variance.
    fn is_exact(&self) -> bool {
        self.standard_error == 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_variance_equal_means_are_equal_and_others_differ() {
        let p = |a: &[f64], b: &[f64]| {
            let welch = Welch::of(a, b).unwrap();
            assert_eq!(welch.interval(0.95), (welch.difference, welch.difference));
            [welch.p_two_sided(), welch.p_less(), welch.p_greater()]
        };
        assert_eq!(p(&[0.1; 3], &[0.1; 4]), [1.0, 1.0, 1.0]);
        assert_eq!(p(&[94.0; 3], &[93.0; 2]), [0.0, 0.0, 1.0]);
        assert_eq!(p(&[93.0; 2], &[94.0]), [0.0, 1.0, 0.0]);
    }

    #[test]
    fn values_that_coincide_are_not_certain_where_they_are_known_to_deviate() {
        let (a, b) = ([94.0; 3], [93.0; 3]);
        let welch = Welch::of_at_least(&a, &b, 0.5).unwrap();
        let same = Welch::of(&[93.5, 94.0, 94.5], &[92.5, 93.0, 93.5]).unwrap();
        assert_eq!(welch, same);
        let (wide, narrow) = ([90.0, 94.0, 98.0], [80.0, 85.0, 90.0]);
        assert_eq!(Welch::of_at_least(&wide, &narrow, 0.5), Welch::of(&wide, &narrow));
    }

    #[test]
    fn two_single_values_nothing_and_not_a_number_tell_nothing() {
        assert_eq!(Welch::of(&[1.0], &[2.0]), None);
        assert_eq!(Welch::of(&[], &[2.0, 3.0]), None);
        assert_eq!(Welch::of(&[1.0, f64::NAN], &[2.0, 3.0]), None);
        assert_eq!(Welch::of(&[1.0, 2.0], &[f64::INFINITY, 3.0]), None);
    }

    #[test]
    fn the_sides_are_each_other_s_mirror() {
        let (a, b) = ([93.1, 93.6, 94.2], [92.0, 92.9, 92.6, 92.4]);
        let (there, back) = (Welch::of(&a, &b).unwrap(), Welch::of(&b, &a).unwrap());
        assert_eq!((there.difference, there.t), (-back.difference, -back.t));
        assert_eq!(there.p_less(), back.p_greater());
        assert!((there.p_two_sided() - 2.0 * there.p_less()).abs() < 1e-15);
        let (low, high) = there.interval(1.0 - there.p_two_sided());
        assert!(low < high && high.abs() < 1e-9, "the interval of confidence 1 - p ends at 0: {high}");
    }

    #[test]
    fn a_confidence_out_of_range_is_the_nearer_bound() {
        let welch = Welch::of(&[1.0, 2.0], &[2.0, 4.0]).unwrap();
        assert_eq!(welch.interval(1.5), (f64::NEG_INFINITY, f64::INFINITY));
        let (low, high) = welch.interval(-1.0);
        assert!((low - 1.5).abs() < 1e-9 && (high - 1.5).abs() < 1e-9);
    }
}
