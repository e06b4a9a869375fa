//! Average precision of every class, and its mean.

use std::cmp::Ordering;

use super::curve::{CurvePoint, all_points, curve, eleven_points};
use super::matching::{Outcome, outcomes};
use super::{Detection, EvaluatedSet, Rule, Truth, Unusable};

/// What a detector reached on one class.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassScore {
    /// Objects that should be found: those that are not difficult.
    pub objects: usize,
    /// Detections that are the first to find an object.
    pub true_positives: usize,
    /// Detections that find nothing, or what was found before.
    pub false_positives: usize,
    /// Detections that find a difficult object; they count neither way.
    pub ignored: usize,
    /// Average precision by eleven points, 0 to 1; none without an object to find.
    pub eleven_points: Option<f64>,
    /// Average precision by all points, 0 to 1; none without an object to find.
    pub all_points: Option<f64>,
    /// Precision over recall, a point for each detection that counts; empty without an object to find.
    pub curve: Vec<CurvePoint>,
}

/// What a detector reached.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// The rule it is judged by.
    pub rule: Rule,
    /// The classes in their order.
    pub classes: Vec<ClassScore>,
}

/// Judges detections of an [`EvaluatedSet`] by a rule: a match is an overlap (intersection over union, above 0 and
/// at most 1) of `overlap`, as the rule says exactly. Detections of equal score count in the order in which they
/// are given. An error for what cannot be judged: a detection or an object outside the set, or with a number that
/// is not finite.
pub fn average_precision(
    truths: &[Truth],
    detections: &[Detection],
    set: EvaluatedSet,
    rule: Rule,
    overlap: f64,
) -> Result<Score, Unusable> {
    if !(overlap > 0.0 && overlap <= 1.0) {
        return Err(Unusable::Overlap(overlap));
    }
    set.check(truths, detections)?;
    let mut truths = truths.to_vec();
    truths.sort_by_key(|truth| (truth.class, truth.image));
    let mut detections = detections.to_vec();
    detections.sort_by(|a, b| a.class.cmp(&b.class).then(falling(a, b)));
    let score = |class| {
        let truths = of_class(&truths, class, |truth| truth.class);
        let detections = of_class(&detections, class, |found| found.class);
        let objects = truths.iter().filter(|truth| !truth.difficult).count();
        of_outcomes(objects, detections, &outcomes(truths, detections, rule, overlap))
    };
    Ok(Score { rule, classes: (0..set.classes).map(score).collect() })
}

impl ClassScore {
    /// How many detections there were, those that are ignored among them.
    pub fn detections(&self) -> usize {
        self.true_positives + self.false_positives + self.ignored
    }
}

impl Score {
    /// Mean average precision as the rule has it, 0 to 1: the result.
    pub fn mean(&self) -> Option<f64> {
        match self.rule {
            Rule::Voc2007 | Rule::Smcp => self.mean_eleven_points(),
            Rule::Voc2010 => self.mean_all_points(),
        }
    }

    /// The mean of average precision by eleven points, over the classes that have an object to find.
    pub fn mean_eleven_points(&self) -> Option<f64> {
        self.mean_of(|class| class.eleven_points)
    }

    /// The mean of average precision by all points, over the classes that have an object to find.
    pub fn mean_all_points(&self) -> Option<f64> {
        self.mean_of(|class| class.all_points)
    }

    /// How many classes the means leave out: those without an object to find.
    pub fn left_out(&self) -> usize {
        self.classes.iter().filter(|class| class.objects == 0).count()
    }

    fn mean_of(&self, of: impl Fn(&ClassScore) -> Option<f64>) -> Option<f64> {
        let values: Vec<f64> = self.classes.iter().filter_map(of).collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    }
}

/// The order of falling scores, which are finite.
fn falling(a: &Detection, b: &Detection) -> Ordering {
    b.score.partial_cmp(&a.score).unwrap_or(Ordering::Equal)
}

/// The part of `sorted` that is of `class`.
fn of_class<T>(sorted: &[T], class: u32, class_of: impl Fn(&T) -> u32) -> &[T] {
    let end = sorted.partition_point(|it| class_of(it) <= class);
    let start = sorted[..end].partition_point(|it| class_of(it) < class);
    &sorted[start..end]
}

fn of_outcomes(objects: usize, detections: &[Detection], outcomes: &[Outcome]) -> ClassScore {
    let count = |which| outcomes.iter().filter(|outcome| **outcome == which).count();
    let scores = detections.iter().map(|found| found.score);
    let curve = if objects == 0 { Vec::new() } else { curve(objects, scores.zip(outcomes.iter().copied())) };
    ClassScore {
        objects,
        true_positives: count(Outcome::True),
        false_positives: count(Outcome::False),
        ignored: count(Outcome::Ignored),
        eleven_points: (objects > 0).then(|| eleven_points(&curve)),
        all_points: (objects > 0).then(|| all_points(&curve)),
        curve,
    }
}
