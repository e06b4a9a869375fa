//! One panel of a drawing: its axes, and what it shows within them.

use std::collections::BTreeSet;
use std::ops::Range;

use plotters::coord::ranged1d::BoldPoints;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;

use crate::paper::{Panel, Shows};

use super::canvas::{Area, Failure, font};
use super::chart::{Chart, Point};
use super::look::Look;
use super::plane::Ticked;
use super::theme::{INK, PAPER, RULE, SOFT};
use super::{lines, scatter};

/// Draws a panel into its area, and returns the series that it names beside their marks. A drawing of one panel needs
/// no caption for it if its title says the same, or if it is not to have a title.
pub fn draw(
    root: &Area,
    area: &Area,
    panel: Panel,
    chart: &Chart,
    look: &Look,
) -> Result<BTreeSet<usize>, Failure> {
    let alone = chart.panels.len() == 1;
    let is_said = alone && (!look.title || chart.title.starts_with(&chart.title(panel)));
    let points: Vec<&Point> = chart.in_panel(panel).collect();
    let (across, up) = panel.margins();
    let xs = range(points.iter().map(|point| panel.place(point.x)), across);
    let ys = range(points.iter().flat_map(|point| ends(point)), up);
    let (ticks, written) = ticks(panel, &xs);
    let mut builder = ChartBuilder::on(area);
    if !is_said {
        builder.caption(chart.title(panel), font(21, INK));
    }
    let mut plane = builder
        .margin(6)
        .margin_right(16)
        .x_label_area_size(56)
        .y_label_area_size(78)
        .build_cartesian_2d(Ticked::new(xs, ticks.clone()), ys)?;
    let tick = |x: &f64| {
        let at = ticks.iter().position(|tick| tick == x);
        at.map(|at| written[at].clone()).unwrap_or_default()
    };
    plane
        .configure_mesh()
        .light_line_style(PAPER)
        .max_light_lines(1)
        .bold_line_style(RULE)
        .axis_style(SOFT)
        .x_labels(ticks.len())
        .y_labels(7)
        .label_style(font(19, INK))
        .axis_desc_style(font(20, INK))
        .x_desc(panel.across())
        .y_desc(chart.up(panel))
        .x_label_formatter(&tick)
        .y_label_formatter(&|y| short(*y))
        .draw()?;
    match panel.shows {
        Shows::Result(axis) => scatter::draw(root, &plane, axis, chart, &points, alone),
        Shows::Training(_) => lines::draw(root, &plane, chart, &points).map(|()| BTreeSet::new()),
    }
}

/// The ticks of the horizontal axis, and their labels.
fn ticks(panel: Panel, range: &Range<f64>) -> (Vec<f64>, Vec<String>) {
    let told: &[f64] = match panel.shows {
        Shows::Result(axis) => axis.ticks(),
        Shows::Training(_) => &[],
    };
    if told.iter().any(|tick| range.contains(&panel.place(*tick))) {
        let inside = told.iter().filter(|tick| range.contains(&panel.place(**tick)));
        return inside.map(|tick| (panel.place(*tick), short(*tick))).unzip();
    }
    let whole = matches!(panel.shows, Shows::Training(curve) if curve.counts());
    let round = RangedCoordf64::from(range.clone()).key_points(BoldPoints(7));
    let kept = round.into_iter().filter(|tick| !whole || tick.fract().abs() < 1e-6);
    kept.map(|tick| (tick, short(tick))).unzip()
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

/// A number on an axis, without superfluous zeros.
pub fn short(value: f64) -> String {
    if value.abs() >= 1e6 {
        return format!("{value:.1e}");
    }
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0" } else { text }.to_string()
}
