//! The paper's figures, with published and measured points in one drawing.
//!
//! A figure is data ([`FigureDefinition`]): the rows of a table, and panels that say what is drawn over
//! what. Its points are computed from records and published values when it is drawn (`points`), and
//! written as SVG (`svg`) or as CSV (`comma`). Like a table it keeps unlike records apart: it draws the
//! group of records that comes closest to the published recipe, and says what they are worth.

mod catalogue;
mod comma;
mod definition;
mod labels;
mod legend;
mod marker;
mod panel;
mod points;
mod svg;

use crate::record::Record;

pub use catalogue::{UnknownFigure, figure, figure_ids};
pub use definition::{Axis, FigureDefinition, Panel};

/// A drawing with its points and its description, for a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawing {
    /// Names its files: letters, digits and hyphens.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// The same for who cannot see it: axes, series, extremes.
    pub description: String,
    /// The drawing.
    pub svg: String,
    /// Every point of it, one a line, with the keys of its trials.
    pub csv: String,
}

/// Draws a figure over the given records, of which those of other suites are left out.
pub fn render_svg(definition: &FigureDefinition, records: &[Record]) -> String {
    svg::draw(definition, &points::Plot::of(definition, records))
}

/// Writes every point of the drawing, one a line.
pub fn render_csv(definition: &FigureDefinition, records: &[Record]) -> String {
    comma::write(definition, &points::Plot::of(definition, records))
}

#[cfg(test)]
mod tests;
