//! One panel of a drawing: its axes, and what it shows within them.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::paper::{Panel, Shows};

use super::axes::{Axes, Ticks};
use super::canvas::{Canvas, Letters};
use super::chart::{Chart, Point};
use super::font::fold;
use super::look::Look;
use super::plane::Box4;
use super::theme::INK;
use super::{lines, scatter};

/// Sizes of texts, pixels from line to line.
const CAPTION: f64 = 21.0;
const NUMBER: f64 = 19.0;
const NAME: f64 = 20.0;

/// Blank above and below a panel, pixels.
const MARGIN: f64 = 8.0;

/// Draws a panel into a rectangle, and returns the series that it names beside their marks. A drawing of one panel needs
/// no caption for it if its title says the same, or if it is not to have a title.
pub fn draw(canvas: &mut Canvas, area: Box4, panel: Panel, chart: &Chart, look: &Look) -> BTreeSet<usize> {
    let alone = chart.panels.len() == 1;
    let is_said = alone && (!look.title || chart.title.starts_with(&chart.title(panel)));
    let points: Vec<&Point> = chart.in_panel(panel).collect();
    let (left, mut top, right, bottom) = area;
    top += MARGIN;
    if !is_said {
        let caption = fold(&chart.title(panel), CAPTION, right - left);
        canvas.paragraph(&caption, (left, top), CAPTION, Letters::new(CAPTION, INK));
        top += caption.len() as f64 * CAPTION + MARGIN;
    }
    let (across, up) = panel.margins();
    let xs = range(points.iter().map(|point| panel.place(point.x)), across);
    let axes = Axes {
        across: panel.across(),
        up: &chart.up(panel),
        ticks: ticks(panel, &xs, &points),
        xs,
        ys: range(points.iter().flat_map(|point| ends(point)), up),
        number: NUMBER,
        name: NAME,
    };
    let plane = axes.draw(canvas, (left, top, right, bottom - MARGIN));
    match panel.shows {
        Shows::Result(axis) => scatter::draw(canvas, &plane, axis, chart, &points, alone),
        Shows::Training(_) => {
            lines::draw(canvas, &plane, chart, &points);
            BTreeSet::new()
        }
    }
}

/// The numbers at the horizontal axis: those that it has itself, if one of them is in the range, first those at which
/// there are points; else round ones.
fn ticks(panel: Panel, range: &Range<f64>, points: &[&Point]) -> Ticks {
    let told: &[f64] = match panel.shows {
        Shows::Result(axis) => axis.ticks(),
        Shows::Training(_) => &[],
    };
    let inside = |tick: &&f64| range.contains(&panel.place(**tick));
    let mut ticks: Vec<f64> = told.iter().filter(inside).copied().collect();
    if ticks.is_empty() {
        let whole = matches!(panel.shows, Shows::Training(curve) if curve.counts());
        return Ticks::Round { whole };
    }
    let has_points = |tick: &f64| points.iter().any(|point| (point.x - tick).abs() < 1e-6);
    ticks.sort_by_key(|tick| !has_points(tick));
    Ticks::Told(ticks.into_iter().map(|tick| (panel.place(tick), format!("{tick}"))).collect())
}

/// The lowest and highest value drawn for a point.
fn ends(point: &Point) -> [f64; 2] {
    match point.panel.shows {
        Shows::Result(_) => point.error_bar().unwrap_or([point.y; 2]),
        Shows::Training(_) => point.range.unwrap_or([point.y; 2]),
    }
}

/// From the minimum to the maximum, with a margin of at least `least` on either side.
fn range(values: impl Iterator<Item = f64>, least: f64) -> Range<f64> {
    let (low, high) = values
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    if low > high {
        return 0.0..1.0;
    }
    // Ticks need a range that doubles can divide.
    let margin = (0.07 * (high - low)).max(least).max(1e-6 * low.abs().max(high.abs()));
    low - margin..high + margin
}
