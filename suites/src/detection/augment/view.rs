//! Which part of a photograph is seen, and where it is in the image.
//!
//! A window of a canvas becomes the image. Instead of painting the canvas, the part of the photograph that is in
//! the window is resized to its place. The edges of that place are rounded to whole pixels of the image, and
//! boxes are moved along, so that they lie exactly where the pixels do.

use super::Rectangle;
use super::crop::Window;
use super::zoom_out::Canvas;

/// A part of the photograph and its place in an image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct View {
    /// The window, in pixels of the photograph, in which it may lie only in part.
    window: Rectangle,
    /// The columns of the photograph that are seen.
    pub columns: Stretch,
    /// The rows of the photograph that are seen.
    pub rows: Stretch,
}

/// A part of an axis of the photograph, from `from` up to `to`, and its place `start` to `end` on the image's axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub from: u32,
    pub to: u32,
    pub start: u32,
    pub end: u32,
}

impl View {
    /// What is seen of a photograph of this size on `canvas` when `window` becomes an image of `side` pixels;
    /// nothing if it is not in the window at all.
    pub fn new((width, height): (u32, u32), canvas: Canvas, window: Window, side: u32) -> Option<View> {
        let columns = Stretch::new(canvas.left, width, window.left, window.width, side)?;
        let rows = Stretch::new(canvas.top, height, window.top, window.height, side)?;
        let window = window.rectangle().moved(-f64::from(canvas.left), -f64::from(canvas.top));
        Some(View { window, columns, rows })
    }

    /// Where an object of the photograph is in the image, in pixels of the image; nothing if its centre is not
    /// in the window.
    pub fn place(&self, object: &Rectangle) -> Option<Rectangle> {
        if !self.window.holds_centre(object) {
            return None;
        }
        let seen = self.window.common(object)?;
        Some(Rectangle {
            left: self.columns.place(seen.left),
            top: self.rows.place(seen.top),
            right: self.columns.place(seen.right),
            bottom: self.rows.place(seen.bottom),
        })
    }
}

impl Stretch {
    /// Of a photograph of `length` pixels that starts at `offset` of the canvas, what is in the window of `size`
    /// pixels from `start` of the canvas on.
    fn new(offset: u32, length: u32, start: u32, size: u32, side: u32) -> Option<Stretch> {
        let (first, last) = (offset.max(start), (offset + length).min(start + size));
        if first >= last {
            return None;
        }
        let (size, side) = (u64::from(size), u64::from(side));
        let rounded = |at: u32| ((2 * u64::from(at - start) * side + size) / (2 * size)) as u32;
        let (mut begin, mut end) = (rounded(first), rounded(last));
        if begin == end {
            // A narrow strip gets the pixel that it begins in.
            begin = (u64::from(first - start) * side / size) as u32;
            end = begin + 1;
        }
        Some(Stretch { from: first - offset, to: last - offset, start: begin, end })
    }

    /// Pixels of the photograph.
    pub fn source(&self) -> u32 {
        self.to - self.from
    }

    /// Pixels of the image.
    pub fn target(&self) -> u32 {
        self.end - self.start
    }

    fn place(&self, at: f64) -> f64 {
        let (from, start) = (f64::from(self.from), f64::from(self.start));
        start + (at - from) * f64::from(self.target()) / f64::from(self.source())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn without_zoom_out_the_window_fills_the_image() {
        let canvas = Canvas { width: 500, height: 375, left: 0, top: 0 };
        let window = Window { left: 100, top: 50, width: 200, height: 160, choice: None };
        let view = View::new((500, 375), canvas, window, 300).unwrap();
        assert_eq!(view.columns, Stretch { from: 100, to: 300, start: 0, end: 300 });
        assert_eq!(view.rows, Stretch { from: 50, to: 210, start: 0, end: 300 });
        let object = Rectangle { left: 150.0, top: 0.0, right: 250.0, bottom: 130.0 };
        let expected = Rectangle { left: 75.0, top: 0.0, right: 225.0, bottom: 150.0 };
        assert_eq!(view.place(&object), Some(expected));
        assert_eq!(view.place(&Rectangle { right: 50.0, ..object }), None);
    }

    #[test]
    fn a_canvas_twice_as_large_makes_everything_half_as_large() {
        let canvas = Canvas { width: 200, height: 200, left: 30, top: 80 };
        let window = Window { left: 0, top: 0, width: 200, height: 200, choice: None };
        let view = View::new((100, 100), canvas, window, 100).unwrap();
        assert_eq!(view.columns, Stretch { from: 0, to: 100, start: 15, end: 65 });
        assert_eq!(view.rows, Stretch { from: 0, to: 100, start: 40, end: 90 });
        let object = Rectangle { left: 20.0, top: 40.0, right: 100.0, bottom: 60.0 };
        let expected = Rectangle { left: 25.0, top: 60.0, right: 65.0, bottom: 70.0 };
        assert_eq!(view.place(&object), Some(expected));
        let beside = Window { left: 0, top: 0, width: 30, height: 200, choice: None };
        assert_eq!(View::new((100, 100), canvas, beside, 100), None);
    }

    proptest! {
        /// The place of what is seen is in the image, has a pixel at least, and is off by less than one.
        #[test]
        fn places_are_rounded(
            offset in 0u32..2000, length in 1u32..700, start in 0u32..2000, size in 1u32..2700, side in 1u32..600,
        ) {
            let Some(stretch) = Stretch::new(offset, length, start, size, side) else {
                prop_assert!(offset >= start + size || start >= offset + length);
                return Ok(());
            };
            prop_assert!(stretch.from < stretch.to && stretch.to <= length);
            prop_assert!(stretch.start < stretch.end && stretch.end <= side);
            let exact = |at: u32| f64::from(offset + at - start) * f64::from(side) / f64::from(size);
            let allowed = if exact(stretch.to) - exact(stretch.from) < 1.0 { 1.0 } else { 0.5 };
            prop_assert!((exact(stretch.from) - f64::from(stretch.start)).abs() <= allowed);
            prop_assert!((exact(stretch.to) - f64::from(stretch.end)).abs() <= allowed);
            prop_assert_eq!(stretch.place(f64::from(stretch.from)), f64::from(stretch.start));
            prop_assert_eq!(stretch.place(f64::from(stretch.to)), f64::from(stretch.end));
        }
    }
}
