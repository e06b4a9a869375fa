//! What goes wrong inside libtorch, in its own words.

use std::fmt;

/// A message from libtorch, or from the operating system about memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(String);

/// The result of a call into libtorch.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}
