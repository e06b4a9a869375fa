//! CIFAR-10: the published binary version, and a synthetic set in the same format.
//!
//! Both are read by the same loader, so everything that runs on the real data also runs, on a machine
//! without data, on images drawn from a seed. A name and a fingerprint say what was read, and neither set
//! can be mistaken for the other.

mod error;
mod fetch;
mod fingerprint;
mod folder;
mod format;
mod generate;
mod generated_set;
mod load;
mod operations;
mod publisher;
pub(crate) mod recipe;
mod suite;
mod synthetic;
mod unpack;
mod verify;

pub use error::Cifar10Error;
pub use fetch::fetch;
pub(crate) use fetch::fetch_with_note;
pub use fingerprint::fingerprint;
pub use folder::{CHECKSUMS_FILE, MARKER_FILE, META_FILE, SUBFOLDER, TEST_FILE, train_file};
pub(crate) use folder::{is_generated, names_in};
pub use format::{CLASSES, PIXELS, RECORD, SIDE, parse, to_records};
pub(crate) use format::{from_records, is_pointer};
pub use generate::generate;
pub(crate) use generated_set::{GeneratedSet, labels};
pub use load::Cifar10;
pub use publisher::Publisher;
pub use suite::SUITE;
pub use synthetic::CLASS_NAMES as SYNTHETIC_CLASSES;
pub(crate) use synthetic::draw;
pub(crate) use verify::verify_located;
pub use verify::{FileReport, FileState, verify, verify_against};
