mod by_hand;
mod properties;
mod toy;

use super::*;

/// Detections of one class: image, score, box.
fn detections(list: &[(u32, f64, [i32; 4])]) -> Vec<Detection> {
    let detection = |&(image, score, bounds): &(u32, f64, [i32; 4])| Detection {
        image,
        class: 0,
        score,
        bounds: bounds.map(f64::from),
    };
    list.iter().map(detection).collect()
}

/// Objects of one class: image, box.
fn truths(list: &[(u32, [i32; 4])]) -> Vec<Truth> {
    let truth = |&(image, bounds): &(u32, [i32; 4])| Truth {
        image,
        class: 0,
        bounds: bounds.map(f64::from),
        difficult: false,
    };
    list.iter().map(truth).collect()
}

const SET: EvaluatedSet = EvaluatedSet { images: 10, classes: 1 };

#[test]
fn what_cannot_be_judged_is_named() {
    let truth = truths(&[(0, [1, 1, 9, 9])]);
    let good = detections(&[(0, 0.5, [1, 1, 9, 9])]);
    let said = |truths: &[Truth], bad: Detection| {
        let list = [good[0], bad];
        average_precision(truths, &list, SET, Rule::Voc2007, 0.5).unwrap_err().to_string()
    };
    let bad = |change: fn(&mut Detection)| {
        let mut bad = good[0];
        change(&mut bad);
        said(&truth, bad)
    };
    assert_eq!(bad(|it| it.image = 10), "detection 1: image 10 is outside the set of 10 photographs");
    assert_eq!(bad(|it| it.class = 1), "detection 1: class 1 is not one of the 1 classes");
    assert_eq!(bad(|it| it.score = f64::NAN), "detection 1: the score NaN is not finite");
    assert_eq!(bad(|it| it.bounds[2] = f64::INFINITY), "detection 1: an edge of the box, inf, is not finite");
    let outside = truths(&[(0, [1, 1, 9, 9]), (12, [1, 1, 9, 9])]);
    assert_eq!(said(&outside, good[0]), "object 1: image 12 is outside the set of 10 photographs");
    for overlap in [0.0, 1.5, f64::NAN] {
        let error = average_precision(&truth, &good, SET, Rule::Smcp, overlap).unwrap_err();
        assert!(matches!(error, Unusable::Overlap(_)), "{error}");
    }
}

#[test]
fn boxes_without_area_and_boxes_of_any_size_are_wrong_and_no_fault() {
    let truth = truths(&[(0, [1, 1, 9, 9])]);
    let mut list = detections(&[(0, 0.9, [9, 9, 1, 1]), (0, 0.8, [5, 5, 5, 5]), (0, 0.7, [1, 1, 9, 9])]);
    list[1].bounds = [-1e200, -1e200, 1e200, 1e200];
    for rule in [Rule::Voc2007, Rule::Smcp] {
        let score = average_precision(&truth, &list, SET, rule, 0.5).unwrap();
        assert_eq!((score.classes[0].true_positives, score.classes[0].false_positives), (1, 2));
    }
}

#[test]
fn the_rule_says_which_mean_is_the_result() {
    let truth = truths(&[(0, [1, 1, 9, 9]), (1, [1, 1, 9, 9])]);
    let list = detections(&[(0, 0.9, [1, 1, 9, 9])]);
    let set = EvaluatedSet { classes: 3, ..SET };
    let judged = |rule| average_precision(&truth, &list, set, rule, 0.5).unwrap();
    assert_eq!(judged(Rule::Voc2007).mean(), Some(6.0 / 11.0));
    assert_eq!(judged(Rule::Voc2010).mean(), Some(0.5));
    assert_eq!((judged(Rule::Smcp).mean(), judged(Rule::Smcp).left_out()), (Some(6.0 / 11.0), 2));
    let nothing = average_precision(&[], &list, set, Rule::Voc2007, 0.5).unwrap();
    assert_eq!((nothing.mean(), nothing.left_out()), (None, 3));
    assert_eq!((nothing.classes[0].false_positives, nothing.classes[0].detections()), (1, 1));
}
