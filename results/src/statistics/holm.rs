//! Several tests at once.

/// The p values of a family of tests, adjusted by Holm's step-down procedure (Holm 1979, *A simple
/// sequentially rejective multiple test procedure*): rejecting where the adjusted value is at most
/// alpha keeps the chance of any false alarm at alpha or below, whatever the tests' dependence.
///
/// The order is that of the argument. NaN, a test that could not be made, stays NaN and does not
/// count as a test.
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).filter(|at| !p_values[*at].is_nan()).collect();
    order.sort_by(|a, b| p_values[*a].total_cmp(&p_values[*b]));
    let mut adjusted = vec![f64::NAN; p_values.len()];
    let mut least = 0.0_f64;
    for (rank, at) in order.iter().enumerate() {
        least = least.max(((order.len() - rank) as f64 * p_values[*at]).min(1.0));
        adjusted[*at] = least;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(a: &[f64], b: &[f64]) -> bool {
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-12)
    }

    #[test]
    fn known_values() {
        // R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm").
        assert!(close(&holm(&[0.01, 0.04, 0.03, 0.005]), &[0.03, 0.06, 0.06, 0.02]));
        assert!(close(&holm(&[0.9, 0.6]), &[1.0, 1.0]));
        assert_eq!(holm(&[0.2]), [0.2]);
        assert!(holm(&[]).is_empty());
    }

    #[test]
    fn a_test_that_was_not_made_does_not_count() {
        let adjusted = holm(&[0.01, f64::NAN, 0.02]);
        assert!(adjusted[1].is_nan());
        assert!(close(&[adjusted[0], adjusted[2]], &[0.02, 0.02]));
    }

    proptest! {
        /// Holm's procedure as its paper words it: from the smallest p on, reject while
        /// p <= alpha / (tests that are left).
        #[test]
        fn adjusted_values_reject_what_the_procedure_rejects(
            p in proptest::collection::vec(0.0..1.0_f64, 1..12),
            alpha in 0.001..0.999_f64,
        ) {
            let mut sorted = p.clone();
            sorted.sort_by(f64::total_cmp);
            let rejected = sorted
                .iter()
                .enumerate()
                .take_while(|(rank, p)| (sorted.len() - rank) as f64 * **p <= alpha)
                .count();
            prop_assert_eq!(holm(&p).iter().filter(|p| **p <= alpha).count(), rejected);
        }
    }
}
