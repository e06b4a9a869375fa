//! What a row of a shared CSV file says.

use std::cmp::Ordering;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// What a row of a shared CSV file says.
pub trait Entry: Clone + Default + PartialEq + Serialize + DeserializeOwned {
    /// Columns without which a row cannot be told apart from others; the rest may be missing.
    const REQUIRED: &'static [&'static str];

    /// Whether rows carry a checksum and their number, since there is nothing else that they could be held against.
    const SEALED: bool = false;

    /// The key of the row, which must not be empty.
    fn key(&self) -> &str;

    /// Whether two rows are about the same, so that one replaces the other.
    fn is_same(&self, other: &Self) -> bool;

    /// Whether it takes the place of an old one about the same.
    fn replaces(&self, _old: &Self) -> bool {
        true
    }

    /// The order of rows in the file.
    fn order(&self, other: &Self) -> Ordering;

    /// What cannot be true of it, if anything.
    fn impossible(&self) -> Option<String>;
}
