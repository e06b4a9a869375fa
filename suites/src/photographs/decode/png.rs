//! PNG, converted to RGB as Pillow converts it: palettes are looked up, grey is replicated, of 16 bits
//! the higher 8 are kept (but 16-bit grey is clipped at 255), transparency is dropped.

use std::io::Cursor;

use png::{BitDepth, ColorType, Decoder, DecodingError, Reader, Transformations};

use super::{Unreadable, resize};

/// A PNG of known size.
pub(crate) struct Png<'a>(Reader<Cursor<&'a [u8]>>);

impl<'a> Png<'a> {
    pub fn open(bytes: &'a [u8]) -> Result<Png<'a>, Unreadable> {
        let mut decoder = Decoder::new(Cursor::new(bytes));
        decoder.set_transformations(Transformations::EXPAND);
        decoder.read_info().map(Png).map_err(unreadable)
    }

    pub fn size(&self) -> (u32, u32) {
        self.0.info().size()
    }

    /// Decodes all rows.
    pub fn rows(mut self, pixels: &mut Vec<u8>) -> Result<u32, Unreadable> {
        let (width, height) = self.size();
        let length = self.0.output_buffer_size().ok_or(Unreadable::TooLarge { width, height })?;
        let mut samples = vec![0; length];
        let frame = self.0.next_frame(&mut samples).map_err(unreadable)?;
        // The last chunk shows whether the file is complete.
        self.0.finish().map_err(unreadable)?;
        resize(pixels, 3 * width as usize * height as usize);
        let grey = matches!(frame.color_type, ColorType::Grayscale | ColorType::GrayscaleAlpha);
        let wide = frame.bit_depth == BitDepth::Sixteen;
        let clipped = wide && frame.color_type == ColorType::Grayscale;
        let bytes = if wide { 2 } else { 1 };
        let step = bytes * frame.color_type.samples();
        for (pixel, samples) in pixels.chunks_exact_mut(3).zip(samples.chunks_exact(step)) {
            for (channel, value) in pixel.iter_mut().enumerate() {
                let at = if grey { 0 } else { bytes * channel };
                *value = if clipped && samples[0] > 0 { 255 } else { samples[at + usize::from(clipped)] };
            }
        }
        Ok(height)
    }
}

fn unreadable(error: DecodingError) -> Unreadable {
    match error {
        DecodingError::IoError(cause) if cause.kind() == std::io::ErrorKind::UnexpectedEof => {
            Unreadable::Truncated
        }
        error => Unreadable::Damaged(error.to_string()),
    }
}
