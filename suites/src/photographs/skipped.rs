//! The photographs that turned out to be unreadable.

use std::collections::BTreeSet;
use std::ops::Range;

use super::Photographs;

/// A list of unreadable photographs of one split, by number.
#[derive(Default)]
pub(super) struct Skipped(BTreeSet<u32>);

impl Skipped {
    pub fn note(&mut self, image: usize) {
        self.0.insert(image as u32);
    }

    /// How many photographs the class of this one has, if none of them is left.
    pub fn whole_class(&self, image: usize, photographs: &Photographs) -> Option<usize> {
        let class = class(image, photographs);
        let unreadable = self.0.range(class.start as u32..class.end as u32).count();
        (unreadable == class.len()).then_some(unreadable)
    }

    pub fn contains(&self, image: usize) -> bool {
        self.0.contains(&(image as u32))
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn list(&self) -> Vec<u32> {
        self.0.iter().copied().collect()
    }
}

/// The photographs of the same class, which are adjacent.
fn class(image: usize, photographs: &Photographs) -> Range<usize> {
    let label = photographs.label(image);
    let start = partition(0..image, |at| photographs.label(at) < label);
    let end = partition(image..photographs.len(), |at| photographs.label(at) == label);
    start..end
}

/// The first number of the range for which `before` does not hold, if it holds for none after one for
/// which it does not.
fn partition(mut range: Range<usize>, before: impl Fn(usize) -> bool) -> usize {
    while !range.is_empty() {
        let middle = range.start + range.len() / 2;
        if before(middle) {
            range.start = middle + 1;
        } else {
            range.end = middle;
        }
    }
    range.start
}
