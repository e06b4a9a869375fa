//! Lines of curves: a colour for the method, dashes for the level.

use plotters::element::DashedPathElement;
use plotters::prelude::*;

use super::canvas::{Area, Failure};
use super::chart::Series;
use super::marker::Marker;

/// Lengths of dash and gap, pixels; the first is a line without gaps.
const DASHES: [(i32, i32); 4] = [(0, 0), (10, 6), (3, 5), (18, 5)];

/// Width of a line, pixels.
const WIDE: u32 = 2;

/// Draws a line through pixels.
pub fn draw(root: &Area, path: &[(i32, i32)], series: &Series) -> Result<(), Failure> {
    let style = Marker::of(series).colour.stroke_width(WIDE);
    match DASHES[series.dash % DASHES.len()] {
        (0, _) => root.draw(&PathElement::new(path.to_vec(), style)),
        (dash, gap) => root.draw(&DashedPathElement::new(path.to_vec(), dash, gap, style)),
    }
}
