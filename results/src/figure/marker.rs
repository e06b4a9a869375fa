//! The marks of points: a shape and a colour for every method, hollow if published, filled if measured. Several series
//! of one method in a drawing are told apart by strokes on their marks.

use plotters::prelude::*;

use super::canvas::{Area, Failure};
use super::chart::Series;
use super::identity;
use super::theme::{INK, PAPER};

/// Distance from the middle of a mark to its corners, pixels.
pub const RADIUS: i32 = 7;

/// Colours that people with the common forms of colour blindness can tell apart: those of Okabe and Ito,
/// of which orange and sky blue are darker here, to have a contrast of 3 to 1 with white.
const COLOURS: [RGBColor; 7] = [
    INK,
    RGBColor(0, 114, 178),
    RGBColor(0, 158, 115),
    RGBColor(213, 94, 0),
    RGBColor(164, 84, 48),
    RGBColor(204, 121, 167),
    RGBColor(0, 150, 250),
];

/// Muted colours for methods that are only published.
const MUTED: [RGBColor; 4] =
    [RGBColor(150, 100, 160), RGBColor(150, 110, 70), RGBColor(90, 150, 165), RGBColor(125, 125, 125)];

/// Corners as angles in twelfths of a turn, clockwise from the right; a disc has none.
type MarkShape = &'static [f64];

/// The shapes of methods that are run here.
const SHAPES: [MarkShape; 6] = [
    &[],                              // a disc
    &[1.0, 5.0, 9.0],                 // a triangle that points up
    &[1.5, 4.5, 7.5, 10.5],           // a square
    &[3.0, 7.0, 11.0],                // a triangle that points down
    &[0.0, 3.0, 6.0, 9.0],            // a diamond
    &[0.0, 2.0, 4.0, 6.0, 8.0, 10.0], // a hexagon
];

/// The shapes of the others.
const OTHER_SHAPES: [MarkShape; 5] = [
    &[0.6, 3.0, 5.4, 7.8, 10.2],      // a pentagon that points down
    &[0.0, 4.0, 8.0],                 // a triangle that points right
    &[0.0, 2.0, 4.0, 6.0, 8.0, 10.0], // a hexagon
    &[2.0, 6.0, 10.0],                // a triangle that points left
    &[1.0, 5.0, 8.0, 10.0],           // a trapezium, wide below
];

/// Strokes on the marks of further series of a method, each from one corner of a square around the middle to
/// another, in radii.
const STROKES: [&[[f64; 4]]; 6] = [
    &[],
    &[[-1.0, 0.0, 1.0, 0.0]],
    &[[0.0, -1.0, 0.0, 1.0]],
    &[[-1.0, 0.0, 1.0, 0.0], [0.0, -1.0, 0.0, 1.0]],
    &[[-0.8, -0.8, 0.8, 0.8]],
    &[[-0.8, 0.8, 0.8, -0.8]],
];

/// How a series is marked.
#[derive(Clone, Copy)]
pub struct Marker {
    /// Its colour.
    pub colour: RGBColor,
    shape: MarkShape,
    strokes: &'static [[f64; 4]],
}

impl Marker {
    /// The mark of a series, whose colour and shape are those of its method in every drawing. In every round through
    /// the colours each has another shape, so they repeat after as many methods as there are colours times shapes: 42
    /// that are run here, 20 others. Those in no table of the paper share one.
    pub fn of(series: &Series) -> Marker {
        let (run, number) = identity::of(&series.method);
        Marker { strokes: STROKES[series.variant % STROKES.len()], ..Marker::numbered(run, number) }
    }

    fn numbered(run: bool, number: usize) -> Marker {
        let (colours, shapes): (&[RGBColor], &[MarkShape]) =
            if run { (&COLOURS, &SHAPES) } else { (&MUTED, &OTHER_SHAPES) };
        let (round, place) = (number / colours.len(), number % colours.len());
        Marker { colour: colours[place], shape: shapes[(place + round) % shapes.len()], strokes: STROKES[0] }
    }

    /// The corners around a pixel.
    fn corners(&self, (x, y): (i32, i32)) -> Vec<(i32, i32)> {
        let corner = |twelfths: &f64| {
            let angle = twelfths * std::f64::consts::TAU / 12.0;
            let radius = f64::from(RADIUS);
            (x + (radius * angle.cos()).round() as i32, y + (radius * angle.sin()).round() as i32)
        };
        self.shape.iter().map(corner).collect()
    }

    /// Draws the mark around a pixel, filled if it is of a measured point.
    pub fn draw(self, root: &Area, at: (i32, i32), filled: bool) -> Result<(), Failure> {
        let corners = self.corners(at);
        let (fill, ink) = if filled { (self.colour, PAPER) } else { (PAPER, self.colour) };
        if corners.is_empty() {
            root.draw(&Circle::new(at, RADIUS - 1, fill.filled()))?;
            root.draw(&Circle::new(at, RADIUS - 1, self.colour.stroke_width(2)))?;
        } else {
            root.draw(&Polygon::new(corners.clone(), fill.filled()))?;
            let outline: Vec<_> = corners.iter().chain(corners.first()).copied().collect();
            root.draw(&PathElement::new(outline, self.colour.stroke_width(2)))?;
        }
        for [x, y, to_x, to_y] in self.strokes {
            let reach = f64::from(RADIUS - 3);
            let pixel =
                |x: f64, y: f64| (at.0 + (x * reach).round() as i32, at.1 + (y * reach).round() as i32);
            root.draw(&PathElement::new(vec![pixel(*x, *y), pixel(*to_x, *to_y)], ink.stroke_width(2)))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::figure::tests::colours::{contrast, distance, seen};
    use crate::figure::theme::SOFT;

    #[test]
    fn every_series_has_a_mark_of_its_own() {
        for (run, count) in [(true, 42), (false, 20)] {
            let mark = |number| {
                let marker = Marker::numbered(run, number);
                let RGBColor(red, green, blue) = marker.colour;
                (red, green, blue, marker.corners((0, 0)))
            };
            let marks: HashSet<_> = (0..count).map(mark).collect();
            assert_eq!(marks.len(), count);
            assert_eq!(mark(count), mark(0), "the comment counts the marks");
        }
    }

    /// Wherever a method is drawn, measured or published, with whatever else: RigL is RigL.
    #[test]
    fn a_method_has_one_colour_and_shape() {
        let look = |method: &str, variant| {
            let series = Series { label: String::new(), method: method.into(), variant, dash: 0 };
            let marker = Marker::of(&series);
            let RGBColor(red, green, blue) = marker.colour;
            ((red, green, blue, marker.corners((0, 0))), marker.strokes.len())
        };
        assert_eq!(look("rigl", 0).0, look("rigl", 2).0);
        assert_ne!(look("rigl", 0).0, look("iee", 0).0);
        let variants: HashSet<_> = (0..STROKES.len()).map(|at| format!("{:?}", STROKES[at])).collect();
        assert_eq!(variants.len(), STROKES.len());
    }

    #[test]
    fn every_mark_can_be_seen_on_white() {
        for colour in COLOURS.iter().chain(&MUTED) {
            // What WCAG 2.2 asks of graphics (1.4.11).
            assert!(contrast(*colour, PAPER) >= 3.0, "{colour:?}: {:.2}", contrast(*colour, PAPER));
        }
        assert!(contrast(SOFT, PAPER) >= 4.5 && contrast(INK, PAPER) >= 4.5, "and of text (1.4.3)");
    }

    #[test]
    fn colours_are_told_apart_without_one_kind_of_cone() {
        let colours = || COLOURS.iter().enumerate();
        for (at, a) in colours() {
            for (_, b) in colours().skip(at + 1) {
                for (a, b) in seen(*a).into_iter().zip(seen(*b)) {
                    // The least of the colours of Okabe and Ito is 16.1.
                    assert!(distance(a, b) >= 16.0, "{a:?} and {b:?}: {:.1}", distance(a, b));
                }
            }
        }
    }
}
