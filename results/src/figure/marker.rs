//! The marks of points: a shape and a colour for every series, hollow if published, filled if measured.

use plotters::prelude::*;

use super::chart::Series;
use super::theme::INK;

/// Distance from the middle of a mark to its corners, pixels.
pub const RADIUS: i32 = 7;

/// Colours that people with the common forms of colour blindness can tell apart (Okabe and Ito).
const COLOURS: [RGBColor; 6] = [
    INK,
    RGBColor(0, 114, 178),
    RGBColor(0, 158, 115),
    RGBColor(213, 94, 0),
    RGBColor(230, 159, 0),
    RGBColor(204, 121, 167),
];

/// Muted colours for methods that are only published.
const MUTED: [RGBColor; 4] =
    [RGBColor(150, 100, 160), RGBColor(150, 110, 70), RGBColor(90, 150, 165), RGBColor(125, 125, 125)];

/// Corners as angles in twelfths of a turn, clockwise from the right; a disc has none.
type Shape = &'static [f64];

/// The shapes of methods that are run here.
const SHAPES: [Shape; 6] = [
    &[],                              // a disc
    &[1.0, 5.0, 9.0],                 // a triangle that points up
    &[1.5, 4.5, 7.5, 10.5],           // a square
    &[3.0, 7.0, 11.0],                // a triangle that points down
    &[0.0, 3.0, 6.0, 9.0],            // a diamond
    &[0.0, 2.0, 4.0, 6.0, 8.0, 10.0], // a hexagon
];

/// The shapes of the others.
const OTHER_SHAPES: [Shape; 4] = [
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
    shape: Shape,
}

impl Marker {
    /// The mark of a series. One with a colour used before has another shape.
    pub fn of(series: &Series) -> Marker {
        let place = series.mark;
        match series.run {
            true => {
                let turned = place + place / COLOURS.len();
                Marker { colour: COLOURS[place % COLOURS.len()], shape: SHAPES[turned % SHAPES.len()] }
            }
            false => {
                let turned = place + place / MUTED.len();
                Marker {
                    colour: MUTED[place % MUTED.len()],
                    shape: OTHER_SHAPES[turned % OTHER_SHAPES.len()],
                }
            }
        }
    }

    /// The corners around a pixel.
    pub fn corners(&self, (x, y): (i32, i32)) -> Vec<(i32, i32)> {
        let corner = |twelfths: &f64| {
            let angle = twelfths * std::f64::consts::TAU / 12.0;
            let radius = f64::from(RADIUS);
            (x + (radius * angle.cos()).round() as i32, y + (radius * angle.sin()).round() as i32)
        };
        self.shape.iter().map(corner).collect()
    }
}
