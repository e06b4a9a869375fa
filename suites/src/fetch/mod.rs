//! Downloading a publisher's archive, and resuming an interrupted download.

mod archive;
mod checksum;
mod download;
mod error;
mod patience;
mod progress;
mod trust;

pub(crate) use archive::{Archive, lock, set_aside};
pub(crate) use checksum::{md5_hex, md5_of};
pub use error::FetchError;
pub use patience::Patience;
pub use progress::FetchProgress;
