//! Several marked pictures side by side.

use super::{Mark, Picture};
use crate::detection::Bounds;

/// Pixels between two pictures, and around all.
const GAP: u32 = 8;
const WHITE: u8 = 255;

/// Pictures in rows of `columns`, each made to fit into a square of `side` pixels, with their boxes drawn in the
/// size in which they are seen.
///
/// # Panics
/// If there are no pictures, no columns, or the side is 0.
pub fn contact_sheet(pictures: &[(Picture, Vec<Mark>)], columns: usize, side: u32) -> Picture {
    assert!(!pictures.is_empty() && columns > 0 && side > 0, "there is something to show");
    let columns = columns.min(pictures.len());
    let length = |count: usize| count as u32 * (side + GAP) + GAP;
    let size = (length(columns), length(pictures.len().div_ceil(columns)));
    let mut sheet = Picture::new(size, vec![WHITE; 3 * size.0 as usize * size.1 as usize]);
    for (number, (picture, marks)) in pictures.iter().enumerate() {
        let fitted = fitted(picture, marks, side);
        let corner = |at: usize, taken: u32| at as u32 * (side + GAP) + GAP + (side - taken) / 2;
        let left = corner(number % columns, fitted.width);
        sheet.paste(&fitted, left, corner(number / columns, fitted.height));
    }
    sheet
}

/// The picture so large that its longer side has `side` pixels, with the boxes.
fn fitted(picture: &Picture, marks: &[Mark], side: u32) -> Picture {
    let longer = picture.width.max(picture.height);
    let scaled = |length: u32| {
        let scaled = (u64::from(length) * u64::from(side) + u64::from(longer) / 2) / u64::from(longer);
        (scaled as u32).max(1)
    };
    let size = (scaled(picture.width), scaled(picture.height));
    let mut fitted = picture.resized(size);
    let moved = |mark: &Mark| {
        let bounds = Bounds::from_fractions(mark.bounds.fractions(picture.size()), size);
        Mark { bounds, ..mark.clone() }
    };
    fitted.mark(&marks.iter().map(moved).collect::<Vec<_>>());
    fitted
}

impl Picture {
    fn paste(&mut self, picture: &Picture, left: u32, top: u32) {
        let length = 3 * picture.width as usize;
        let rows = self.pixels.chunks_exact_mut(3 * self.width as usize).skip(top as usize);
        for (row, pasted) in rows.zip(picture.pixels.chunks_exact(length)) {
            row[3 * left as usize..][..length].copy_from_slice(pasted);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(size: (u32, u32), value: u8) -> (Picture, Vec<Mark>) {
        (Picture::new(size, vec![value; 3 * (size.0 * size.1) as usize]), Vec::new())
    }

    #[test]
    fn pictures_keep_their_shape_and_are_centred() {
        let sheet = contact_sheet(&[plain((40, 20), 7), plain((10, 30), 8), plain((5, 5), 9)], 2, 60);
        assert_eq!(sheet.size(), (2 * 60 + 3 * 8, 2 * 60 + 3 * 8));
        let at = |x: u32, y: u32| sheet.pixels[3 * (y * sheet.width + x) as usize];
        // 60 x 30 in the middle of the first square, 20 x 60 of the second.
        assert_eq!([at(8, 8 + 15), at(67, 8 + 44), at(8, 8 + 14), at(8, 8 + 45)], [7, 7, 255, 255]);
        assert_eq!([at(76 + 20, 8), at(76 + 39, 67), at(76 + 19, 8), at(76 + 40, 8)], [8, 8, 255, 255]);
        assert_eq!([at(8, 76), at(67, 135), at(76, 76)], [9, 9, 255]);
    }

    #[test]
    fn a_sheet_is_written_as_png() {
        let sheet = contact_sheet(&[plain((40, 20), 7)], 3, 33);
        let mut decoder = png::Decoder::new(std::io::Cursor::new(sheet.png())).read_info().unwrap();
        let mut pixels = vec![0; decoder.output_buffer_size().unwrap()];
        decoder.next_frame(&mut pixels).unwrap();
        assert_eq!(pixels, sheet.pixels());
    }
}
