//! PNG, converted to RGB as Pillow converts it: palettes are looked up, grey is replicated, of 16 bits the higher 8
//! are kept (but 16-bit grey is clipped at 255), transparency is dropped.

use std::io::Cursor;

use png::{BitDepth, ColorType, Decoder, DecodingError, Reader, Transformations};

use super::{Region, Unreadable, resize};

/// A PNG of known size.
pub(crate) struct Png<'a>(Reader<Cursor<&'a [u8]>>);

impl<'a> Png<'a> {
    pub fn open(bytes: &'a [u8]) -> Result<Png<'a>, Unreadable> {
        let mut decoder = Decoder::new(Cursor::new(bytes));
        // Samples as they are stored: what would be expanded with them is transparency, and grey then not clipped.
        decoder.set_transformations(Transformations::IDENTITY);
        decoder.read_info().map(Png).map_err(unreadable)
    }

    pub fn size(&self) -> (u32, u32) {
        self.0.info().size()
    }

    /// The bytes of its pixels and, where rows are interlaced, of all samples of the file.
    pub fn held(&self) -> u64 {
        let (width, height) = self.size();
        // The row's first byte says how it is filtered, and is no sample.
        let samples = if self.0.info().interlaced { self.0.info().raw_row_length() as u64 - 1 } else { 0 };
        u64::from(height) * (3 * u64::from(width) + samples)
    }

    /// Decodes all rows, one after the other if they are stored so. What follows them may be missing.
    pub fn all(mut self, pixels: &mut Vec<u8>) -> Result<Region, Unreadable> {
        let (width, height) = self.size();
        let layout = SampleLayout::of(&self.0)?;
        resize(pixels, 3 * width as usize * height as usize);
        let rows = pixels.chunks_exact_mut(3 * width as usize);
        if self.0.info().interlaced {
            let length = self.0.output_buffer_size().ok_or(Unreadable::TooLarge { width, height })?;
            let mut samples = vec![0; length];
            self.0.next_frame(&mut samples).map_err(unreadable)?;
            for (row, samples) in rows.zip(samples.chunks_exact(length / height as usize)) {
                layout.convert(samples, row);
            }
        } else {
            for row in rows {
                let samples = self.0.next_row().map_err(unreadable)?.ok_or(Unreadable::Truncated)?;
                layout.convert(samples.data(), row);
            }
        }
        Ok(Region { left: 0, top: 0, width, height })
    }
}

/// How the samples of a pixel lie, and what they mean.
enum SampleLayout {
    /// Several pixels a byte, or one, the first in its highest bits: how many bits each has, and the colour of each value.
    Looked { bits: usize, colours: Box<[[u8; 3]; 256]> },
    /// Grey of 16 bits, clipped.
    Clipped,
    /// So many bytes a pixel, of which these are red, green and blue.
    Bytes { step: usize, at: [usize; 3] },
}

impl SampleLayout {
    fn of(reader: &Reader<Cursor<&[u8]>>) -> Result<SampleLayout, Unreadable> {
        let info = reader.info();
        let bits = info.bit_depth as usize;
        let wide = usize::from(info.bit_depth == BitDepth::Sixteen);
        let bytes = 1 + wide;
        let (step, at) = match info.color_type {
            ColorType::Grayscale if wide == 1 => return Ok(SampleLayout::Clipped),
            ColorType::Grayscale => {
                let most = (1 << bits) - 1;
                let grey = |value: usize| [(value.min(most) * 255 / most) as u8; 3];
                return Ok(SampleLayout::Looked { bits, colours: Box::new(std::array::from_fn(grey)) });
            }
            ColorType::Indexed => {
                let palette =
                    info.palette.as_ref().ok_or(Unreadable::Damaged("it has no palette".to_owned()))?;
                let palette = palette.as_chunks::<3>().0;
                // What the file says nothing of is black.
                let colour = |value: usize| palette.get(value).copied().unwrap_or_default();
                return Ok(SampleLayout::Looked { bits, colours: Box::new(std::array::from_fn(colour)) });
            }
            ColorType::GrayscaleAlpha => (2 * bytes, [0; 3]),
            ColorType::Rgb => (3 * bytes, [0, bytes, 2 * bytes]),
            ColorType::Rgba => (4 * bytes, [0, bytes, 2 * bytes]),
        };
        Ok(SampleLayout::Bytes { step, at })
    }

    /// Makes the samples of a row pixels of three bytes.
    fn convert(&self, samples: &[u8], pixels: &mut [u8]) {
        let pixels = pixels.as_chunks_mut::<3>().0.iter_mut();
        match self {
            SampleLayout::Looked { bits, colours } => {
                for (number, pixel) in pixels.enumerate() {
                    let at = number * bits;
                    let value = samples[at / 8] >> (8 - bits - at % 8);
                    *pixel = colours[usize::from(value) & ((1 << bits) - 1)];
                }
            }
            SampleLayout::Clipped => {
                for (pixel, &[high, low]) in pixels.zip(samples.as_chunks::<2>().0) {
                    *pixel = [if high > 0 { 255 } else { low }; 3];
                }
            }
            SampleLayout::Bytes { step, at } => {
                for (pixel, samples) in pixels.zip(samples.chunks_exact(*step)) {
                    *pixel = at.map(|at| samples[at]);
                }
            }
        }
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
