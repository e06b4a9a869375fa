//! The canvas of drawings: an area of SVG, and text on it.

use plotters::coord::Shift;
use plotters::prelude::*;

/// A part of a drawing, in pixels from its upper left corner.
pub type Area<'s> = DrawingArea<SVGBackend<'s>, Shift>;

/// Why nothing could be drawn, which cannot happen in memory.
pub type Failure = DrawingAreaErrorKind<std::io::Error>;

const FONT: &str = "sans-serif";

/// Writes a text whose upper left corner is at a pixel, `size` pixels from line to line.
pub fn write(root: &Area, text: &str, at: (i32, i32), size: i32, colour: RGBColor) -> Result<(), Failure> {
    root.draw(&Text::new(text.to_string(), at, font(size, colour)))
}

/// The font of all texts, `size` pixels from line to line.
pub fn font<'f>(size: i32, colour: RGBColor) -> TextStyle<'f> {
    (FONT, size).into_font().color(&colour)
}
