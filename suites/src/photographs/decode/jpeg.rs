//! JPEG: baseline, progressive and with arithmetic coding; grey, RGB, YCbCr, CMYK and YCCK.

use super::frame::{Frame, has_end};
use super::libjpeg::{Decompressor, Samples};
use super::{Region, Unreadable, allowed, resize};

/// How many pixels beyond a window are decoded. Colours that are stored at half the width or less are interpolated, and
/// at the edge of what is decoded otherwise than within.
const MARGIN: u32 = 8;

/// A JPEG of known size.
pub(crate) struct Jpeg<'a> {
    decompressor: Decompressor<'a>,
    samples: Samples,
}

impl<'a> Jpeg<'a> {
    pub fn open(bytes: &'a [u8]) -> Result<Jpeg<'a>, Unreadable> {
        let Some(frame) = Frame::find(bytes) else {
            return Err(match has_end(bytes) {
                true => Unreadable::Damaged("it has no picture".to_owned()),
                false => Unreadable::Truncated,
            });
        };
        if !frame.is_ended(bytes) {
            return Err(Unreadable::Truncated);
        }
        allowed((frame.width, frame.height))?;
        let decompressor = Decompressor::open(bytes)?;
        let samples = match decompressor.components() {
            1 => Samples::Grey,
            3 => Samples::Rgb,
            4 => Samples::Cmyk,
            components => {
                return Err(Unreadable::Damaged(format!("a pixel has {components} colours, not 1, 3 or 4")));
            }
        };
        Ok(Jpeg { decompressor, samples })
    }

    pub fn size(&self) -> (u32, u32) {
        self.decompressor.size()
    }

    /// What is decoded for a window: left, top, right and bottom. Of a file with many scans, rows from the first on: what
    /// is missing in a progressive one is guessed from its neighbourhood, which needs all of it.
    fn decoded(&self, [left, top, width, height]: [u32; 4]) -> [u32; 4] {
        let right = (left + width + MARGIN).min(self.size().0);
        match self.decompressor.has_many_scans() {
            true => [0, 0, self.size().0, top + height],
            false => [left.saturating_sub(MARGIN), top, right, top + height],
        }
    }

    /// A file whose rows do not come one after the other has all of its coefficients decoded first, of two bytes each,
    /// in units of up to 32 pixels a side.
    pub fn held(&self, window: [u32; 4]) -> u64 {
        let [left, top, right, bottom] = self.decoded(window);
        let pixels = 3 * u64::from(right - left + 32) * u64::from(bottom - top);
        if !self.decompressor.has_many_scans() {
            return pixels;
        }
        let whole = |side: u32| u64::from(side).next_multiple_of(32);
        let (width, height) = self.size();
        pixels + 2 * u64::from(self.decompressor.components()) * whole(width) * whole(height)
    }

    pub fn window(mut self, window: [u32; 4], pixels: &mut Vec<u8>) -> Result<Region, Unreadable> {
        let [left, top, right, bottom] = self.decoded(window);
        let (left, width) = self.decompressor.start(self.samples, top, (left, right))?;
        let height = bottom - top;
        let columns = width as usize;
        resize(pixels, 3 * columns * height as usize);
        let mut samples = vec![0; 4 * columns];
        for row in pixels.chunks_exact_mut(3 * columns) {
            match self.samples {
                Samples::Rgb => self.decompressor.row(row)?,
                Samples::Grey => {
                    self.decompressor.row(&mut samples[..columns])?;
                    for (pixel, grey) in row.as_chunks_mut::<3>().0.iter_mut().zip(&samples) {
                        *pixel = [*grey; 3];
                    }
                }
                Samples::Cmyk => {
                    self.decompressor.row(&mut samples)?;
                    let samples = samples.as_chunks::<4>().0;
                    for (pixel, &[cyan, magenta, yellow, black]) in
                        row.as_chunks_mut::<3>().0.iter_mut().zip(samples)
                    {
                        *pixel = [cyan, magenta, yellow].map(|ink| seen(ink, black));
                    }
                }
            }
        }
        Ok(Region { left, top, width, height })
    }
}

/// What is seen of an ink under black, both stored inverted, as Pillow takes them to be in every JPEG: their product,
/// rounded with Pillow's `255 - (255 - ink) * black / 255`.
fn seen(ink: u8, black: u8) -> u8 {
    let product = u32::from(255 - ink) * u32::from(black) + 128;
    black.saturating_sub(((product + (product >> 8)) >> 8) as u8)
}
