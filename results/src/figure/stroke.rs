//! Lines of curves: a colour for the method, dashes for the level.

use super::canvas::{Canvas, Pixel, Stroke};
use super::chart::Series;
use super::marker::Marker;

/// Lengths of dash and gap, pixels; the first is a line without gaps.
const DASHES: [Option<(f64, f64)>; 4] = [None, Some((10.0, 6.0)), Some((3.0, 5.0)), Some((18.0, 5.0))];

/// Draws a line through places.
pub fn draw(canvas: &mut Canvas, path: &[Pixel], series: &Series) {
    let line = Stroke::new(Marker::of(series).colour, 2.0);
    canvas.line(path, Stroke { dashes: DASHES[series.dash % DASHES.len()], ..line });
}
