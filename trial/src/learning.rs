//! Whether a training learnt anything. What guessing would reach is a number, and says nothing about a method.

use records::words::is_synthetic;
use records::{Metric, Record};
use suites::Suite;

/// How far above chance an accuracy has to be, in standard errors of the share that guessing gets right: less than one
/// network in 700 that guesses comes that far.
const STANDARD_ERRORS: f64 = 3.0;
/// A mean average precision that no detector which found anything falls below, percent. That of all points is taken where
/// there is one, since by eleven points one lucky detection in a class counts as much as 9 %.
const LEAST_MAP: f64 = 0.1;
/// A validation loss beyond which the outputs have lost all measure, nats an example: the right class has a probability of
/// 10^-434.
const ABSURD_LOSS: f64 = 1000.0;

/// Why the result of a record is none of a network that learnt, if it is not; a clause.
pub fn unlearned(record: &Record) -> Option<String> {
    if !record.is_ok() {
        return None;
    }
    if let Some(loss) = record.val_loss.filter(|loss| *loss > ABSURD_LOSS) {
        return Some(format!("its validation loss is {loss:.3e}"));
    }
    if record.metric() == Metric::MAP {
        let map = record.map_all_points.or(record.map).filter(|map| *map < LEAST_MAP)?;
        return Some(format!("its mean average precision is {map:.2} %"));
    }
    let suite = suites::suite(&record.suite).ok()?;
    let (classes, images) = guessed(suite, record)?;
    let limit = limit(classes, images);
    let top1 = record.top1.filter(|top1| *top1 <= limit)?;
    Some(format!(
        "its top-1 of {top1:.2} % is what guessing among {classes} classes gives (up to {limit:.2} %)"
    ))
}

/// Among how many classes a record's network would have guessed, and on how many images, where that is known.
fn guessed(suite: &Suite, record: &Record) -> Option<(usize, Option<usize>)> {
    if record.dataset == suite.name {
        return Some((suite.classes, Some(suite.test_images)));
    }
    if is_synthetic(&record.dataset) {
        let set = suite.preset(&record.profile)?.synthetic?;
        return Some((set.classes, Some(set.test)));
    }
    // A folder of the user's own has the number of its classes in its name.
    let (_, classes) = record.dataset.rsplit_once('-')?;
    Some((classes.parse().ok().filter(|classes| *classes > 1)?, None))
}

/// The largest accuracy that guessing is likely to reach, percent; on an unknown number of images, chance itself.
fn limit(classes: usize, images: Option<usize>) -> f64 {
    let chance = 1.0 / classes as f64;
    let error = images.map_or(0.0, |images| (chance * (1.0 - chance) / images as f64).sqrt());
    100.0 * (chance + STANDARD_ERRORS * error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use records::words;

    fn record(suite: &str, dataset: &str, profile: &str) -> Record {
        Record {
            suite: suite.into(),
            dataset: dataset.into(),
            profile: profile.into(),
            status: words::OK.into(),
            ..Record::default()
        }
    }

    fn top1(dataset: &str, profile: &str, top1: f64) -> Option<String> {
        unlearned(&Record { top1: Some(top1), ..record("cifar10", dataset, profile) })
    }

    /// Of 10,000 guesses among ten, the standard deviation of the hits is 30.
    #[test]
    fn an_accuracy_that_guessing_reaches_is_none() {
        assert!((limit(10, Some(10_000)) - 10.9).abs() < 1e-9 && limit(4, None) == 25.0);
        assert!(top1("cifar10", "lite", 10.0).unwrap().contains("10 classes gives (up to 10.90 %)"));
        assert!(top1("cifar10", "lite", 3.0).is_some() && top1("cifar10", "lite", 10.91).is_none());
        // The smoke profile has 1,000 test images.
        assert!(top1("cifar10-generated", "smoke", 12.8).is_some());
        assert!(top1("cifar10-generated", "smoke", 12.9).is_none());
        let folder = |top1| Record { top1: Some(top1), ..record("imagenet", "image-folder-4", "lite") };
        assert!(unlearned(&folder(25.0)).is_some() && unlearned(&folder(25.1)).is_none());
        let unknown = Record { top1: Some(0.0), ..record("imagenet", "mine", "lite") };
        assert_eq!(unlearned(&unknown), None);
        assert_eq!(unlearned(&Record { status: words::DIVERGED.into(), ..folder(1.0) }), None);
    }

    #[test]
    fn an_absurd_loss_is_no_result() {
        let of = |loss| {
            unlearned(&Record {
                val_loss: Some(loss),
                top1: Some(50.0),
                ..record("cifar10", "cifar10", "lite")
            })
        };
        assert!(of(1e21).unwrap().contains("1.000e21"));
        assert_eq!(of(12.0), None);
    }

    #[test]
    fn a_detector_has_to_find_something() {
        let of = |map, all| unlearned(&Record { map, map_all_points: all, ..record("voc", "voc", "lite") });
        assert!(of(Some(0.0), None).is_some() && of(Some(9.1), Some(0.01)).is_some());
        assert!(of(Some(2.27), Some(0.61)).is_none() && of(None, None).is_none());
    }
}
