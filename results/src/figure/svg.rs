//! A chart as SVG: panels one under the other, so that the letters can be read on a phone.

use std::collections::BTreeSet;

use crate::paper::{Panel, Shows};

use super::canvas::{Across, Canvas, Down, Letters};
use super::chart::Chart;
use super::font::fold;
use super::legend::{LegendEntry, entries, height};
use super::look::Look;
use super::marker::{Marker, RADIUS};
use super::theme::{INK, SOFT};
use super::{panel, stroke};

/// Height of a panel with its axes in a drawing of the usual width and above, and least height in a narrow one, pixels.
const PANEL_HEIGHT: f64 = 400.0;
const LEAST_HEIGHT: f64 = 260.0;

/// What the axes of a panel take across and down, pixels, and how many times the area of its marks there is to be
/// between them, so that all of them can be seen in a narrow drawing.
const AXES: f64 = 100.0;
const ROOM: f64 = 4.0;

/// Blank at the edges, pixels.
const MARGIN: f64 = 20.0;

/// Sizes of texts, pixels from line to line; letters are smaller.
const TITLE: f64 = 25.0;
const TEXT: f64 = 20.0;

/// Height of a line of text, pixels.
const LINE: f64 = TEXT + 4.0;

/// Space from one mark of the legend to the next, pixels.
const MARK: f64 = 2.0 * RADIUS + 8.0;

/// Length of the line that represents a curve in the legend, pixels.
const DASHES: f64 = 44.0;

/// Draws a chart.
pub fn draw(chart: &Chart, look: &Look) -> String {
    let width = f64::from(look.width);
    let available = width - 2.0 * MARGIN;
    let fold_all = |texts: &[String]| -> Vec<String> {
        texts.iter().flat_map(|text| fold(text, TEXT, available)).collect()
    };
    let title = if look.title { fold(&chart.title, TITLE, available) } else { Vec::new() };
    let worth = if look.notes { fold(&chart.worth, TEXT, available) } else { Vec::new() };
    let notes = if look.notes { fold_all(&chart.notes) } else { Vec::new() };
    let mark = if has_curves(chart) { DASHES + 8.0 } else { MARK };
    let heights: Vec<f64> = chart.panels.iter().map(|panel| panel_height(chart, *panel, width)).collect();
    // What a panel names itself is seen only once it is drawn.
    let named = named(chart, look, (available, heights[0]));
    let legend = entries(chart, &named, available, mark, TEXT);

    let under_title = MARGIN + title.len() as f64 * (TITLE + 4.0) + 4.0;
    let panels = under_title + worth.len() as f64 * LINE;
    let keys = panels + heights.iter().sum::<f64>() + 10.0;
    let words = keys + height(&legend) as f64 * (LINE + 2.0) + 8.0;
    let bottom = words + notes.len() as f64 * LINE + MARGIN / 2.0;

    let mut canvas = Canvas::new((width, bottom));
    canvas.paragraph(&title, (MARGIN, MARGIN), TITLE + 4.0, Letters::new(TITLE, INK));
    let letters = Letters::new(TEXT, SOFT);
    canvas.paragraph(&worth, (MARGIN, under_title), LINE, letters);
    let mut top = panels;
    for (panel, height) in chart.panels.iter().zip(&heights) {
        panel::draw(&mut canvas, (MARGIN, top, width - MARGIN, top + height), *panel, chart, look);
        top += height;
    }
    legend.iter().for_each(|entry| draw_entry(&mut canvas, chart, entry, keys));
    canvas.paragraph(&notes, (MARGIN, words), LINE, letters);
    canvas.finish(&chart.title)
}

/// The height of a panel in a drawing of this width: more where many marks have little room beside each other.
fn panel_height(chart: &Chart, panel: Panel, width: f64) -> f64 {
    let usual = (PANEL_HEIGHT * width / f64::from(Look::default().width)).clamp(LEAST_HEIGHT, PANEL_HEIGHT);
    match panel.shows {
        Shows::Training(_) => usual,
        Shows::Result(_) => {
            let marks = chart.in_panel(panel).count() as f64 * (2.0 * RADIUS).powi(2);
            usual.max(AXES + ROOM * marks / (width - 2.0 * MARGIN - AXES))
        }
    }
}

/// The series that the panel of a drawing names beside their marks; none where there are several panels.
fn named(chart: &Chart, look: &Look, (width, height): (f64, f64)) -> BTreeSet<usize> {
    let [panel] = chart.panels[..] else { return BTreeSet::new() };
    let mut scratch = Canvas::new((width, height));
    panel::draw(&mut scratch, (0.0, 0.0, width, height), panel, chart, look)
}

/// Whether series are curves, and not points.
fn has_curves(chart: &Chart) -> bool {
    chart.panels.iter().any(|panel| matches!(panel.shows, Shows::Training(_)))
}

fn draw_entry(canvas: &mut Canvas, chart: &Chart, entry: &LegendEntry, top: f64) {
    let series = &chart.series[entry.series];
    let marker = Marker::of(series);
    let y = top + LINE / 2.0 + entry.line as f64 * (LINE + 2.0);
    let mut x = MARGIN + entry.x;
    if has_curves(chart) {
        stroke::draw(canvas, &[(x, y), (x + DASHES, y)], series);
        marker.draw(canvas, (x + DASHES / 2.0, y), true);
        x += DASHES + 8.0;
    } else {
        for measured in &entry.marks {
            marker.draw(canvas, (x + RADIUS, y), *measured);
            x += MARK;
        }
    }
    let letters = Letters::new(TEXT, INK).at(Across::Start, Down::Middle);
    canvas.paragraph(&entry.label, (x, y), LINE + 2.0, letters);
}
