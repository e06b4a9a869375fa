//! Which detections of one class find an object.

use super::{Detection, Rule, Truth};

/// What a detection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The first to find an object.
    True,
    /// It finds nothing, or what was found before.
    False,
    /// It finds a difficult object, any number of times.
    Ignored,
}

/// What each of the detections of one class is. `truths` are the objects of the class by image, `detections` are
/// in the order of falling scores. A detection can only find the object that it overlaps most, the first of
/// several; if that one is taken, there is no second choice.
pub fn outcomes(truths: &[Truth], detections: &[Detection], rule: Rule, overlap: f64) -> Vec<Outcome> {
    let mut taken = vec![false; truths.len()];
    let outcome = |found: &Detection| {
        let start = truths.partition_point(|truth| truth.image < found.image);
        let of_image = truths[start..].iter().take_while(|truth| truth.image == found.image);
        let mut best = None;
        for (truth, at) in of_image.zip(start..) {
            let shared = overlap_of(truth.bounds, found.bounds, rule);
            if shared > best.map_or(0.0, |(most, _)| most) {
                best = Some((shared, at));
            }
        }
        match best.filter(|(shared, _)| rule.is_match(*shared, overlap)) {
            None => Outcome::False,
            Some((_, at)) if truths[at].difficult => Outcome::Ignored,
            Some((_, at)) if std::mem::replace(&mut taken[at], true) => Outcome::False,
            Some(_) => Outcome::True,
        }
    };
    detections.iter().map(outcome).collect()
}

/// Intersection over union of two boxes; 0 of boxes that do not meet.
fn overlap_of(a: [f64; 4], b: [f64; 4], rule: Rule) -> f64 {
    let area = |[left, top, right, bottom]: [f64; 4]| rule.extent(left, right) * rule.extent(top, bottom);
    let width = rule.extent(a[0].max(b[0]), a[2].min(b[2]));
    let height = rule.extent(a[1].max(b[1]), a[3].min(b[3]));
    if width <= 0.0 || height <= 0.0 {
        return 0.0;
    }
    width * height / (area(a) + area(b) - width * height)
}
