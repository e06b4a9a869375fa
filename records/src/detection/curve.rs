//! Precision over recall of one class, and its average.

use super::matching::Outcome;

/// Precision and recall of the detections down to one score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurvePoint {
    /// The lowest score among them.
    pub score: f64,
    /// The share of them that found an object, 0 to 1.
    pub precision: f64,
    /// The share of the objects that are found, 0 to 1.
    pub recall: f64,
}

/// The curve of one class with `objects` that should be found, above 0, from the scores of its detections, best
/// first, and what they are. A point a detection; those that are ignored have none.
pub fn curve(objects: usize, outcomes: impl Iterator<Item = (f64, Outcome)>) -> Vec<CurvePoint> {
    let (mut found, mut counted) = (0, 0);
    let counts = outcomes.filter(|(_, outcome)| *outcome != Outcome::Ignored);
    counts
        .map(|(score, outcome)| {
            counted += 1;
            found += usize::from(outcome == Outcome::True);
            let share = |of: usize| found as f64 / of as f64;
            CurvePoint { score, precision: share(counted), recall: share(objects) }
        })
        .collect()
}

/// The mean of the greatest precision at a recall of 0, 0.1, ... 1 or more.
///
/// The recalls are k / 10. The devkit writes `0:.1:1`, in which MATLAB, as far as is known, makes 0.3 the next
/// larger number: there a recall of exactly 3 / 10 falls short.
pub fn eleven_points(curve: &[CurvePoint]) -> f64 {
    let highest = |k: u32| greatest_from(curve, f64::from(k) / 10.0).map_or(0.0, |point| point.precision);
    (0..=10).map(highest).sum::<f64>() / 11.0
}

/// The area under the curve, whose precision at a recall is the greatest at this recall or more.
pub fn all_points(curve: &[CurvePoint]) -> f64 {
    let (mut area, mut greatest) = (0.0, 0.0f64);
    for (at, point) in curve.iter().enumerate().rev() {
        greatest = greatest.max(point.precision);
        let before = if at == 0 { 0.0 } else { curve[at - 1].recall };
        area += (point.recall - before) * greatest;
    }
    area
}

/// At most 101 points of a curve: those of the greatest precision at a recall of 0, 1 %, ... 100 % or more, and
/// the one that reaches the highest recall. Average precision by eleven points is the same.
pub fn thinned(curve: &[CurvePoint]) -> Vec<CurvePoint> {
    let mut kept: Vec<CurvePoint> = Vec::new();
    let percents = (0..=100).filter_map(|k| greatest_from(curve, f64::from(k) / 100.0));
    let highest = curve.last().and_then(|last| curve.iter().find(|point| point.recall == last.recall));
    for point in percents.chain(highest) {
        if kept.last() != Some(point) {
            kept.push(*point);
        }
    }
    kept
}

/// The first point of the greatest precision at `recall` or more.
fn greatest_from(curve: &[CurvePoint], recall: f64) -> Option<&CurvePoint> {
    let start = curve.partition_point(|point| point.recall < recall);
    curve[start..].iter().reduce(|best, point| if point.precision > best.precision { point } else { best })
}
