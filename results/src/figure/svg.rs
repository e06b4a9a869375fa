//! A chart as SVG: panels one under the other, so that the letters can be read on a phone.

use std::collections::BTreeSet;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::paper::Shows;

use super::canvas::{Area, Failure, font, write};
use super::chart::Chart;
use super::labels::fold;
use super::legend::{LegendEntry, entries, height};
use super::look::Look;
use super::marker::{Marker, RADIUS};
use super::theme::{INK, PAPER, SOFT, fit};
use super::{panel, stroke};

/// Height of a panel with its axes in a drawing of the usual width and above, and least height in a narrow one, pixels.
const PANEL_HEIGHT: i32 = 400;
const LEAST_HEIGHT: i32 = 280;

/// Blank at the edges, pixels.
const MARGIN: i32 = 20;

/// Sizes of texts, pixels from line to line; letters are smaller.
const TITLE: i32 = 25;
const TEXT: i32 = 20;

/// Height of a line of text, pixels.
const LINE: i32 = TEXT + 4;

/// Space from one mark of the legend to the next, pixels.
const MARK: i32 = 2 * RADIUS + 8;

/// Length of the line that represents a curve in the legend, pixels.
const DASHES: i32 = 44;

/// Draws a chart.
pub fn draw(chart: &Chart, look: &Look) -> String {
    let mut text = String::new();
    whole(&mut text, chart, look).expect("a string takes every byte");
    fit(&text, &chart.title)
}

fn whole(text: &mut String, chart: &Chart, look: &Look) -> Result<(), Failure> {
    let width = look.width as i32;
    let available = width - 2 * MARGIN;
    let fold_all = |texts: &[String]| -> Vec<String> {
        texts.iter().flat_map(|text| fold(text, TEXT, available)).collect()
    };
    let title = if look.title { fold(&chart.title, TITLE, available) } else { Vec::new() };
    let worth = if look.notes { fold(&chart.worth, TEXT, available) } else { Vec::new() };
    let notes = if look.notes { fold_all(&chart.notes) } else { Vec::new() };
    let mark = if has_curves(chart) { DASHES + 8 } else { MARK };
    let panel_height =
        (PANEL_HEIGHT * width / Look::default().width as i32).clamp(LEAST_HEIGHT, PANEL_HEIGHT);
    // What a panel names itself is seen only once it is drawn.
    let named = named(chart, look, (available, panel_height))?;
    let legend = entries(chart, &named, available, mark, TEXT);

    let under_title = MARGIN + title.len() as i32 * (TITLE + 4) + 4;
    let panels = under_title + worth.len() as i32 * LINE + 8;
    let keys = panels + panel_height * chart.panels.len() as i32 + 10;
    let words = keys + height(&legend) * (LINE + 2) + 8;
    let bottom = words + notes.len() as i32 * LINE + MARGIN / 2;

    let root = SVGBackend::with_string(text, (width as u32, bottom as u32)).into_drawing_area();
    root.fill(&PAPER)?;
    for (n, line) in (0..).zip(&title) {
        write(&root, line, (MARGIN, MARGIN + n * (TITLE + 4)), TITLE, INK)?;
    }
    paragraph(&root, &worth, under_title)?;
    for (place, panel) in (0..).zip(&chart.panels) {
        let corner = (MARGIN, panels + place * panel_height);
        let area = root.clone().shrink(corner, (available as u32, panel_height as u32));
        panel::draw(&root, &area, *panel, chart, look)?;
    }
    for entry in &legend {
        draw_entry(&root, chart, entry, keys)?;
    }
    paragraph(&root, &notes, words)?;
    root.present()
}

/// The series that the panel of a drawing names beside their marks; none where there are several panels.
fn named(chart: &Chart, look: &Look, (width, height): (i32, i32)) -> Result<BTreeSet<usize>, Failure> {
    let [panel] = chart.panels[..] else { return Ok(BTreeSet::new()) };
    let mut scratch = String::new();
    let size = (width as u32 + 2 * MARGIN as u32, height as u32 + 2 * MARGIN as u32);
    let root = SVGBackend::with_string(&mut scratch, size).into_drawing_area();
    let area = root.clone().shrink((MARGIN, MARGIN), (width as u32, height as u32));
    panel::draw(&root, &area, panel, chart, look)
}

/// Whether series are curves, and not points.
fn has_curves(chart: &Chart) -> bool {
    chart.panels.iter().any(|panel| matches!(panel.shows, Shows::Training(_)))
}

fn paragraph(root: &Area, lines: &[String], top: i32) -> Result<(), Failure> {
    let mut placed = (0..).zip(lines);
    placed.try_for_each(|(n, line)| write(root, line, (MARGIN, top + n * LINE), TEXT, SOFT))
}

fn draw_entry(root: &Area, chart: &Chart, entry: &LegendEntry, top: i32) -> Result<(), Failure> {
    let series = &chart.series[entry.series];
    let marker = Marker::of(series);
    let y = top + LINE / 2 + entry.line * (LINE + 2);
    let mut x = MARGIN + entry.x;
    if has_curves(chart) {
        stroke::draw(root, &[(x, y), (x + DASHES, y)], series)?;
        marker.draw(root, (x + DASHES / 2, y), true)?;
        x += DASHES + 8;
    } else {
        for measured in &entry.marks {
            marker.draw(root, (x + RADIUS, y), *measured)?;
            x += MARK;
        }
    }
    let style = font(TEXT, INK).pos(Pos::new(HPos::Left, VPos::Center));
    (0..)
        .zip(&entry.label)
        .try_for_each(|(n, line)| root.draw(&Text::new(line.clone(), (x, y + n * (LINE + 2)), style.clone())))
}
