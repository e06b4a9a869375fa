//! The points that no other point dominates.

/// The indices of the points on the Pareto front, both coordinates better the larger: those than
/// which no other is at least as large in both and larger in one.
///
/// From the smallest first coordinate to the largest; points that are equal are all on the front or
/// all off it, and stand in the order of the argument. A point with NaN is never on it.
pub fn pareto_front(points: &[(f64, f64)]) -> Vec<usize> {
    let mut order: Vec<usize> =
        (0..points.len()).filter(|at| !points[*at].0.is_nan() && !points[*at].1.is_nan()).collect();
    // From the best first coordinate on; of several the one with the best second coordinate.
    order.sort_by(|a, b| {
        let (a, b) = (points[*a], points[*b]);
        b.partial_cmp(&a).unwrap_or(std::cmp::Ordering::Equal)
    });
    let mut front: Vec<Vec<usize>> = Vec::new();
    let mut best: Option<(f64, f64)> = None;
    for same in order.chunk_by(|a, b| points[*a] == points[*b]) {
        let point = points[same[0]];
        if best.is_none_or(|best| point.1 > best.1) {
            best = Some(point);
            front.push(same.to_vec());
        }
    }
    front.into_iter().rev().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ties_stay_together_and_not_a_number_stays_out() {
        let points =
            [(1.0, 9.0), (3.0, 5.0), (f64::NAN, 99.0), (3.0, 5.0), (3.0, 4.0), (2.0, 5.0), (0.0, 9.0)];
        assert_eq!(pareto_front(&points), [0, 1, 3]);
        assert_eq!(pareto_front(&[(-0.0, 1.0), (0.0, 1.0)]), [0, 1]);
        assert_eq!(pareto_front(&[(f64::INFINITY, f64::NAN)]), Vec::<usize>::new());
        assert_eq!(pareto_front(&[]), Vec::<usize>::new());
    }

    proptest! {
        #[test]
        fn on_the_front_is_what_no_point_dominates(
            // Few values, so that ties are many.
            points in proptest::collection::vec((0..7_i8, 0..7_i8), 0..40)
        ) {
            let points: Vec<(f64, f64)> =
                points.into_iter().map(|(x, y)| (f64::from(x), f64::from(y))).collect();
            let dominated = |point: &(f64, f64)| {
                points.iter().any(|other| other.0 >= point.0 && other.1 >= point.1 && other != point)
            };
            let expected: Vec<usize> = (0..points.len()).filter(|at| !dominated(&points[*at])).collect();
            let front = pareto_front(&points);
            prop_assert!(front.is_sorted_by(|a, b| (points[*a].0, *a) <= (points[*b].0, *b)));
            let mut found = front;
            found.sort();
            prop_assert_eq!(found, expected);
        }
    }
}
