//! Against a slow evaluation that counts pixels and objects, and what holds of every result.

use proptest::prelude::*;

use super::*;

const IMAGES: u32 = 3;
const CLASSES: u32 = 2;
const SMALL: EvaluatedSet = EvaluatedSet { images: IMAGES, classes: CLASSES };

/// The pixels of a box of whole numbers.
fn pixels(bounds: [f64; 4]) -> Vec<(i64, i64)> {
    let [left, top, right, bottom] = bounds.map(|edge| edge as i64);
    (left..=right).flat_map(|x| (top..=bottom).map(move |y| (x, y))).collect()
}

/// Whether pixels in common are at least half of all, and how many there are of each.
fn in_common(a: [f64; 4], b: [f64; 4]) -> (usize, usize) {
    let (a, b) = (pixels(a), pixels(b));
    let common = a.iter().filter(|pixel| b.contains(pixel)).count();
    (common, a.len() + b.len() - common)
}

/// Average precision of one class by the words of the devkit's documentation, one detection after another.
fn slow(truths: &[Truth], found: &[Detection], class: u32) -> Option<[f64; 2]> {
    let truths: Vec<&Truth> = truths.iter().filter(|truth| truth.class == class).collect();
    let objects = truths.iter().filter(|truth| !truth.difficult).count();
    let mut left: Vec<&Detection> = found.iter().filter(|found| found.class == class).collect();
    let (mut taken, mut points, mut hits) = (Vec::new(), Vec::new(), 0);
    while !left.is_empty() {
        let best =
            (1..left.len()).fold(0, |best, at| if left[at].score > left[best].score { at } else { best });
        let found = left.remove(best);
        let mut nearest = None;
        for (at, truth) in truths.iter().enumerate().filter(|(_, truth)| truth.image == found.image) {
            let (common, all) = in_common(truth.bounds, found.bounds);
            let is_more = |&(_, most, of): &(usize, usize, usize)| common * of > most * all;
            if nearest.as_ref().is_none_or(is_more) {
                nearest = Some((at, common, all));
            }
        }
        match nearest.filter(|(_, common, all)| 2 * common >= *all) {
            Some((at, ..)) if truths[at].difficult => continue,
            Some((at, ..)) if !taken.contains(&at) => {
                taken.push(at);
                hits += 1;
            }
            _ => {}
        }
        points.push((hits, hits as f64 / (points.len() + 1) as f64));
    }
    let greatest = |enough: &dyn Fn(usize) -> bool| {
        points.iter().filter(|(hits, _)| enough(*hits)).map(|(_, precision)| *precision).fold(0.0, f64::max)
    };
    let eleven = (0..=10).map(|k| greatest(&|hits| 10 * hits >= k * objects)).sum::<f64>() / 11.0;
    let all = (1..=objects).map(|count| greatest(&|hits| hits >= count)).sum::<f64>() / objects as f64;
    (objects > 0).then_some([eleven, all])
}

prop_compose! {
    fn bounds()(left in 1..6i32, top in 1..6i32, width in 0..5i32, height in 0..5i32) -> [f64; 4] {
        [left, top, left + width, top + height].map(f64::from)
    }
}

prop_compose! {
    fn truth()(image in 0..IMAGES, class in 0..CLASSES, bounds in bounds(), difficult in proptest::bool::weighted(0.3)) -> Truth {
        Truth { image, class, bounds, difficult }
    }
}

prop_compose! {
    /// Few different scores, so that many are equal.
    fn found()(image in 0..IMAGES, class in 0..CLASSES, bounds in bounds(), score in 0..8u32) -> Detection {
        Detection { image, class, bounds, score: f64::from(score) / 8.0 }
    }
}

fn judged(truths: &[Truth], found: &[Detection]) -> Score {
    average_precision(truths, found, SMALL, Rule::Voc2007, 0.5).unwrap()
}

fn close(a: Option<f64>, b: Option<f64>) -> bool {
    a.zip(b).map_or(a == b, |(a, b)| (a - b).abs() < 1e-12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn it_is_what_counting_gives(
        truths in proptest::collection::vec(truth(), 0..16),
        found in proptest::collection::vec(found(), 0..40),
    ) {
        let score = judged(&truths, &found);
        for (class, name) in score.classes.iter().zip(0..) {
            let expected = slow(&truths, &found, name);
            prop_assert!(close(class.eleven_points, expected.map(|it| it[0])), "{class:?} {expected:?}");
            prop_assert!(close(class.all_points, expected.map(|it| it[1])), "{class:?} {expected:?}");
            prop_assert_eq!(class.detections(), found.iter().filter(|found| found.class == name).count());
        }
    }

    #[test]
    fn only_the_order_of_scores_matters(
        truths in proptest::collection::vec(truth(), 0..16),
        found in proptest::collection::vec(found(), 0..40),
    ) {
        let score = judged(&truths, &found);
        let cubed: Vec<_> = found.iter().map(|it| Detection { score: it.score.powi(3) - 7.0, ..*it }).collect();
        let cubed = judged(&truths, &cubed);
        prop_assert_eq!((score.mean_eleven_points(), score.mean_all_points()), (cubed.mean_eleven_points(), cubed.mean_all_points()));
    }

    #[test]
    fn a_thinned_curve_keeps_its_envelope(
        found in proptest::collection::vec(any::<bool>(), 0..600),
        missed in 0..20u32,
    ) {
        // One object an image, found or not.
        let hits = found.iter().filter(|hit| **hit).count() as u32;
        let set = EvaluatedSet { images: hits + missed + 1, classes: 1 };
        let truths: Vec<Truth> = (0..hits + missed).map(|image| Truth {
            image, class: 0, bounds: [1.0, 1.0, 9.0, 9.0], difficult: false,
        }).collect();
        let mut next = 0..hits;
        let detections: Vec<Detection> = found.iter().zip(0..).map(|(hit, at)| Detection {
            image: if *hit { next.next().unwrap() } else { set.images - 1 },
            class: 0,
            score: 1.0 - f64::from(at) / 1000.0,
            bounds: [1.0, 1.0, 9.0, 9.0],
        }).collect();
        let score = average_precision(&truths, &detections, set, Rule::Voc2007, 0.5).unwrap();
        let curve = &score.classes[0].curve;
        let thin = thinned(curve);
        prop_assert!(thin.len() <= 101, "{} points", thin.len());
        prop_assert!(thin.iter().all(|point| curve.contains(point)));
        prop_assert!(thin.windows(2).all(|pair| pair[0].recall <= pair[1].recall && pair[0].score > pair[1].score));
        let highest = |curve: &[CurvePoint]| curve.iter().map(|point| point.recall).reduce(f64::max);
        prop_assert_eq!(highest(&thin), highest(curve));
        for percent in 0..=100 {
            let greatest = |curve: &[CurvePoint]| {
                let reached = curve.iter().filter(|point| point.recall >= f64::from(percent) / 100.0);
                reached.map(|point| point.precision).reduce(f64::max)
            };
            prop_assert_eq!(greatest(&thin), greatest(curve), "at {} %", percent);
        }
    }
}
