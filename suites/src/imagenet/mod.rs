//! ImageNet, and every set of photographs that lies in class folders like it.
//!
//! `train/CLASS/*` and `val/CLASS/*` are read as torchvision's `ImageFolder` reads them, decoded as
//! Pillow decodes them and transformed as torchvision transforms them, without either of the two.
//! A set may also be a *pack* ([`pack()`]): the same photographs decoded once and kept as rows of
//! bytes. A small set of drawn pictures ([`generate()`]) shows that everything works where there is
//! no data. What was read is told by name and fingerprint.

mod data_set;
mod drawing;
mod error;
mod folder;
mod generate;
mod marker;
mod pack;
mod progress;
mod recipe;
mod scan;
mod suite;
mod verify;

pub use data_set::{Identity, ImageNet, identify};
pub use error::DataError;
pub use generate::{GenerateError, Generated, MOST_CLASSES, generate};
pub use marker::MARKER_FILE;
pub use pack::{PackError, PackFault, Packed, pack};
pub use progress::Progress;
pub use suite::SUITE;
pub use verify::{Bad, Verified, VerifyError, verify};
