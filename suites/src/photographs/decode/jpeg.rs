//! JPEG: baseline and progressive, grey, RGB, YCbCr, CMYK and YCCK.

use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;
use zune_jpeg::errors::DecodeErrors;

use super::frame::{Frame, has_end};
use super::{Unreadable, resize};

/// A JPEG of known size.
pub(crate) struct Jpeg<'a> {
    bytes: &'a mut [u8],
    frame: Frame,
    /// Whether the components are red, green and blue without the decoder's knowing it.
    rgb: bool,
}

impl<'a> Jpeg<'a> {
    pub fn open(bytes: &'a mut [u8]) -> Result<Jpeg<'a>, Unreadable> {
        let Some(frame) = Frame::find(bytes) else {
            return Err(match has_end(bytes) {
                true => Unreadable::Damaged("it has no picture".to_owned()),
                false => Unreadable::Truncated,
            });
        };
        if !frame.is_ended(bytes) {
            return Err(Unreadable::Truncated);
        }
        let rgb = frame.take_back_rgb(bytes);
        Ok(Jpeg { bytes, frame, rgb })
    }

    pub fn size(&self) -> (u32, u32) {
        (self.frame.width, self.frame.height)
    }

    /// A file whose rows do not come one after the other has all of its coefficients decoded first, of two bytes each.
    pub fn held(&self, rows: u32) -> u64 {
        let Frame { width, height, components, .. } = self.frame;
        let pixels = u64::from(width) * u64::from(self.frame.height_for(rows).unwrap_or(height));
        pixels * if self.frame.is_sequential() { 3 } else { 3 + 2 * u64::from(components) }
    }

    pub fn rows(mut self, rows: u32, pixels: &mut Vec<u8>) -> Result<u32, Unreadable> {
        let height = self.frame.shorten(self.bytes, rows);
        resize(pixels, 3 * self.frame.width as usize * height as usize);
        let options = DecoderOptions::default()
            .jpeg_set_out_colorspace(ColorSpace::RGB)
            .set_max_width(usize::from(u16::MAX))
            .set_max_height(usize::from(u16::MAX));
        let mut decoder = JpegDecoder::new_with_options(ZCursor::new(&*self.bytes), options);
        decoder.decode_headers().map_err(damaged)?;
        if let (true, Some(believed)) = (self.rgb, decoder.input_colorspace()) {
            decoder.set_options(options.jpeg_set_out_colorspace(believed));
        }
        decoder.decode_into(pixels).map_err(damaged)?;
        Ok(height)
    }
}

fn damaged(error: DecodeErrors) -> Unreadable {
    Unreadable::Damaged(error.to_string())
}
