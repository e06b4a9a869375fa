//! How far work on every photograph of a set has come.

/// A count that grows as photographs are gone through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Photographs gone through so far, in training and validation together.
    pub done: usize,
    /// Photographs in all.
    pub total: usize,
    /// How many of those gone through cannot be read.
    pub unreadable: usize,
}
