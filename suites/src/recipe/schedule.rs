//! How the learning rate runs over a training, after any warm-up.

use std::f64::consts::PI;

/// The course of the learning rate. Places are fractions of the training, 0 to 1, so that they scale with its length;
/// for a cosine, fractions of what follows the warm-up.
#[derive(Clone, Debug, PartialEq)]
pub enum Schedule {
    /// At each of the places `at`, the rate is multiplied by `factor`.
    Drops {
        /// Where it drops.
        at: Vec<f64>,
        /// What it is multiplied by.
        factor: f64,
    },
    /// A half cosine to zero, from the end of the warm-up.
    Cosine,
    /// Linear between pairs of a place and the rate there over the peak. The places rise from 0 to 1; where two
    /// are equal, the rate jumps from the first to the second.
    Knots(Vec<(f64, f64)>),
}

impl Schedule {
    /// The rate at `progress`, 0 to 1, of a training with the rate `peak`.
    pub fn rate(&self, peak: f64, progress: f64) -> f64 {
        match self {
            Schedule::Drops { at, factor } => {
                let passed = at.iter().filter(|place| progress >= **place).count();
                peak * factor.powi(passed as i32)
            }
            Schedule::Cosine => peak * (1.0 + (PI * progress).cos()) / 2.0,
            Schedule::Knots(knots) => peak * between(knots, progress),
        }
    }
}

/// The value at `place` of the line through `knots`; before the first and from the last knot on, theirs.
fn between(knots: &[(f64, f64)], place: f64) -> f64 {
    let passed = knots.partition_point(|(at, _)| *at <= place);
    match (passed.checked_sub(1).map(|last| knots[last]), knots.get(passed)) {
        (Some((from, before)), Some((to, after))) => before + (after - before) * (place - from) / (to - from),
        (Some((_, value)), None) => value,
        (None, first) => first.map_or(1.0, |(_, value)| *value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_rate_is_linear_between_knots_and_jumps_where_two_share_a_place() {
        let schedule = Schedule::Knots(vec![(0.0, 0.0), (0.25, 1.0), (0.5, 1.0), (0.5, 0.1), (1.0, 0.0)]);
        for (progress, rate) in
            [(0.0, 0.0), (0.125, 0.4), (0.25, 0.8), (0.49, 0.8), (0.5, 0.08), (0.75, 0.04)]
        {
            assert!((schedule.rate(0.8, progress) - rate).abs() < 1e-15, "{progress}");
        }
        assert_eq!(schedule.rate(0.8, 1.0), 0.0);
    }

    proptest! {
        /// Between its knots, a rate is never above the larger nor below the smaller of the two.
        #[test]
        fn a_rate_stays_between_its_knots(values in prop::collection::vec(0.0..1.0f64, 2..8), progress in 0.0..1.0f64) {
            let last = (values.len() - 1) as f64;
            let knots: Vec<_> = values.iter().enumerate().map(|(k, value)| (k as f64 / last, *value)).collect();
            let rate = Schedule::Knots(knots).rate(1.0, progress);
            let k = ((progress * last) as usize).min(values.len() - 2);
            // Places are rounded: beside a knot the rate may already be the neighbour's.
            let near = &values[k.saturating_sub(1)..(k + 3).min(values.len())];
            let (low, high) = near.iter().fold((1.0f64, 0.0f64), |(low, high), v| (low.min(*v), high.max(*v)));
            prop_assert!(rate >= low - 1e-12 && rate <= high + 1e-12);
        }
    }
}
