//! A figure as SVG: light background, generic fonts, nothing that needs a network.

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::table::text::wrap;

use super::definition::FigureDefinition;
use super::legend::{Entry, entries, notes, subtitle};
use super::marker::{Marker, RADIUS};
use super::panel;
use super::points::Plot;

/// A part of the drawing.
pub type Area<'s> = DrawingArea<SVGBackend<'s>, Shift>;

/// Why nothing could be drawn; a drawing in memory has no reason.
pub type Failure = DrawingAreaErrorKind<std::io::Error>;

/// Width of the whole, pixels.
const WIDTH: i32 = 1240;

/// Height of a panel with its axes, pixels.
const PANEL_HEIGHT: i32 = 490;

/// Blank at the edges, pixels.
const MARGIN: i32 = 24;

/// Characters of a line of running text.
const LINE: usize = 180;

/// Sizes of texts, pixels from line to line; letters are smaller.
const TITLE: i32 = 22;
const TEXT: i32 = 15;

/// Space from one mark of the legend to the next, and between its lines, pixels.
const MARK: i32 = 2 * RADIUS + 6;
const LEGEND_LINE: i32 = 24;

const FONT: &str = "sans-serif";

/// Colour of what must be read.
pub const INK: RGBColor = RGBColor(30, 30, 30);

/// Colour of what may be read.
pub const SOFT: RGBColor = RGBColor(90, 90, 90);

/// Draws a figure.
pub fn draw(definition: &FigureDefinition, plot: &Plot) -> String {
    let mut text = String::new();
    whole(&mut text, definition, plot).expect("a string takes every byte");
    text
}

fn whole(text: &mut String, definition: &FigureDefinition, plot: &Plot) -> Result<(), Failure> {
    let subtitle = wrap(&subtitle(definition, plot), "", LINE);
    let notes: Vec<String> = notes(definition, plot).iter().flat_map(|note| wrap(note, "", LINE)).collect();
    let legend = entries(plot, WIDTH - 2 * MARGIN, MARK, TEXT);
    let lines = |lines: usize| lines as i32 * (TEXT + 3);
    let panels = MARGIN + TITLE + 6 + lines(subtitle.len()) + 8;
    let keys = panels + PANEL_HEIGHT + 16;
    let words = keys + (legend.last().map_or(0, |entry| entry.line) + 1) * LEGEND_LINE + 4;
    let height = words + lines(notes.len()) + MARGIN / 2;

    let root = SVGBackend::with_string(text, (WIDTH as u32, height as u32)).into_drawing_area();
    root.fill(&WHITE)?;
    write(&root, definition.title, (MARGIN, MARGIN), TITLE, INK)?;
    paragraph(&root, &subtitle, panels - 8 - lines(subtitle.len()))?;
    let each = (WIDTH - 2 * MARGIN) / definition.panels.len().max(1) as i32;
    for (place, panel) in (0..).zip(&definition.panels) {
        let area = root.clone().shrink((MARGIN + place * each, panels), (each as u32, PANEL_HEIGHT as u32));
        panel::draw(&root, &area, *panel, plot)?;
    }
    for entry in &legend {
        draw_entry(&root, plot, entry, keys)?;
    }
    paragraph(&root, &notes, words)?;
    root.present()
}

fn paragraph(root: &Area, lines: &[String], top: i32) -> Result<(), Failure> {
    let placed = (0..).zip(lines);
    placed.into_iter().try_for_each(|(n, line)| write(root, line, (MARGIN, top + n * (TEXT + 3)), TEXT, SOFT))
}

/// Writes a text whose top left corner is at a pixel.
pub fn write(root: &Area, text: &str, at: (i32, i32), size: i32, colour: RGBColor) -> Result<(), Failure> {
    root.draw(&Text::new(text.to_string(), at, font(size, colour)))
}

/// A font of a size and colour.
pub fn font<'f>(size: i32, colour: RGBColor) -> TextStyle<'f> {
    (FONT, size).into_font().color(&colour)
}

/// Draws a mark, filled if it is of a measured point.
pub fn draw_marker(root: &Area, marker: Marker, at: (i32, i32), filled: bool) -> Result<(), Failure> {
    let corners = marker.corners(at);
    let fill = if filled { marker.colour } else { WHITE };
    if corners.is_empty() {
        root.draw(&Circle::new(at, RADIUS - 1, fill.filled()))?;
        return root.draw(&Circle::new(at, RADIUS - 1, marker.colour.stroke_width(2)));
    }
    root.draw(&Polygon::new(corners.clone(), fill.filled()))?;
    let outline: Vec<_> = corners.iter().chain(corners.first()).copied().collect();
    root.draw(&PathElement::new(outline, marker.colour.stroke_width(2)))
}

fn draw_entry(root: &Area, plot: &Plot, entry: &Entry, top: i32) -> Result<(), Failure> {
    let y = top + RADIUS + entry.line * LEGEND_LINE;
    let mut x = MARGIN + RADIUS + entry.x;
    for measured in &entry.marks {
        draw_marker(root, Marker::of(plot, entry.series), (x, y), *measured)?;
        x += MARK;
    }
    let style = font(TEXT, INK).pos(Pos::new(HPos::Left, VPos::Center));
    root.draw(&Text::new(plot.series[entry.series].label.clone(), (x - RADIUS, y), style))
}
