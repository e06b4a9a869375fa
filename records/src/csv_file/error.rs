//! Why records or measurements could not be read or written.

use std::io;
use std::path::PathBuf;

use crate::Complaint;
use crate::remedy::remedy;

/// Why records or measurements could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file exists and cannot be read.
    #[error("cannot read {}; {}", path.display(), remedy(source))]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The directory, the lock or the new file cannot be written.
    #[error("cannot write {}; {}", path.display(), remedy(source))]
    Write {
        /// What was to be written.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The file holds rows that a rewrite would lose.
    #[error(
        "{complaint}{}; {what} was left as it is, because a rewrite would lose what cannot be read: \
         correct or delete the line, then run the same command again",
        and_more(*more)
    )]
    Unreadable {
        /// The first row that could not be read.
        complaint: Complaint,
        /// How many others there are.
        more: usize,
        /// What was to change.
        what: String,
    },
    /// A record without a key cannot be found again.
    #[error("a record of suite {suite:?} has no key; give it the key of its trial")]
    NoKey {
        /// The record's suite.
        suite: String,
    },
    /// A measurement without a key belongs to nothing.
    #[error("a throughput measured on {device:?} has no key; give it the key of the trial or the network")]
    NoFpsKey {
        /// The device it was measured on.
        device: String,
    },
}

/// That there are `more` lines like the one just named; nothing if there are none.
pub(crate) fn and_more(more: usize) -> String {
    if more == 0 { String::new() } else { format!(" (and {more} more like it)") }
}
