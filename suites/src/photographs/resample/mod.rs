//! Makes a part of a picture larger or smaller with Pillow's bilinear filter: a triangle as wide as the
//! reduction, so that every pixel of the part counts.
//!
//! The arithmetic is that of Pillow 13, so that the bytes are: in whole numbers, in one direction after the other, and
//! rounded to bytes after each. (Libraries that resize with wider vectors round elsewhere.) Pillow begins across, unless
//! the height loses more than twice as many pixels as the width (its pull request 9549); versions before 13 always do,
//! and differ by a last bit there.

mod axis;
mod passes;

use self::axis::Axis;
use super::crop::{Centre, Crop};

/// Rows of RGB bytes: all of a picture, or a part of it.
#[derive(Clone, Copy)]
pub(crate) struct PixelRows<'a> {
    pub width: u32,
    pub height: u32,
    pub pixels: &'a [u8],
}

impl<'a> PixelRows<'a> {
    /// Bytes from a pixel to the one below.
    fn stride(&self) -> usize {
        3 * self.width as usize
    }

    /// The bytes from a pixel on.
    fn from(&self, column: usize, row: usize) -> &'a [u8] {
        &self.pixels[self.stride() * row + 3 * column..]
    }
}

/// Resamples, and keeps its working memory from one picture to the next.
#[derive(Default)]
pub(crate) struct Resampler {
    /// What is resized in one direction only.
    half: Vec<u8>,
}

/// The middle of a picture, to be resized: which pixels of it are needed, and with which weights.
pub(crate) struct Middle {
    across: Axis,
    down: Axis,
}

impl Middle {
    /// The middle of a picture of this size.
    pub fn new((width, height): (u32, u32), centre: &Centre) -> Middle {
        let Centre { resized, left, top, side } = *centre;
        Middle {
            across: Axis::new(width, resized.0, left..left + side),
            down: Axis::new(height, resized.1, top..top + side),
        }
    }

    /// The part of the picture that is needed: left, top, width and height.
    pub fn window(&self) -> [u32; 4] {
        let (columns, rows) = (self.across.sources(), self.down.sources());
        [columns.start, rows.start, columns.len(), rows.len()].map(|value| value as u32)
    }
}

impl Resampler {
    /// Makes a window of the picture a square of `side` pixels, as if nothing were outside of it.
    ///
    /// # Panics
    /// If the window is not in the picture, or `out` is not of three bytes per pixel.
    pub fn window(&mut self, rows: PixelRows, crop: Crop, side: u32, out: &mut [u8]) {
        self.rectangle(rows, [crop.left, crop.top, crop.width, crop.height], (side, side), out);
        if crop.mirrored {
            out.chunks_exact_mut(3 * side as usize).for_each(mirror);
        }
    }

    /// Makes the middle of a picture a square, as if all of it were resized and the square cut out then. `rows` is the
    /// part of the picture from the pixel `left`, `top` on.
    ///
    /// # Panics
    /// If the part lacks pixels that are needed, or `out` is not of three bytes per pixel.
    pub fn middle(&mut self, rows: PixelRows, (left, top): (u32, u32), middle: Middle, out: &mut [u8]) {
        let Middle { across, down } = middle;
        self.resize(rows, &across.moved(-i64::from(left)), &down.moved(-i64::from(top)), out);
    }

    /// Makes the picture `width` times `height` pixels large.
    ///
    /// # Panics
    /// If `out` is not of three bytes per pixel.
    pub fn whole(&mut self, rows: PixelRows, width: u32, height: u32, out: &mut [u8]) {
        self.rectangle(rows, [0, 0, rows.width, rows.height], (width, height), out);
    }

    /// Makes a window of the picture, given as left, top, width and height, so many pixels wide and high, as if
    /// nothing were outside of it.
    ///
    /// # Panics
    /// If the window is not in the picture, or `out` is not of three bytes per pixel.
    pub fn rectangle(
        &mut self,
        rows: PixelRows,
        [left, top, width, height]: [u32; 4],
        (new_width, new_height): (u32, u32),
        out: &mut [u8],
    ) {
        let across = Axis::new(width, new_width, 0..new_width).moved(left.into());
        let down = Axis::new(height, new_height, 0..new_height).moved(top.into());
        self.resize(rows, &across, &down, out);
    }

    fn resize(&mut self, rows: PixelRows, across: &Axis, down: &Axis, out: &mut [u8]) {
        assert_eq!(out.len(), 3 * across.len() * down.len(), "three bytes a pixel");
        match down.lost() > 2 * across.lost().max(0) {
            true => self.down_first(rows, across, down, out),
            false => self.across_first(rows, across, down, out),
        }
    }

    fn across_first(&mut self, rows: PixelRows, across: &Axis, down: &Axis, out: &mut [u8]) {
        let length = 3 * across.len();
        let seen = down.sources();
        self.half.resize(length * seen.len(), 0);
        for (row, half) in seen.clone().zip(self.half.chunks_exact_mut(length)) {
            passes::across(&rows.from(0, row)[..rows.stride()], across, half);
        }
        for (out, (first, weights)) in out.chunks_exact_mut(length).zip(down.each()) {
            passes::down(&self.half[length * (first - seen.start)..], length, weights, out);
        }
    }

    fn down_first(&mut self, rows: PixelRows, across: &Axis, down: &Axis, out: &mut [u8]) {
        let seen = across.sources();
        self.half.resize(rows.stride(), 0);
        for (out, (first, weights)) in out.chunks_exact_mut(3 * across.len()).zip(down.each()) {
            let half = &mut self.half[3 * seen.start..3 * seen.end];
            passes::down(rows.from(seen.start, first), rows.stride(), weights, half);
            passes::across(&self.half, across, out);
        }
    }
}

/// Turns a row round.
pub(crate) fn mirror(row: &mut [u8]) {
    let (pixels, _) = row.as_chunks_mut::<3>();
    pixels.reverse();
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDTH: u32 = 23;
    const HEIGHT: u32 = 17;

    fn pixels() -> Vec<u8> {
        let pixel =
            |x: u32, y: u32| [x * 37 + y * 11, x * x + 3 * y, x * y * 5].map(|value| (value % 256) as u8);
        (0..WIDTH * HEIGHT).flat_map(|i| pixel(i % WIDTH, i / WIDTH)).collect()
    }

    /// The expected bytes are what Pillow 13 gives for the picture `im` whose pixel (x, y) is
    /// `((x * 37 + y * 11) % 256, (x * x + 3 * y) % 256, (x * y * 5) % 256)`.
    #[test]
    fn windows_are_as_pillow_resizes_them() {
        let pixels = pixels();
        let rows = PixelRows { width: WIDTH, height: HEIGHT, pixels: &pixels };
        let crop = Crop { left: 3, top: 2, width: 17, height: 13, mirrored: false };
        let mut out = [0; 27];
        Resampler::default().window(rows, crop, 3, &mut out);
        // im.crop((3, 2, 20, 15)).resize((3, 3), Image.BILINEAR)
        let smaller = [
            139, 50, 112, 131, 133, 137, 136, 112, 137, 121, 62, 142, 132, 144, 127, 139, 121, 135, 116, 74,
            128, 121, 146, 119, 130, 106, 128,
        ];
        assert_eq!(out, smaller);
        let straight = out;
        Resampler::default().window(rows, Crop { mirrored: true, ..crop }, 3, &mut out);
        for (row, mirrored) in straight.chunks(9).zip(out.chunks(9)) {
            assert_eq!([&row[6..], &row[3..6], &row[..3]].concat(), mirrored);
        }
        let crop = Crop { left: 5, top: 4, width: 3, height: 2, mirrored: false };
        let mut out = [0; 48];
        Resampler::default().window(rows, crop, 4, &mut out);
        // im.crop((5, 4, 8, 6)).resize((4, 4), Image.BILINEAR)
        let larger = [
            229, 37, 100, 92, 44, 113, 24, 53, 128, 47, 61, 140, 232, 38, 106, 95, 45, 120, 27, 54, 136, 50,
            62, 149, 237, 39, 119, 100, 46, 134, 32, 55, 151, 55, 63, 166, 240, 40, 125, 103, 47, 141, 35,
            56, 159, 58, 64, 175,
        ];
        assert_eq!(out, larger);
    }

    #[test]
    fn the_middle_is_as_if_all_had_been_resized() {
        let pixels = pixels();
        let rows = PixelRows { width: WIDTH, height: HEIGHT, pixels: &pixels };
        let mut out = [0; 27];
        let size = (WIDTH, HEIGHT);
        let middle = Middle::new(size, &Centre::of(size, 8, 3));
        Resampler::default().middle(rows, (0, 0), middle, &mut out);
        // im.resize((10, 8), Image.BILINEAR).crop((4, 2, 7, 5))
        let middle = [
            161, 112, 159, 156, 163, 103, 76, 187, 107, 179, 119, 97, 107, 170, 141, 99, 194, 125, 184, 125,
            164, 83, 176, 112, 123, 197, 128,
        ];
        assert_eq!(out, middle);
        let mut out = [0; 36];
        Resampler::default().whole(rows, 4, 3, &mut out);
        // im.resize((4, 3), Image.BILINEAR)
        let whole = [
            121, 21, 42, 126, 80, 97, 122, 142, 112, 126, 132, 114, 136, 36, 97, 128, 95, 134, 127, 151, 127,
            117, 137, 132, 139, 51, 110, 130, 110, 123, 126, 140, 119, 122, 125, 130,
        ];
        assert_eq!(out, whole);
    }

    /// Beside both orders of Pillow 13, of which the second is for pictures whose height loses more.
    #[test]
    fn a_height_that_loses_much_is_resized_first() {
        let pixels = pixels();
        let rows = PixelRows { width: WIDTH, height: HEIGHT, pixels: &pixels };
        // im.resize((24, 4), Image.BILINEAR).getpixel((7, 0)), and in two steps, across first.
        let mut out = [0; 3 * 24 * 4];
        Resampler::default().whole(rows, 24, 4, &mut out);
        assert_eq!(out[21..24], [80, 51, 68]);
        let across = Axis::new(WIDTH, 24, 0..24);
        let down = Axis::new(HEIGHT, 4, 0..4);
        Resampler::default().across_first(rows, &across, &down, &mut out);
        assert_eq!(out[21..24], [79, 51, 68]);
    }
}
