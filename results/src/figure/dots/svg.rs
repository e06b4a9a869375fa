//! The dots as SVG: labels at the left, the differences and their intervals beside them.

use std::ops::Range;

use crate::figure::canvas::{Across, Canvas, Down, Letters, Stroke};
use crate::figure::chart::is_drawable;
use crate::figure::font::{fold, height, widest, width};
use crate::figure::look::Look;
use crate::figure::theme::{INK, PAPER, RULE, SOFT};
use crate::figure::ticks::round;

use super::{Dot, Dots};

/// Greatest width of the labels, pixels.
const LABELS: f64 = 300.0;
/// Blank at the edges, pixels.
const MARGIN: f64 = 20.0;
/// Sizes of texts, pixels from line to line.
const TITLE: f64 = 25.0;
const TEXT: f64 = 18.0;
/// Height of a line of text or of labels, pixels.
const LINE: f64 = TEXT + 5.0;
/// Blank between rows where labels have several lines, pixels.
const BETWEEN: f64 = 8.0;
/// Radius of a dot, pixels.
const RADIUS: f64 = 5.0;

/// Draws the dots.
pub fn draw(found: &Dots, look: &Look) -> String {
    let whole = f64::from(look.width);
    let available = whole - 2.0 * MARGIN;
    // Narrow drawings keep more than half for the dots.
    let beside = LABELS.min(whole * 5.0 / 12.0);
    let title = if look.title { fold(&found.title, TITLE, available) } else { Vec::new() };
    let worth = if look.notes { fold(&found.worth, TEXT, available) } else { Vec::new() };
    let notes = if look.notes { found.notes.as_slice() } else { &[] };
    let notes: Vec<String> = notes.iter().flat_map(|note| fold(note, TEXT, available)).collect();
    let labels: Vec<Vec<String>> =
        found.dots.iter().map(|dot| fold(&dot.label, TEXT, beside - MARGIN)).collect();
    let between = if labels.iter().any(|lines| lines.len() > 1) { BETWEEN } else { 0.0 };
    let rows = labels.iter().map(|lines| lines.len() as f64 * LINE + between).sum::<f64>();

    let under_title = MARGIN + title.len() as f64 * (TITLE + 4.0);
    let top = under_title + (worth.len() as f64 + 1.0) * LINE;
    let bottom = top + rows.max(LINE);
    let axis_title = fold(&found.axis, TEXT, available);
    let words = bottom + (2.0 + axis_title.len() as f64) * LINE;
    let mut canvas = Canvas::new((whole, words + notes.len() as f64 * LINE + MARGIN / 2.0));
    canvas.paragraph(&title, (MARGIN, MARGIN), TITLE + 4.0, Letters::new(TITLE, INK));
    let small = Letters::new(TEXT, SOFT);
    canvas.paragraph(&worth, (MARGIN, under_title + LINE / 2.0), LINE, small);
    let scale = Scale::of(&found.dots, [beside + RADIUS, whole - MARGIN - RADIUS]);
    axis(&mut canvas, &scale, &axis_title, (top, bottom));
    if let Some(x) = found.rival.map(|difference| scale.pixel(difference)) {
        canvas.line(&[(x, top), (x, bottom)], Stroke { dashes: Some((4.0, 4.0)), ..Stroke::new(SOFT, 1.0) });
    }
    let mut y = top;
    for (dot, label) in found.dots.iter().zip(&labels) {
        let letters = Letters::new(TEXT, INK).at(Across::Start, Down::Middle);
        canvas.paragraph(label, (MARGIN, y + (between + LINE) / 2.0), LINE, letters);
        let below = y + label.len() as f64 * LINE + between;
        mark(&mut canvas, &scale, dot, (y + below) / 2.0);
        y = below;
    }
    canvas.paragraph(&notes, (MARGIN, words), LINE, small);
    canvas.finish(&found.title)
}

/// Ticks with their numbers under the rows, and the line at 0.
fn axis(canvas: &mut Canvas, scale: &Scale, title: &[String], (top, bottom): (f64, f64)) {
    let [first, last] = scale.pixels;
    let fits = |ticks: &Vec<(f64, String)>| {
        let widest = widest(ticks.iter().map(|(_, text)| text), TEXT) + height(TEXT);
        ticks.windows(2).all(|pair| scale.pixel(pair[1].0) - scale.pixel(pair[0].0) >= widest)
    };
    let ticks = (2..=6).rev().map(|most| round(&scale.range, most, false)).find(fits).unwrap_or_default();
    for (tick, text) in ticks {
        let x = scale.pixel(tick);
        canvas.line(&[(x, top), (x, bottom)], Stroke::new(RULE, 1.0));
        let half = width(&text, TEXT) / 2.0;
        let middle = x.min(last + RADIUS - half).max(first - RADIUS + half);
        canvas.text(&text, (middle, bottom + 4.0), Letters::new(TEXT, INK).at(Across::Middle, Down::Top));
    }
    let zero = scale.pixel(0.0);
    canvas.line(&[(zero, top), (zero, bottom)], Stroke::new(SOFT, 1.0));
    let right = Letters::new(TEXT, INK).at(Across::End, Down::Top);
    canvas.paragraph(title, (last + RADIUS, bottom + 4.0 + LINE), LINE, right);
}

/// The dot of a row with its interval, grey without one; another method's is hollow.
fn mark(canvas: &mut Canvas, scale: &Scale, dot: &Dot, y: f64) {
    let summary = dot.difference.summary;
    let x = scale.pixel(summary.mean);
    if let Some((low, high)) = summary.interval {
        canvas.line(&[(scale.pixel(low), y), (scale.pixel(high), y)], Stroke::new(INK, 2.0));
    }
    let colour = if dot.is_single() { SOFT } else { INK };
    canvas.disc((x, y), RADIUS, if dot.other_method { PAPER } else { colour }, Stroke::new(colour, 2.0));
}

/// From differences to pixels.
struct Scale {
    range: Range<f64>,
    /// The first and the last pixel.
    pixels: [f64; 2],
}

impl Scale {
    /// A scale with room for every dot, every interval and 0.
    fn of(dots: &[Dot], pixels: [f64; 2]) -> Scale {
        let ends = dots.iter().flat_map(|dot| {
            let summary = dot.difference.summary;
            let (low, high) = summary.interval.unwrap_or((summary.mean, summary.mean));
            [low, high, summary.mean]
        });
        let (low, high) = ends
            .filter(|value| is_drawable(*value))
            .fold((0.0_f64, 0.0_f64), |(low, high), value| (low.min(value), high.max(value)));
        let margin = (0.05 * (high - low)).max(0.1);
        Scale { range: low - margin..high + margin, pixels }
    }

    /// Where a difference is, from the left; beyond the scale at its end.
    fn pixel(&self, value: f64) -> f64 {
        let Range { start, end } = self.range;
        let share = ((value - start) / (end - start)).clamp(0.0, 1.0);
        let [first, last] = self.pixels;
        first + share * (last - first)
    }
}
