//! Makes a part of a picture larger or smaller with Pillow's bilinear filter: a triangle as wide as the
//! reduction, so that every pixel of the part counts.

use fast_image_resize::images::{TypedCroppedImage, TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x3;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};

use super::crop::Crop;

/// PixelRows of RGB bytes: all of a picture, or its upper part.
#[derive(Clone, Copy)]
pub(crate) struct PixelRows<'a> {
    pub width: u32,
    pub height: u32,
    pub pixels: &'a [u8],
}

/// Resamples, and keeps its working memory from one picture to the next.
#[derive(Default)]
pub(crate) struct Resampler(Resizer);

impl Resampler {
    /// Makes a window of the picture a square of `side` pixels, as if nothing were outside of it.
    ///
    /// # Panics
    /// If the window is not in the picture, or `out` is not of three bytes per pixel.
    pub fn window(&mut self, rows: PixelRows, crop: Crop, side: u32, out: &mut [u8]) {
        self.resize(rows, [crop.left, crop.top, crop.width, crop.height], (side, side), options(), out);
        if crop.mirrored {
            out.chunks_exact_mut(3 * side as usize).for_each(mirror);
        }
    }

    /// Makes a part of the picture a square of `side` pixels, as if all of it were resized and the square
    /// cut out then.
    ///
    /// # Panics
    /// If the part is not in the picture, or `out` is not of three bytes per pixel.
    pub fn part(&mut self, rows: PixelRows, [left, top, width, height]: [f64; 4], side: u32, out: &mut [u8]) {
        self.resize(rows, all(rows), (side, side), options().crop(left, top, width, height), out);
    }

    /// Makes the picture `width` times `height` pixels large.
    ///
    /// # Panics
    /// If `out` is not of three bytes per pixel.
    pub fn whole(&mut self, rows: PixelRows, width: u32, height: u32, out: &mut [u8]) {
        self.resize(rows, all(rows), (width, height), options(), out);
    }

    /// Makes a window of the picture, given as left, top, width and height, so many pixels wide and high, as if
    /// nothing were outside of it.
    ///
    /// # Panics
    /// If the window is not in the picture, or `out` is not of three bytes per pixel.
    pub fn rectangle(&mut self, rows: PixelRows, window: [u32; 4], size: (u32, u32), out: &mut [u8]) {
        self.resize(rows, window, size, options(), out);
    }

    /// Resizes a window of the picture, given as left, top, width and height, as if nothing were outside.
    ///
    /// A whole picture is a window too: the resizer is compiled again for every type of view, which takes
    /// seconds of a build.
    fn resize(
        &mut self,
        rows: PixelRows,
        [left, top, width, height]: [u32; 4],
        (new_width, new_height): (u32, u32),
        options: ResizeOptions,
        out: &mut [u8],
    ) {
        let picture = TypedImageRef::<U8x3>::from_buffer(rows.width, rows.height, rows.pixels)
            .expect("three bytes a pixel");
        let view = TypedCroppedImage::from_ref(&picture, left, top, width, height)
            .expect("the window lies in the picture");
        let mut target = TypedImage::from_buffer(new_width, new_height, out).expect("three bytes a pixel");
        self.0.resize_typed(&view, &mut target, &options).expect("the part lies in the picture");
    }
}

/// The window that is all of the picture.
fn all(rows: PixelRows) -> [u32; 4] {
    [0, 0, rows.width, rows.height]
}

fn options() -> ResizeOptions {
    ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear))
}

/// Turns a row round.
pub(crate) fn mirror(row: &mut [u8]) {
    let (pixels, _) = row.as_chunks_mut::<3>();
    pixels.reverse();
}

#[cfg(test)]
mod tests {
    use super::super::crop::centre;
    use super::*;

    const WIDTH: u32 = 23;
    const HEIGHT: u32 = 17;

    fn pixels() -> Vec<u8> {
        let pixel =
            |x: u32, y: u32| [x * 37 + y * 11, x * x + 3 * y, x * y * 5].map(|value| (value % 256) as u8);
        (0..WIDTH * HEIGHT).flat_map(|i| pixel(i % WIDTH, i / WIDTH)).collect()
    }

    /// Compares with what Pillow 13 gives for the picture `im` whose pixel (x, y) is
    /// `((x * 37 + y * 11) % 256, (x * x + 3 * y) % 256, (x * y * 5) % 256)`. The order in which rows and
    /// columns are summed up differs, and so may the last bit.
    fn assert_close(ours: &[u8], pillow: &[u8]) {
        assert_eq!(ours.len(), pillow.len());
        assert!(ours.iter().zip(pillow).all(|(ours, pillow)| ours.abs_diff(*pillow) <= 1), "{ours:?}");
    }

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
        assert_close(&out, &smaller);
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
        assert_close(&out, &larger);
    }

    #[test]
    fn the_middle_is_as_if_all_had_been_resized() {
        let pixels = pixels();
        let rows = PixelRows { width: WIDTH, height: HEIGHT, pixels: &pixels };
        let mut out = [0; 27];
        Resampler::default().part(rows, centre((WIDTH, HEIGHT), 8, 3), 3, &mut out);
        // im.resize((10, 8), Image.BILINEAR).crop((4, 2, 7, 5))
        let middle = [
            161, 112, 159, 156, 163, 103, 76, 187, 107, 179, 119, 97, 107, 170, 141, 99, 194, 125, 184, 125,
            164, 83, 176, 112, 123, 197, 128,
        ];
        assert_close(&out, &middle);
        let mut out = [0; 36];
        Resampler::default().whole(rows, 4, 3, &mut out);
        // im.resize((4, 3), Image.BILINEAR)
        let whole = [
            121, 21, 42, 126, 80, 97, 122, 142, 112, 126, 132, 114, 136, 36, 97, 128, 95, 134, 127, 151, 127,
            117, 137, 132, 139, 51, 110, 130, 110, 123, 126, 140, 119, 122, 125, 130,
        ];
        assert_close(&out, &whole);
    }
}
