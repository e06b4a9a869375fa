//! What can go wrong while photographs are loaded.

use super::Unreadable;

/// Photographs could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The sizes contradict each other.
    #[error(
        "a crop of {crop} pixels cannot be cut out of photographs whose shorter side is {resize}; \
         the crop must be at least 1 and at most the shorter side"
    )]
    Sides {
        /// The side of the crop in pixels.
        crop: usize,
        /// The shorter side after resizing in pixels.
        resize: usize,
    },
    /// The split has no photographs.
    #[error("the set has no photographs to load")]
    Empty,
    /// A photograph cannot be read, and none may be left out.
    #[error("{name}: {cause}; {}, or run without --strict to leave it out", cause.remedy())]
    Unreadable {
        /// The photograph.
        name: String,
        /// What is wrong with it.
        cause: Unreadable,
    },
    /// A photograph's file can no longer be read, though it was there before. It is not left out: a failing disk would
    /// lose more of them.
    #[error(
        "{cause}; the photograph was there before: restore it, or check the disk, and run the command again"
    )]
    Gone {
        /// Which file, and what the disk says.
        cause: Unreadable,
    },
    /// No photograph of a class can be read.
    #[error(
        "none of the {count} photographs of a class can be read, the last being {name}: {cause}; \
         check the disk, and the data set with `{check}`"
    )]
    Class {
        /// How many photographs the class has.
        count: usize,
        /// The last photograph that was tried.
        name: String,
        /// What is wrong with it.
        cause: Unreadable,
        /// The command that checks the data set.
        check: &'static str,
    },
    /// No photograph at all can be read.
    #[error(
        "none of the {count} photographs can be read; \
         check the disk, and the data set with `{check}`"
    )]
    Nothing {
        /// How many there are.
        count: usize,
        /// The command that checks the data set.
        check: &'static str,
    },
}
