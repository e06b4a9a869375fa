//! Boxes and labels on a picture: what was found has a frame and a filled label with its score, what the
//! annotation says has corners and a dark label.

use std::convert::Infallible;

use embedded_graphics::pixelcolor::Rgb888;
use embedded_graphics::prelude::*;
use embedded_graphics::primitives::{
    Line, PrimitiveStyle, PrimitiveStyleBuilder, Rectangle, StrokeAlignment,
};

use super::super::Bounds;
use super::Picture;
use super::canvas::Canvas;
use super::colour::colour;
use super::label::{Label, Lettering};

/// A box on a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// The number of the class, which decides on the colour.
    pub class: u32,
    /// The name of the class.
    pub name: String,
    /// The score of an object that was found; none for one that the annotation says.
    pub score: Option<f64>,
    /// Where it is, in pixels of the picture.
    pub bounds: Bounds,
}

impl Picture {
    /// Draws boxes with their labels, those with the greatest scores on top and annotated ones at the bottom.
    pub fn mark(&mut self, marks: &[Mark]) {
        let mut marks: Vec<&Mark> = marks.iter().collect();
        let score = |mark: &Mark| mark.score.unwrap_or(f64::NEG_INFINITY);
        marks.sort_by(|one, other| score(other).total_cmp(&score(one)));
        let lettering = Lettering::of(self.size());
        let mut labels: Vec<Label> = Vec::with_capacity(marks.len());
        for mark in &marks {
            labels.push(lettering.label(mark, &area(&mark.bounds, self.size()), self.size(), &labels));
        }
        for mark in marks.iter().rev() {
            let Ok(()) = self.frame(mark);
        }
        for label in labels.iter().rev() {
            let Ok(()) = label.draw(&lettering, self);
        }
    }

    fn frame(&mut self, mark: &Mark) -> Result<(), Infallible> {
        let (area, colour) = (area(&mark.bounds, self.size()), colour(mark.class));
        let line = (self.width.max(self.height) / 150).max(1);
        let mut canvas = Canvas { picture: self, scale: 1 };
        if mark.score.is_none() {
            return corners(&area, colour, line, &mut canvas);
        }
        let style = PrimitiveStyleBuilder::new().stroke_color(colour).stroke_width(line);
        let style = style.stroke_alignment(StrokeAlignment::Inside).build();
        area.into_styled(style).draw(&mut canvas)
    }
}

/// The pixels of a box that are in a picture of this size, at least one.
fn area(bounds: &Bounds, (width, height): (u32, u32)) -> Rectangle {
    let axis = |from: f64, to: f64, side: u32| {
        let last = f64::from(side - 1);
        let from = (from - 1.0).round().clamp(0.0, last) as i32;
        (from, (to - 1.0).round().clamp(f64::from(from), last) as i32)
    };
    let (left, right) = axis(bounds.xmin, bounds.xmax, width);
    let (top, bottom) = axis(bounds.ymin, bounds.ymax, height);
    Rectangle::with_corners(Point::new(left, top), Point::new(right, bottom))
}

/// The four corners of a box, each a quarter of its sides long.
fn corners(area: &Rectangle, colour: Rgb888, line: u32, canvas: &mut Canvas) -> Result<(), Infallible> {
    let style = PrimitiveStyle::with_stroke(colour, line);
    let (first, last) = (area.top_left, area.top_left + area.size - Point::new(1, 1));
    let (across, down) =
        (Point::new(area.size.width as i32 / 4, 0), Point::new(0, area.size.height as i32 / 4));
    for (x, across) in [(first.x, across), (last.x, -across)] {
        for (y, down) in [(first.y, down), (last.y, -down)] {
            let corner = Point::new(x, y);
            Line::new(corner, corner + across).into_styled(style).draw(canvas)?;
            Line::new(corner, corner + down).into_styled(style).draw(canvas)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn mark(bounds: [f64; 4], score: Option<f64>) -> Mark {
        let [xmin, ymin, xmax, ymax] = bounds;
        Mark { class: 4, name: "bottle".to_owned(), score, bounds: Bounds { xmin, ymin, xmax, ymax } }
    }

    fn grey(width: u32, height: u32) -> Picture {
        Picture::new((width, height), vec![99; 3 * (width * height) as usize])
    }

    fn pixel(picture: &Picture, x: u32, y: u32) -> [u8; 3] {
        let at = 3 * (y * picture.width + x) as usize;
        picture.pixels[at..at + 3].try_into().unwrap()
    }

    #[test]
    fn the_frame_covers_the_first_and_the_last_pixel_of_the_box() {
        let mut picture = grey(200, 150);
        picture.mark(&[mark([21.0, 41.0, 120.0, 110.0], Some(0.5))]);
        let (colour, grey) = (colour(4), [99; 3]);
        let colour = [colour.r(), colour.g(), colour.b()];
        for (x, y) in [(20, 70), (119, 70), (110, 40), (110, 109)] {
            assert_eq!(pixel(&picture, x, y), colour, "({x}, {y})");
        }
        for (x, y) in [(19, 70), (120, 70), (110, 39), (110, 110), (70, 75), (21, 70), (118, 70)] {
            assert_eq!(pixel(&picture, x, y), grey, "({x}, {y})");
        }
        // The label above it, "bottle 0.50" in letters of 6 x 10.
        assert_eq!(pixel(&picture, 20, 39), colour);
        assert_eq!(pixel(&picture, 20, 29), grey);
        assert!((0..60).any(|x| pixel(&picture, 21 + x, 34) == [0; 3]), "black letters");
    }

    #[test]
    fn annotated_boxes_have_corners_only() {
        let mut picture = grey(200, 150);
        picture.mark(&[mark([21.0, 41.0, 120.0, 110.0], None)]);
        assert_ne!(pixel(&picture, 20, 45), [99; 3]);
        assert_eq!(pixel(&picture, 20, 75), [99; 3]);
        assert_eq!(pixel(&picture, 70, 40), [99; 3]);
    }

    proptest! {
        /// Anything that a file or a network may claim to be a box.
        #[test]
        fn no_box_is_a_fault(
            width in 1u32..60, height in 1u32..60, bounds: [f64; 4], score: Option<f64>,
            large in prop::option::of(1.0e3f64..1.0e9),
        ) {
            let bounds = bounds.map(|edge| large.map_or(edge, |large| edge % large));
            grey(width, height).mark(&[mark(bounds, score)]);
        }
    }
}
