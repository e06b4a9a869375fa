//! Small cases whose value can be worked out by hand.

use super::*;

/// The box that most cases are about, one of its lower part, and one that meets neither.
const WHOLE: [i32; 4] = [0, 0, 9, 9];
const HALF: [i32; 4] = [0, 0, 9, 4];
const AWAY: [i32; 4] = [50, 50, 59, 59];

/// Average precision by eleven and by all points.
fn judged(truths: &[Truth], detections: &[Detection], rule: Rule, overlap: f64) -> (f64, f64) {
    let score = average_precision(truths, detections, SET, rule, overlap).unwrap();
    (score.mean_eleven_points().unwrap(), score.mean_all_points().unwrap())
}

fn assert_judged(truth: &[Truth], found: &[(u32, f64, [i32; 4])], (eleven, all): (f64, f64)) {
    let found = detections(found);
    for rule in [Rule::Voc2007, Rule::Voc2010, Rule::Smcp] {
        let (by_eleven, by_all) = judged(truth, &found, rule, 0.5);
        assert!((by_eleven - eleven).abs() < 1e-9, "{rule}: {by_eleven} where {eleven} is expected");
        assert!((by_all - all).abs() < 1e-9, "{rule}: {by_all} where {all} is expected");
    }
}

fn in_images(count: u32) -> Vec<Truth> {
    (0..count).flat_map(|image| truths(&[(image, WHOLE)])).collect()
}

#[test]
fn one_object() {
    let truth = truths(&[(0, WHOLE)]);
    assert_judged(&truth, &[(0, 0.9, WHOLE)], (1.0, 1.0));
    assert_judged(&truth, &[], (0.0, 0.0));
    assert_judged(&truth, &[(1, 0.9, WHOLE)], (0.0, 0.0));
    // The second detection is wrong, but comes after the full recall.
    assert_judged(&truth, &[(0, 0.9, WHOLE), (0, 0.8, WHOLE)], (1.0, 1.0));
    assert_judged(&truth, &[(0, 0.9, AWAY), (0, 0.8, WHOLE)], (0.5, 0.5));
    // At the same score the order of the list decides.
    assert_judged(&truth, &[(0, 0.5, AWAY), (0, 0.5, WHOLE)], (0.5, 0.5));
    assert_judged(&truth, &[(0, 0.5, WHOLE), (0, 0.5, AWAY)], (1.0, 1.0));
    // 0 and -0 are the same score.
    assert_judged(&truth, &[(0, -0.0, WHOLE), (0, 0.0, AWAY)], (1.0, 1.0));
}

#[test]
fn difficult_objects_count_neither_way() {
    let mut truth = truths(&[(0, WHOLE), (0, AWAY)]);
    truth[1].difficult = true;
    assert_judged(&truth, &[(0, 0.9, AWAY), (0, 0.85, AWAY), (0, 0.8, WHOLE)], (1.0, 1.0));
    // The difficult object is overlapped most, so that the other one is not found.
    let mut truth = truths(&[(0, WHOLE), (0, [0, 0, 9, 7])]);
    truth[0].difficult = true;
    assert_judged(&truth, &[(0, 0.9, WHOLE)], (0.0, 0.0));
    // Nothing is left to find.
    truth.truncate(1);
    let score = average_precision(&truth, &detections(&[(0, 0.9, WHOLE)]), SET, Rule::Voc2007, 0.5).unwrap();
    let class = &score.classes[0];
    assert_eq!((class.objects, class.ignored, class.eleven_points, class.all_points), (0, 1, None, None));
}

#[test]
fn the_object_of_the_largest_overlap_is_the_only_choice() {
    let truth = truths(&[(0, [0, 0, 99, 99]), (0, [0, 0, 99, 79])]);
    assert_judged(&truth, &[(0, 0.9, [0, 0, 99, 99]), (0, 0.8, [0, 0, 99, 95])], (6.0 / 11.0, 0.5));
    // A worse box of a higher score takes the object.
    let one = truths(&[(0, [0, 0, 99, 99])]);
    let found = detections(&[(0, 0.9, [0, 0, 99, 59]), (0, 0.8, [0, 0, 99, 99])]);
    let score = average_precision(&one, &found, SET, Rule::Voc2007, 0.5).unwrap();
    let class = &score.classes[0];
    assert_eq!((class.true_positives, class.false_positives, class.all_points), (1, 1, Some(1.0)));
    assert_eq!((class.curve[0].score, class.curve[1].precision), (0.9, 0.5));
    // Of two objects with the same overlap the first counts: the second detection finds nothing new.
    let twins = truths(&[(0, WHOLE), (0, WHOLE)]);
    assert_judged(&twins, &[(0, 0.9, WHOLE), (0, 0.8, WHOLE)], (6.0 / 11.0, 0.5));
}

#[test]
fn rules_differ_in_the_extent_of_boxes_and_at_the_overlap_itself() {
    let devkit_and_smcp = |truth: [i32; 4], found: [i32; 4], overlap| {
        let (truth, found) = (truths(&[(0, truth)]), detections(&[(0, 0.9, found)]));
        [Rule::Voc2007, Rule::Smcp].map(|rule| judged(&truth, &found, rule, overlap).0)
    };
    // 50 of 100 pixels: exactly half.
    assert_eq!(devkit_and_smcp(WHOLE, HALF, 0.5), [1.0, 0.0]);
    // Continuous: 50 of 100 as well, which is not more than half.
    assert_eq!(devkit_and_smcp([0, 0, 10, 10], [0, 0, 10, 5], 0.5), [1.0, 0.0]);
    // A row of pixels has no area without its last pixels.
    assert_eq!(devkit_and_smcp([0, 0, 1, 1], [0, 0, 1, 0], 0.5), [1.0, 0.0]);
    // 15 of 35 pixels, or 8 of 24.
    assert_eq!(devkit_and_smcp([10, 10, 14, 14], [12, 10, 16, 14], 0.4), [1.0, 0.0]);
}

#[test]
fn a_recall_of_exactly_some_tenths_is_enough() {
    for found in 0..=10 {
        let list: Vec<_> = (0..found).map(|image| (image, 0.9 - 0.01 * f64::from(image), WHOLE)).collect();
        let points = if found == 0 { 0.0 } else { f64::from(found + 1) / 11.0 };
        assert_judged(&in_images(10), &list, (points, f64::from(found) / 10.0));
    }
}

#[test]
fn precision_is_the_greatest_at_a_recall_or_more() {
    let found = [(0, 0.9, WHOLE), (0, 0.8, AWAY), (1, 0.7, WHOLE), (1, 0.6, AWAY), (2, 0.5, WHOLE)];
    let expected = ((3.0 + 3.0 * 2.0 / 3.0 + 2.0 * 0.6) / 11.0, (1.0 + 2.0 / 3.0 + 0.6) / 4.0);
    assert_judged(&in_images(4), &found, expected);
}
