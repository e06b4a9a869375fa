//! What a person should know of a data set before training on it, in sentences.

use super::census::Census;
use super::data_set::VocSet;
use super::lists::{ListName, VOC2007, VOC2012};
use super::official;

/// The most examples that are given.
const FEW: usize = 3;

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

/// What of the images of a split is left out.
pub(super) fn left_out(split: &str, census: &Census) -> Vec<String> {
    let mut notes = Vec::new();
    let unknown: usize = census.unknown.values().sum();
    if unknown > 0 {
        let names = census.unknown_by_count().into_iter().map(|(name, count)| format!("{name} {count}"));
        let names: Vec<String> = names.collect();
        let (s, are) = plural(unknown, "s", "is", "are");
        notes.push(format!(
            "{unknown} object{s} of other classes {are} left out of the {split} images: {}",
            names.join(", ")
        ));
    }
    if !census.rejected.is_empty() {
        let (count, few) = (census.rejected.len(), census.rejected.iter().take(FEW));
        let few = few.map(String::as_str).collect::<Vec<_>>().join("; ");
        let rest = if count > FEW { "; `harness data verify voc` lists them all" } else { "" };
        let (s, are) = plural(count, "s", "is", "are");
        notes.push(format!(
            "{count} object{s} of the {split} images cannot be used and {are} left out: {few}{rest}"
        ));
    }
    if census.empty > 0 {
        let (s, have) = plural(census.empty, "s", "has", "have");
        notes.push(format!("{} {split} image{s} {have} no object", census.empty));
    }
    notes
}

/// The ending and the verb for so many.
fn plural<'a>(count: usize, ending: &'a str, one: &'a str, many: &'a str) -> (&'a str, &'a str) {
    if count == 1 { ("", one) } else { (ending, many) }
}
