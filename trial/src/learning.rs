//! Whether a training learnt anything. What guessing would reach is a number, and says nothing about a method.

use crate::TrialSpec;
use records::{Metric, Record};
use suites::Suite;

/// How far above chance an accuracy has to be, in standard errors of the share that guessing gets right: less than one
/// network in 700 that guesses comes that far.
const STANDARD_ERRORS: f64 = 3.0;
/// A mean average precision that no detector which found anything falls below, percent. That of all points is taken where
/// there is one, since by eleven points one lucky detection in a class counts as much as 9 %.
const LEAST_MAP: f64 = 0.1;
/// A validation loss beyond which the outputs mean nothing, nats an example: the right class has a probability of
/// 10^-434.
const ABSURD_LOSS: f64 = 1000.0;

/// Why the result of a record is none of a network that learnt, if it is not; a clause. The number of classes of a data
/// set that is not the published one is in the spec, where that is at hand; where nothing says it, no accuracy is judged.
/// On how many images the network was tested, `tested` says of such a set.
pub fn unlearned(record: &Record, spec: Option<&TrialSpec>, tested: Option<usize>) -> Option<String> {
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
    let (classes, published) = guessed(suite, record, spec)?;
    let limit = limit(classes, published.or(tested));
    let top1 = record.top1.filter(|top1| *top1 <= limit)?;
    Some(format!(
        "its top-1 of {top1:.2} % is what guessing among {classes} classes gives (up to {limit:.2} %)"
    ))
}

/// Among how many classes a record's network would have guessed, and on how many images of a published set.
fn guessed(suite: &Suite, record: &Record, spec: Option<&TrialSpec>) -> Option<(usize, Option<usize>)> {
    // A pack has the side of its images behind the name of the set that was packed.
    let set = record.dataset.split("-packed-").next()?;
    if set == suite.name {
        return Some((suite.classes, Some(suite.test_images)));
    }
    // A folder of the user's own has the number of its classes in its name.
    let named = || set.strip_prefix("image-folder-")?.parse::<usize>().ok();
    let classes = spec.map(|spec| spec.classes.unwrap_or(suite.classes)).or_else(named)?;
    (classes > 1).then_some((classes, None))
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

    /// The spec of a trial on a data set with so many classes; none if it has as many as the suite's own.
    fn spec(classes: Option<usize>) -> TrialSpec {
        let mut spec = serde_json::json!({
            "suite": "imagenet", "dataset": "any", "data_fingerprint": "0", "model": "resnet50", "method": "dense",
            "distribution": words::DENSE, "sparsity": 0.0, "seed": 0, "profile": "smoke", "recipe": {}, "settings": {},
        });
        if let Some(classes) = classes {
            spec["classes"] = classes.into();
        }
        serde_json::from_value(spec).unwrap()
    }

    fn accurate(suite: &str, dataset: &str, top1: f64, spec: Option<&TrialSpec>) -> Option<String> {
        unlearned(&Record { top1: Some(top1), ..record(suite, dataset, "smoke") }, spec, None)
    }

    /// Of 10,000 guesses among ten, the standard deviation of the hits is 30.
    #[test]
    fn an_accuracy_that_guessing_reaches_is_none() {
        let cifar10 = |top1| accurate("cifar10", "cifar10", top1, None);
        assert!((limit(10, Some(10_000)) - 10.9).abs() < 1e-9 && limit(4, None) == 25.0);
        assert!(cifar10(10.0).unwrap().contains("10 classes gives (up to 10.90 %)"));
        assert!(cifar10(3.0).is_some() && cifar10(10.91).is_none());
        let folder = |top1| accurate("imagenet", "image-folder-4", top1, None);
        assert!(folder(25.0).is_some() && folder(25.1).is_none());
        assert_eq!(accurate("imagenet", "mine", 0.0, None), None);
        let diverged = Record { status: words::DIVERGED.into(), ..record("cifar10", "cifar10", "lite") };
        assert_eq!(unlearned(&Record { top1: Some(1.0), ..diverged }, None, None), None);
    }

    /// The number behind the name of a pack is the side of its images.
    #[test]
    fn a_pack_is_judged_as_what_was_packed() {
        let packed = |dataset, top1| accurate("imagenet", dataset, top1, None);
        let published = "imagenet-packed-256";
        assert!(packed(published, 0.14).is_some() && packed(published, 0.2).is_none());
        let (thousand, four) = ("image-folder-1000-packed-32", "image-folder-4-packed-256");
        assert!(packed(thousand, 0.1).is_some() && packed(thousand, 0.2).is_none());
        assert!(packed(four, 25.0).is_some() && packed(four, 25.1).is_none());
        assert_eq!(packed("imagenet-generated-packed-64", 0.0), None);
    }

    /// A generated set has as many classes and images as was asked for, whatever the profile's own has.
    #[test]
    fn a_generated_set_has_the_classes_of_the_spec() {
        let hundred = spec(Some(100));
        let generated = |top1, spec| accurate("imagenet", "imagenet-generated", top1, spec);
        assert!(generated(1.0, Some(&hundred)).is_some() && generated(1.1, Some(&hundred)).is_none());
        assert_eq!(generated(15.0, Some(&hundred)), None);
        assert_eq!(generated(0.0, None), None);
        let ten = |top1| accurate("cifar10", "cifar10-generated", top1, Some(&spec(None)));
        assert!(ten(10.0).is_some() && ten(10.1).is_none());
    }

    /// 1,000 guesses among ten have a standard deviation of 9.49 hits. The published set has the images that it has.
    #[test]
    fn the_images_that_were_tested_on_say_how_far_chance_goes() {
        let of = |dataset, top1, tested| {
            let record = Record { top1: Some(top1), ..record("cifar10", dataset, "smoke") };
            unlearned(&record, Some(&spec(None)), tested)
        };
        let generated = |top1| of("cifar10-generated", top1, Some(1000));
        assert!(generated(12.84).unwrap().contains("(up to 12.85 %)"));
        assert_eq!(generated(12.85), None);
        assert!(of("cifar10", 10.8, Some(1000)).is_some() && of("cifar10", 11.0, Some(1000)).is_none());
    }

    #[test]
    fn an_absurd_loss_is_no_result() {
        let of = |loss| {
            let record = record("cifar10", "cifar10", "lite");
            unlearned(&Record { val_loss: Some(loss), top1: Some(50.0), ..record }, None, None)
        };
        assert!(of(1e21).unwrap().contains("1.000e21"));
        assert_eq!(of(12.0), None);
    }

    #[test]
    fn a_detector_has_to_find_something() {
        let of = |map, all| {
            unlearned(&Record { map, map_all_points: all, ..record("voc", "voc", "lite") }, None, None)
        };
        assert!(of(Some(0.0), None).is_some() && of(Some(9.1), Some(0.01)).is_some());
        assert!(of(Some(2.27), Some(0.61)).is_none() && of(None, None).is_none());
    }
}
