//! What of a split is not used, in sentences.

use super::census::Census;

/// The most examples that are given.
const FEW: usize = 3;

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
pub(super) fn plural<'a>(count: usize, ending: &'a str, one: &'a str, many: &'a str) -> (&'a str, &'a str) {
    if count == 1 { ("", one) } else { (ending, many) }
}
