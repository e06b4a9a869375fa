//! The marks of points: a shape and a colour for every series, hollow if published, filled if measured.

use plotters::prelude::*;

use super::canvas::{Area, Failure};
use super::chart::Series;
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
const OTHER_SHAPES: [MarkShape; 4] = [
    &[0.6, 3.0, 5.4, 7.8, 10.2],      // a pentagon that points down
    &[0.0, 4.0, 8.0],                 // a triangle that points right
    &[0.0, 2.0, 4.0, 6.0, 8.0, 10.0], // a hexagon
    &[2.0, 6.0, 10.0],                // a triangle that points left
];

/// How a series is marked.
#[derive(Clone, Copy)]
pub struct Marker {
    /// Its colour.
    pub colour: RGBColor,
    shape: MarkShape,
}

impl Marker {
    /// The mark of a series. In every round through the colours each has another shape, so marks repeat
    /// after as many as there are colours times shapes: 42 of methods that are run here, 16 of others.
    pub fn of(series: &Series) -> Marker {
        let (colours, shapes): (&[RGBColor], &[MarkShape]) =
            if series.run { (&COLOURS, &SHAPES) } else { (&MUTED, &OTHER_SHAPES) };
        let (round, place) = (series.mark / colours.len(), series.mark % colours.len());
        Marker { colour: colours[place], shape: shapes[(place + round) % shapes.len()] }
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
        let fill = if filled { self.colour } else { PAPER };
        if corners.is_empty() {
            root.draw(&Circle::new(at, RADIUS - 1, fill.filled()))?;
            return root.draw(&Circle::new(at, RADIUS - 1, self.colour.stroke_width(2)));
        }
        root.draw(&Polygon::new(corners.clone(), fill.filled()))?;
        let outline: Vec<_> = corners.iter().chain(corners.first()).copied().collect();
        root.draw(&PathElement::new(outline, self.colour.stroke_width(2)))
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
        for (run, count) in [(true, 42), (false, 16)] {
            let mark = |mark| {
                let marker = Marker::of(&Series { label: String::new(), run, mark, dash: 0 });
                let RGBColor(red, green, blue) = marker.colour;
                (red, green, blue, marker.corners((0, 0)))
            };
            let marks: HashSet<_> = (0..count).map(mark).collect();
            assert_eq!(marks.len(), count);
            assert_eq!(mark(count), mark(0), "the comment counts the marks");
        }
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
