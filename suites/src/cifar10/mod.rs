//! CIFAR-10: the published binary version, and a generated set in the same format.
//!
//! Both are read by the same loader, so everything that runs on the real data also runs, on a
//! machine that has nothing, on data drawn from a seed. What was read is told by name and
//! fingerprint, and neither can be mistaken for the other.

mod checksum;
mod download;
mod error;
mod fetch;
mod fingerprint;
mod folder;
mod format;
mod generate;
mod load;
mod patience;
mod picture;
mod publisher;
mod recipe;
mod suite;
mod unpack;
mod verify;

pub use error::DataError;
pub use fetch::{FetchError, Fetched, Progress, fetch};
pub use fingerprint::{Identity, fingerprint};
pub use folder::{META_FILE, SUBFOLDER, TEST_FILE, train_file};
pub use format::{CLASSES, Images, PIXELS, RECORD, SIDE};
pub use generate::{CHECKSUMS_FILE, GenerateError, Generated, MARKER_FILE, generate};
pub use load::Cifar10;
pub use patience::Patience;
pub use picture::CLASS_NAMES as GENERATED_CLASSES;
pub use publisher::Publisher;
pub use suite::SUITE;
pub use verify::{FileReport, FileState, verify, verify_against};
