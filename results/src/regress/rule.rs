//! The rule by which a difference is a regression, in numbers and in words.

/// Probability that the tests of a run, taken together, raise an alarm although nothing changed.
pub const ALPHA: f64 = 0.01;

/// Least loss of accuracy that is a regression, percentage points.
pub const MARGIN: f64 = 0.5;

/// Least standard deviation from seed to seed that accuracies are taken to have, percentage points. On
/// few images accuracies are coarse, and two that coincide are no sign that seeds do not differ.
pub const LEAST_DEVIATION: f64 = 0.1;

/// Share of the lowest accuracy of the baseline below which a mean is a regression without a test, so that
/// no number of seeds and no spread of theirs hides that a method learns nothing.
pub const COLLAPSE: f64 = 0.5;

/// By how much relative times may be worse on the device of the baseline.
pub const SAME_DEVICE: f64 = 1.25;

/// By how much they may be worse on another device, because networks and the reference workload do not
/// slow down by the same factor from one device to the next, and where a measurement is invalid, because
/// what disturbed it need not have met both alike.
pub const LOOSE: f64 = 2.0;

/// By how much counts and ratios that follow from the specification may differ, relatively: what the
/// order of a sum does to the last bits.
pub const ROUNDING: f64 = 1e-12;

/// The rule in sentences, for a run that made so many tests.
pub fn sentences(tests: usize) -> Vec<String> {
    let percent = ALPHA * 100.0;
    vec![
        format!(
            "The tests of a run raise a false alarm with a probability of at most {percent}%: {tests} tests \
             were made, their p-values are Holm-adjusted, and a regression requires p < {ALPHA} and a \
             difference large enough to matter."
        ),
        "Sparsity, parameters, MACs, steps, epochs and FLOPs ratios must be exactly equal where the seeds of \
         the baseline agree; where they depend on the seed, a two-sided Welch's t-test applies."
            .to_string(),
        "Whatever every trial of the baseline recorded must be recorded again, except for throughput, which is \
         measured separately. No larger share of trials may fail than in the baseline, no seed may occur \
         twice, and no row of the records may be unreadable or contradictory."
            .to_string(),
        format!(
            "Accuracy, or whatever else the suite measures: one-sided Welch's t-test, assuming a standard \
             deviation of at least {LEAST_DEVIATION} points, and a loss of more than {MARGIN} points in the \
             mean. An improvement is no failure. A single seed on both sides is not tested. A mean below \
             {COLLAPSE} times the lowest accuracy of the baseline is a regression without a test."
        ),
        format!(
            "Times, in passes of the reference workload of the same run: one-sided Welch's t-test of \
             logarithms, and a ratio worse than {SAME_DEVICE} on the device of the baseline, or {LOOSE} on \
             another device or if a measurement is marked invalid. With one value on both sides the ratio \
             alone decides, which the false-alarm probability does not cover."
        ),
    ]
}
