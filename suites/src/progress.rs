//! How far an operation on a data set has come.

/// A report on the way, for the person who waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Bytes have been downloaded.
    Bytes {
        /// How many are there, those of earlier runs included.
        done: u64,
        /// How many there will be, if the server says.
        total: Option<u64>,
    },
    /// Photographs have been read, in training and evaluation together.
    Photographs {
        /// How many so far.
        done: usize,
        /// How many there are.
        total: usize,
        /// How many of those read so far cannot be decoded.
        unreadable: usize,
    },
    /// Something happened that a person should know, as a line of text.
    Note(String),
}
