//! Pictures of runs that the page holds itself: PNG files as addresses that need no network.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The first bytes of every PNG file: the signature, and the length and name of the header.
const START: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";

/// A picture in the page.
#[derive(Debug, PartialEq, Eq)]
pub struct Picture {
    /// Its width, pixels.
    pub width: u32,
    /// Its height, pixels.
    pub height: u32,
    /// The file as an address.
    pub url: String,
}

impl Picture {
    /// The picture of a PNG file; none if it is not one.
    pub fn of_png(bytes: &[u8]) -> Option<Picture> {
        let header = bytes.strip_prefix(START)?;
        let number = |at: usize| Some(u32::from_be_bytes(header.get(at..at + 4)?.try_into().ok()?));
        let (width, height) = (number(0)?, number(4)?);
        let url = format!("data:image/png;base64,{}", STANDARD.encode(bytes));
        (width > 0 && height > 0).then_some(Picture { width, height, url })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::PIXEL;

    #[test]
    fn a_picture_has_its_size_and_its_bytes() {
        let picture = Picture::of_png(PIXEL).unwrap();
        assert_eq!((picture.width, picture.height), (1, 1));
        let body = picture.url.strip_prefix("data:image/png;base64,").unwrap();
        assert_eq!(STANDARD.decode(body).unwrap(), PIXEL);
    }

    #[test]
    fn what_is_not_a_png_is_no_picture() {
        for bytes in [&b""[..], b"GIF89a", &PIXEL[..20], b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\0\x01"] {
            assert_eq!(Picture::of_png(bytes), None);
        }
    }
}
