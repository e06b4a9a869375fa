//! What a person should know of a data set before training on it, in sentences.

use super::census::Census;
use super::data_set::VocSet;
use super::left_out::{left_out, plural};
use super::lists::{ListName, VOC2007, VOC2012};
use super::official;

/// The notes on a set, none if all is as it should be.
pub(super) fn notes(set: &VocSet) -> Vec<String> {
    let mut notes = Vec::new();
    if set.has_pascal_classes() && set.lists.train == [ListName::of(VOC2007, "trainval")] {
        notes.push(format!(
            "{VOC2012} is not used for training; published results train on {VOC2007} and {VOC2012} \
             (`harness data fetch voc` downloads both)"
        ));
    }
    if set.has_pascal_classes() && official::is_test(&set.lists, &set.test.census) {
        let different = official::differences(&set.test.census);
        let different =
            different.iter().map(|(what, found, published)| format!("{what} {found} instead of {published}"));
        let different: Vec<String> = different.collect();
        if !different.is_empty() {
            notes.push(format!(
                "the test set does not have the objects of the published one: {}",
                different.join(", ")
            ));
        }
    }
    for (split, census) in [("training", &set.train.census), ("test", &set.test.census)] {
        notes.extend(of_split(split, census, &set.classes));
    }
    notes
}

fn of_split(split: &str, census: &Census, classes: &[String]) -> Vec<String> {
    let mut notes = Vec::new();
    let absent = classes.iter().zip(&census.classes).filter(|(_, count)| match split {
        "test" => count.plain() == 0,
        _ => count.objects == 0,
    });
    let absent: Vec<&str> = absent.map(|(class, _)| class.as_str()).collect();
    if !absent.is_empty() {
        let (s, have) = plural(absent.len(), "es", "has", "have");
        notes.push(format!(
            "{} class{s} {have} no object in the {split} images: {}",
            absent.len(),
            absent.join(", ")
        ));
    }
    notes.extend(left_out(split, census));
    notes
}
