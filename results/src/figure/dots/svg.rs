//! The dots as SVG: labels at the left, the differences and their intervals beside them.

use std::ops::Range;

use plotters::coord::ranged1d::BoldPoints;
use plotters::coord::types::RangedCoordf64;
use plotters::element::DashedPathElement;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::figure::canvas::{Area, Failure, font, write};
use crate::figure::chart::is_drawable;
use crate::figure::labels::fold;
use crate::figure::look::Look;
use crate::figure::theme::{INK, PAPER, RULE, SOFT, fit};

use super::{Dot, Dots};

/// Greatest width of the labels, pixels.
const LABELS: i32 = 300;
/// Blank at the edges, pixels.
const MARGIN: i32 = 20;
/// Sizes of texts, pixels from line to line.
const TITLE: i32 = 25;
const TEXT: i32 = 18;
/// Height of a line of text or of labels, pixels.
const LINE: i32 = TEXT + 5;
/// Radius of a dot, pixels.
const RADIUS: i32 = 5;

/// Draws the dots.
pub fn draw(found: &Dots, look: &Look) -> String {
    let mut text = String::new();
    whole(&mut text, found, look).expect("a string takes every byte");
    fit(&text, &found.title)
}

fn whole(text: &mut String, found: &Dots, look: &Look) -> Result<(), Failure> {
    let width = look.width as i32;
    let available = width - 2 * MARGIN;
    // Narrow drawings keep more than half for the dots.
    let beside = LABELS.min(width * 5 / 12);
    let title = if look.title { fold(&found.title, TITLE, available) } else { Vec::new() };
    let worth = if look.notes { fold(&found.worth, TEXT, available) } else { Vec::new() };
    let notes = if look.notes { found.notes.as_slice() } else { &[] };
    let notes: Vec<String> = notes.iter().flat_map(|note| fold(note, TEXT, available)).collect();
    let labels: Vec<Vec<String>> =
        found.dots.iter().map(|dot| fold(&dot.label, TEXT, beside - MARGIN)).collect();
    let rows: i32 = labels.iter().map(|lines| lines.len() as i32 * LINE).sum();

    let under_title = MARGIN + title.len() as i32 * (TITLE + 4);
    let top = under_title + (worth.len() as i32 + 1) * LINE;
    let bottom = top + rows.max(LINE);
    let axis_title = fold(&found.axis, TEXT, available);
    let words = bottom + (2 + axis_title.len() as i32) * LINE;
    let height = words + notes.len() as i32 * LINE + MARGIN / 2;
    let root = SVGBackend::with_string(text, (look.width, height as u32)).into_drawing_area();
    root.fill(&PAPER)?;
    for (n, line) in (0..).zip(&title) {
        write(&root, line, (MARGIN, MARGIN + n * (TITLE + 4)), TITLE, INK)?;
    }
    paragraph(&root, &worth, under_title + LINE / 2)?;
    let scale = Scale::of(&found.dots, [beside + RADIUS, width - MARGIN - RADIUS]);
    axis(&root, &scale, &axis_title, top, bottom)?;
    let mut y = top;
    for (dot, label) in found.dots.iter().zip(&labels) {
        let below = y + label.len() as i32 * LINE;
        let style = font(TEXT, INK).pos(Pos::new(HPos::Left, VPos::Center));
        for (n, line) in (0..).zip(label) {
            root.draw(&Text::new(line.clone(), (MARGIN, y + n * LINE + LINE / 2), style.clone()))?;
        }
        mark(&root, &scale, dot, (y + below) / 2, (top, bottom))?;
        y = below;
    }
    paragraph(&root, &notes, words)?;
    root.present()
}

fn paragraph(root: &Area, lines: &[String], top: i32) -> Result<(), Failure> {
    let mut placed = (0..).zip(lines);
    placed.try_for_each(|(n, line)| write(root, line, (MARGIN, top + n * LINE), TEXT, SOFT))
}

/// Ticks with their numbers under the rows, and the line at 0.
fn axis(root: &Area, scale: &Scale, title: &[String], top: i32, bottom: i32) -> Result<(), Failure> {
    let centred = |vertical| Pos::new(HPos::Center, vertical);
    let ticks = ((scale.pixels[1] - scale.pixels[0]) / 60).clamp(2, 6) as usize;
    for tick in RangedCoordf64::from(scale.range.clone()).key_points(BoldPoints(ticks)) {
        let x = scale.pixel(tick);
        let colour = if tick.abs() < 1e-9 { SOFT } else { RULE };
        root.draw(&PathElement::new([(x, top), (x, bottom)], colour.stroke_width(1)))?;
        let style = font(TEXT, INK).pos(centred(VPos::Top));
        root.draw(&Text::new(crate::figure::panel::short(tick), (x, bottom + 4), style))?;
    }
    let zero = scale.pixel(0.0);
    root.draw(&PathElement::new([(zero, top), (zero, bottom)], SOFT.stroke_width(1)))?;
    let style = font(TEXT, INK).pos(Pos::new(HPos::Right, VPos::Top));
    (1..).zip(title).try_for_each(|(line, title)| {
        root.draw(&Text::new(
            title.clone(),
            (scale.pixels[1] + RADIUS, bottom + 4 + line * LINE),
            style.clone(),
        ))
    })
}

/// The dot of a row with its interval; another method's is hollow, the rival's has a dashed line through all rows.
fn mark(root: &Area, scale: &Scale, dot: &Dot, y: i32, (top, bottom): (i32, i32)) -> Result<(), Failure> {
    let summary = dot.difference.summary;
    let x = scale.pixel(summary.mean);
    if dot.rival {
        root.draw(&DashedPathElement::new([(x, top), (x, bottom)], 4, 4, SOFT.stroke_width(1)))?;
    }
    if let Some((low, high)) = summary.interval {
        root.draw(&PathElement::new([(scale.pixel(low), y), (scale.pixel(high), y)], INK.stroke_width(2)))?;
    }
    let fill = if dot.other_method { PAPER } else { INK };
    root.draw(&Circle::new((x, y), RADIUS, fill.filled()))?;
    root.draw(&Circle::new((x, y), RADIUS, INK.stroke_width(2)))
}

/// From differences to pixels.
struct Scale {
    range: Range<f64>,
    /// The first and the last pixel.
    pixels: [i32; 2],
}

impl Scale {
    /// A scale with room for every dot, every interval and 0.
    fn of(dots: &[Dot], pixels: [i32; 2]) -> Scale {
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
    fn pixel(&self, value: f64) -> i32 {
        let Range { start, end } = self.range;
        let share = ((value - start) / (end - start)).clamp(0.0, 1.0);
        let [first, last] = self.pixels;
        first + (share * f64::from(last - first)).round() as i32
    }
}
