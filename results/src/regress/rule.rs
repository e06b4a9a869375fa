//! The rule by which a difference is a regression, in numbers and in words.

/// Chance that a run raises an alarm from a test although nothing changed; all tests of the run together.
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
/// slow down by the same factor from one device to the next, and where a measurement is in doubt, because
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
            "The chance of a false alarm from tests is {percent}% a run at most: {tests} tests were made, their \
             p values are Holm's adjusted ones, and a regression needs p < {ALPHA} and a difference that matters."
        ),
        "Exactly equal must be sparsity, parameters, MACs, steps, epochs and FLOPs ratios where the seeds of the \
         baseline agree on them; where these differ with the seed, Welch's test, two-sided."
            .to_string(),
        "What every trial of the baseline recorded must be recorded now, but for the throughput, which is \
         measured apart. No more trials may fail than in the baseline, no seed may count twice, and no row of \
         the records may be unreadable or contradictory."
            .to_string(),
        format!(
            "Accuracy: Welch's test, one-sided, of seeds that deviate by at least {LEAST_DEVIATION} points, and a \
             drop of the mean by more than {MARGIN} points. Better is no failure. One seed on both sides is not \
             tested. A mean below {COLLAPSE} of the lowest accuracy of the baseline is a regression without a test."
        ),
        format!(
            "Times, in passes of the reference workload of the same run: Welch's test of logarithms, one-sided, \
             and a ratio worse than {SAME_DEVICE} on the device of the baseline, {LOOSE} on another or if a \
             measurement is marked invalid. With one value on both sides that ratio alone decides, and the rate of false alarms does not cover it."
        ),
    ]
}
