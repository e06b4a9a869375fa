//! The augmentation of SSD (arXiv 1512.02325, sections 2.2 and 3.6), in the order of the code for
//! SSD512-ResNet50 in SMCP.
//!
//! | step | chance | range |
//! |---|---|---|
//! | brightness, contrast, saturation, in random order with hue | 1/2 each | factor 0.5 to 1.5 |
//! | hue | 1/2 | -18/255 to 18/255 of a turn |
//! | zoom-out: a larger canvas of ImageNet's mean colour | 1/2 | 1 to 4 times as wide and high |
//! | crop: a window that overlaps an object by at least a choice of 0, 0.1, 0.3, 0.5, 0.7, 0.9 | 6/7 | sides 0.3 to 1, width to height 1/2 to 2 |
//! | mirror | 1/2 | |
//! | resize to a square, bilinear with antialiasing | 1 | |
//!
//! Objects whose centre is in the window are kept and cut off at its edges. Fifty windows are tried for a choice,
//! then another choice is made; after fifty choices nothing is cut off.
//!
//! Where that code is known to be at fault, the paper's rule is taken: one object has to overlap the window by
//! the choice, not all; mirroring is exact (its boxes are off by one pixel); photographs without objects are
//! used, with any window; and difficult objects can be left out, before the crop looks at them.
//!
//! Two things are done in another way to save time. Only what is seen is changed in colour and resized, so what
//! lies outside of the window has no influence on the pixels at its edge, and the canvas is not painted: the
//! photograph is resized to its place, whose edges are whole pixels of the image, and boxes are moved along.
//!
//! All arithmetic up to the resizing is in operations that IEEE 754 fixes, so the same random numbers
//! give the same windows, boxes and colours on every machine.

mod colours;
mod crop;
mod pixels;
mod rectangle;
mod view;
mod zoom_out;

use self::colours::Colours;
use self::crop::Window;
pub(super) use self::rectangle::Rectangle;
use self::view::View;
use self::zoom_out::Canvas;
use crate::photographs::{PixelRows, Resampler, mirror};
use crate::synthetic::RandomStream;

/// ImageNet's mean colour (0.485, 0.456, 0.406) in bytes.
const MEAN: [u8; 3] = [124, 116, 104];

/// What is done to one photograph.
#[derive(Debug, PartialEq)]
pub(super) struct Augmentation {
    colours: Colours,
    /// None if the window holds nothing of the photograph.
    view: Option<View>,
    mirrored: bool,
    side: u32,
}

/// Working memory, reused for the next photograph.
#[derive(Default)]
pub(super) struct Scratch {
    seen: Vec<u8>,
    placed: Vec<u8>,
}

impl Augmentation {
    /// A random augmentation of a photograph of this size with these objects, which makes it an image of `side`
    /// pixels.
    pub fn draw(
        size: (u32, u32),
        objects: &[Rectangle],
        side: u32,
        random: &mut RandomStream,
    ) -> Augmentation {
        let colours = Colours::draw(random);
        let canvas = Canvas::draw(size, random);
        let (right, down) = (f64::from(canvas.left), f64::from(canvas.top));
        let objects: Vec<Rectangle> = objects.iter().map(|object| object.moved(right, down)).collect();
        let window = Window::draw((canvas.width, canvas.height), &objects, random);
        let mirrored = random.below(2) == 1;
        Augmentation { colours, view: View::new(size, canvas, window, side), mirrored, side }
    }

    /// Where an object of the photograph is in the image: left, top, right and bottom as fractions. Nothing if
    /// its centre is not seen.
    pub fn place(&self, object: &Rectangle) -> Option<[f64; 4]> {
        let side = f64::from(self.side);
        let Rectangle { left, top, right, bottom } = self.view.as_ref()?.place(object)?;
        let (left, right) = if self.mirrored { (side - right, side - left) } else { (left, right) };
        Some([left, top, right, bottom].map(|edge| edge / side))
    }

    /// How many rows of a photograph of this height have to be decoded.
    pub fn rows(&self, height: u32) -> u32 {
        let seen = self.view.as_ref().map_or(1, |view| view.rows.to);
        if self.colours.need_all() { height } else { seen }
    }

    /// Makes the photograph, of which there are at least [`Augmentation::rows`], an image.
    ///
    /// # Panics
    /// If `out` is not of three bytes per pixel.
    pub fn paint(
        &self,
        photograph: PixelRows,
        resampler: &mut Resampler,
        scratch: &mut Scratch,
        out: &mut [u8],
    ) {
        let Some(view) = &self.view else {
            return out.as_chunks_mut().0.fill(MEAN);
        };
        let (columns, rows) = (view.columns, view.rows);
        let (photograph, left, top) = if self.colours.are_kept() {
            (photograph, columns.from, rows.from)
        } else {
            (self.colours.change(photograph, view, &mut scratch.seen), 0, 0)
        };
        let (seen, size) = ([left, top, columns.source(), rows.source()], (columns.target(), rows.target()));
        if size == (self.side, self.side) {
            resampler.rectangle(photograph, seen, size, out);
        } else {
            let length = 3 * size.0 as usize;
            scratch.placed.resize(length * size.1 as usize, 0);
            resampler.rectangle(photograph, seen, size, &mut scratch.placed);
            out.as_chunks_mut().0.fill(MEAN);
            let places = out.chunks_exact_mut(3 * self.side as usize).skip(rows.start as usize);
            for (place, row) in places.zip(scratch.placed.chunks_exact(length)) {
                place[3 * columns.start as usize..][..length].copy_from_slice(row);
            }
        }
        if self.mirrored {
            out.chunks_exact_mut(3 * self.side as usize).for_each(mirror);
        }
    }
}

#[cfg(test)]
mod tests;
