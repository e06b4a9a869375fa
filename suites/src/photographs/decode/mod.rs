//! From the bytes of a file to rows of RGB, as Pillow's `Image.open(file).convert("RGB")` gives them.
//!
//! The format of a file is recognised by its first bytes and not by its name: ImageNet has a PNG whose name ends
//! in .JPEG. JPEG and PNG are decoded. As in torchvision's `ImageFolder`, an orientation in the EXIF
//! data is not applied, colour profiles are not, and transparency is dropped; a file that ends too
//! early is an error, and one that is damaged within is decoded as far as it goes.

mod frame;
mod header;
mod jpeg;
mod libjpeg;
mod png;
mod sniff;
#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub(crate) use self::header::size_of;

use self::jpeg::Jpeg;
use self::png::Png;
use self::sniff::FileFormat;
use super::memory;
use crate::DataFileError;

/// The most pixels a photograph may have. Pillow refuses more, lest a small file fill memory.
const MOST_PIXELS: u64 = 178_956_970;

/// Why a photograph cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The file is empty.
    #[error("the file is empty")]
    Empty,
    /// Something else has its name.
    #[error("it is not a file but a folder, a pipe, a socket, a device or a link that leads nowhere")]
    NotAFile,
    /// It is neither a JPEG nor a PNG.
    #[error("it is neither JPEG nor PNG but seems to be {seems}")]
    Foreign {
        /// What it looks like.
        seems: &'static str,
    },
    /// It ends before the picture does.
    #[error("the file is truncated")]
    Truncated,
    /// It has too many pixels.
    #[error("it claims to have {width} x {height} pixels, more than the {MOST_PIXELS} that are decoded")]
    TooLarge {
        /// Its width in pixels.
        width: u32,
        /// Its height in pixels.
        height: u32,
    },
    /// Decoding it would take too much memory.
    #[error("decoding it takes {bytes} bytes, more than the {} that a photograph may take", memory::MOST)]
    TakesTooMuch {
        /// What it would take.
        bytes: u64,
    },
    /// Its file is too long.
    #[error("its file has {bytes} bytes, more than the {} that are read", memory::MOST_OF_FILE)]
    LongFile {
        /// Its length.
        bytes: u64,
    },
    /// It violates its format.
    #[error("it cannot be decoded: {0}")]
    Damaged(String),
    /// The checksum of an image in a pack does not match.
    #[error("checksum mismatch: it is not the image that was packed")]
    Checksum,
    /// It cannot be read from the disk.
    #[error(transparent)]
    File(#[from] DataFileError),
}

impl Unreadable {
    /// What makes the photograph readable, or lets the set do without it.
    pub(crate) fn remedy(&self) -> &'static str {
        match self {
            Unreadable::Checksum => "delete the folder of the pack and pack the set again",
            _ => "replace or remove the file",
        }
    }
}

/// A photograph's file whose size is known and whose pixels are still to be decoded.
pub(crate) enum Encoded<'a> {
    Jpeg(Jpeg<'a>),
    Png(Box<Png<'a>>),
}

/// What is decoded of a photograph: a rectangle of pixels, not less than what was asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Region {
    pub left: u32,
    pub top: u32,
    pub width: u32,
    pub height: u32,
}

impl<'a> Encoded<'a> {
    /// Finds out the format and size of a file's bytes.
    pub fn open(bytes: &'a [u8]) -> Result<Encoded<'a>, Unreadable> {
        let encoded = match sniff::format(bytes)? {
            FileFormat::Jpeg => Encoded::Jpeg(Jpeg::open(bytes)?),
            FileFormat::Png => Encoded::Png(Box::new(unwinding(|| Png::open(bytes))?)),
        };
        allowed(encoded.size())?;
        Ok(encoded)
    }

    /// Width and height in pixels.
    pub fn size(&self) -> (u32, u32) {
        match self {
            Encoded::Jpeg(jpeg) => jpeg.size(),
            Encoded::Png(png) => png.size(),
        }
    }

    /// The bytes that are held while at least a window is decoded, their pixels among them.
    pub fn held(&self, window: [u32; 4]) -> u64 {
        match self {
            Encoded::Jpeg(jpeg) => jpeg.held(window),
            Encoded::Png(png) => png.held(),
        }
    }

    /// Decodes at least a window, given as left, top, width and height, into `pixels`, three bytes per pixel, in place
    /// of what is there. Pixels beyond the window may differ from those of the photograph.
    pub fn window(self, window: [u32; 4], pixels: &mut Vec<u8>) -> Result<Region, Unreadable> {
        match self {
            Encoded::Jpeg(jpeg) => jpeg.window(window, pixels),
            Encoded::Png(png) => unwinding(|| png.all(pixels)),
        }
    }
}

/// Refuses a width and height of too many pixels or of none.
fn allowed((width, height): (u32, u32)) -> Result<(), Unreadable> {
    match u64::from(width) * u64::from(height) {
        0 => Err(Unreadable::Damaged("it has no pixels".to_owned())),
        pixels if pixels > MOST_PIXELS => Err(Unreadable::TooLarge { width, height }),
        _ => Ok(()),
    }
}

/// Makes a decoder's panic, which can only mean a file that its author did not think of, an error.
fn unwinding<T>(decode: impl FnOnce() -> Result<T, Unreadable>) -> Result<T, Unreadable> {
    catch_unwind(AssertUnwindSafe(decode))
        .unwrap_or_else(|_| Err(Unreadable::Damaged("the decoder gave up".to_owned())))
}

/// Makes the buffer `length` bytes long. What is in it does not matter: all of it is written over.
fn resize(buffer: &mut Vec<u8>, length: usize) {
    if buffer.len() < length {
        buffer.resize(length, 0);
    } else {
        buffer.truncate(length);
    }
}
