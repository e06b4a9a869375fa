//! ImageNet, and every set of photographs that lies in class folders like it.
//!
//! `train/CLASS/*` and `val/CLASS/*` are read as torchvision's `ImageFolder` reads them, decoded as
//! Pillow decodes them and transformed as torchvision transforms them, without either of the two.
//! A set may also be a *pack* ([`pack()`]): the same photographs decoded once and kept as rows of
//! bytes. A small set of drawn pictures ([`generate()`]) shows that everything works where there is
//! no data. What was read is told by name and fingerprint.

mod crop;
mod data_set;
mod decode;
mod drawing;
mod error;
mod folder;
mod generate;
mod load_error;
mod loader;
mod marker;
mod pack;
mod photographs;
mod progress;
mod resample;
mod scan;
mod skipped;
mod threads;
mod verify;

pub use data_set::{Identity, ImageNet, identify};
pub use decode::Unreadable;
pub use error::DataError;
pub use generate::{GenerateError, Generated, MOST_CLASSES, generate};
pub use load_error::LoadError;
pub use loader::{Loader, Place, Sizes};
pub use marker::MARKER_FILE;
pub use pack::{PackError, PackFault, Packed, pack};
pub use photographs::Photographs;
pub use progress::Progress;
pub use threads::ThreadError;
pub use verify::{Bad, Verified, VerifyError, verify};
