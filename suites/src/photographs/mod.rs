//! Photographs in files: decoded as Pillow decodes them and transformed as torchvision transforms them,
//! without either of the two.
//!
//! A suite says where the photographs of a split are ([`Photographs`]); a [`Loader`] makes batches of
//! them on threads of its own. What it is made of also serves photographs in which objects are marked
//! ([`crate::detection::DetectionLoader`]).

mod crop;
mod decode;
mod load_error;
mod loader;
mod memory;
mod resample;
mod skipped;
mod storage;
mod workers;

pub(crate) use crop::shorter_side;
pub use decode::Unreadable;
pub(crate) use decode::size_of;
pub use load_error::LoadError;
pub(crate) use loader::GREY;
pub use loader::{BatchPlace, Loader};
pub(crate) use resample::{PixelRows, Resampler, mirror};
pub(crate) use skipped::Skipped;
pub(crate) use storage::{Buffers, Opened, Storage};
pub use storage::{Photographs, size};
pub(crate) use workers::Workers;
