//! A pack: the photographs of a set decoded once, made smaller, and kept as rows of RGB bytes.
//!
//! Reading a pack needs no decoding, so a few cores keep up with a fast device. The price is disk
//! space: a photograph of ImageNet whose shorter side is resized to 256 pixels has about 256 x 341 x 3 bytes, the
//! whole set about 330 GB (twice that of the JPEG files), and no pixel beyond these for close-up windows.
//!
//! A pack is a folder:
//!
//! | file | what |
//! |---|---|
//! | `pack.toml` | what was packed, and how; written last, so a pack without it is not finished |
//! | `train.pack`, `val.pack` | images one after the other, rows of RGB bytes |
//! | `train.index`, `val.index` | a record of 64 bytes for each image: place, size, label, checksum |
//! | `unfinished.toml` | instead of `pack.toml` while the pack is being written |

mod error;
mod header;
mod images;
mod output;
mod record;
mod write;

pub use error::{PackError, PackFault};
pub(super) use header::{PackHeader, is_pack};
pub(super) use images::PackedImages;
pub use write::pack;
