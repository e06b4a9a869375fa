//! What of a split is not used, in sentences.

use super::census::Census;

/// The most examples that are given.
const FEW: usize = 3;

/// What of the images of a split is left out.
pub(super) fn left_out(split: &str, census: &Census) -> Vec<String> {
    [unknown(split, census), rejected(split, census), empty(split, census)].into_iter().flatten().collect()
}

/// The same without the objects that cannot be used, where each of them is named.
pub(super) fn unused(split: &str, census: &Census) -> Vec<String> {
    [unknown(split, census), empty(split, census)].into_iter().flatten().collect()
}

fn unknown(split: &str, census: &Census) -> Option<String> {
    let unknown: usize = census.unknown.values().sum();
    let names = census.unknown_by_count().into_iter().map(|(name, count)| format!("{name} {count}"));
    let names = names.collect::<Vec<_>>().join(", ");
    let (s, are) = plural(unknown, "s", "is", "are");
    let note = format!("{unknown} object{s} of other classes {are} left out of the {split} images: {names}");
    (unknown > 0).then_some(note)
}

fn rejected(split: &str, census: &Census) -> Option<String> {
    let (count, few) = (census.rejected.len(), census.rejected.iter().take(FEW));
    let few = few.map(String::as_str).collect::<Vec<_>>().join("; ");
    let rest = if count > FEW { "; `harness data verify voc` lists them all" } else { "" };
    let (s, are) = plural(count, "s", "is", "are");
    let note =
        format!("{count} object{s} of the {split} images cannot be used and {are} left out: {few}{rest}");
    (count > 0).then_some(note)
}

fn empty(split: &str, census: &Census) -> Option<String> {
    let (s, have) = plural(census.empty, "s", "has", "have");
    (census.empty > 0).then(|| format!("{} {split} image{s} {have} no object", census.empty))
}

/// The ending and the verb for so many.
pub(super) fn plural<'a>(count: usize, ending: &'a str, one: &'a str, many: &'a str) -> (&'a str, &'a str) {
    if count == 1 { ("", one) } else { (ending, many) }
}
