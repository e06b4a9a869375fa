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

    /// The bytes of its pixels and, where rows are interlaced, of all samples of the file.
    pub fn held(&self) -> u64 {
        let (width, height) = self.size();
        let samples = if self.0.info().interlaced { self.layout().step as u64 } else { 0 };
        u64::from(width) * u64::from(height) * (3 + samples)
    }

    fn layout(&self) -> SampleLayout {
        SampleLayout::of(self.0.output_color_type())
    }

    /// Decodes all rows, one after the other if they are stored so.
    pub fn rows(mut self, pixels: &mut Vec<u8>) -> Result<u32, Unreadable> {
        let ((width, height), layout) = (self.size(), self.layout());
        resize(pixels, 3 * width as usize * height as usize);
        if self.0.info().interlaced {
            let length = self.0.output_buffer_size().ok_or(Unreadable::TooLarge { width, height })?;
            let mut samples = vec![0; length];
            self.0.next_frame(&mut samples).map_err(unreadable)?;
            layout.convert(&samples, pixels);
        } else {
            for row in pixels.chunks_exact_mut(3 * width as usize) {
                let samples = self.0.next_row().map_err(unreadable)?.ok_or(Unreadable::Truncated)?;
                layout.convert(samples.data(), row);
            }
        }
        // The last chunk shows whether the file is complete.
        self.0.finish().map_err(unreadable)?;
        Ok(height)
    }
}

/// How the samples of a pixel lie.
#[derive(Clone, Copy)]
struct SampleLayout {
    grey: bool,
    /// Bytes of a sample.
    bytes: usize,
    /// Whether grey of 16 bits is clipped at 255.
    clipped: bool,
    /// Bytes of a pixel.
    step: usize,
}

impl SampleLayout {
    fn of((colours, depth): (ColorType, BitDepth)) -> SampleLayout {
        let grey = matches!(colours, ColorType::Grayscale | ColorType::GrayscaleAlpha);
        let wide = depth == BitDepth::Sixteen;
        let bytes = if wide { 2 } else { 1 };
        SampleLayout {
            grey,
            bytes,
            clipped: wide && colours == ColorType::Grayscale,
            step: bytes * colours.samples(),
        }
    }

    /// Makes samples pixels of three bytes.
    fn convert(self, samples: &[u8], pixels: &mut [u8]) {
        let SampleLayout { grey, bytes, clipped, step } = self;
        for (pixel, samples) in pixels.chunks_exact_mut(3).zip(samples.chunks_exact(step)) {
            for (channel, value) in pixel.iter_mut().enumerate() {
                let at = if grey { 0 } else { bytes * channel };
                *value = if clipped && samples[0] > 0 { 255 } else { samples[at + usize::from(clipped)] };
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
