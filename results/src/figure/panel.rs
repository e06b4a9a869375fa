//! One panel of a figure: axes, paths, marks, and labels where there is room.

use std::collections::BTreeMap;
use std::ops::Range;

use plotters::prelude::*;

use crate::table::number::percent;

use super::definition::Panel;
use super::labels::Labels;
use super::legend::is_doubtful;
use super::marker::{Marker, RADIUS};
use super::points::{Origin, Plot, Point};
use super::svg::{Area, Failure, INK, SOFT, draw_marker, font, write};

/// Size of the labels of points, pixels.
const LABEL: i32 = 14;

/// Equal labels of one series that are nearer than this are said once, pixels.
const NEAR: i32 = 40;

const RULE: RGBColor = RGBColor(228, 228, 228);

/// Draws a panel into its area.
pub fn draw(root: &Area, area: &Area, panel: Panel, plot: &Plot) -> Result<(), Failure> {
    let points: Vec<&Point> = plot.in_panel(panel).collect();
    let xs = range(points.iter().map(|point| point.x), 0.05);
    let ys = range(points.iter().flat_map(|point| error_bar(point).unwrap_or([point.y; 2])), 0.5);
    let mut chart = ChartBuilder::on(area)
        .margin(8)
        .caption(panel.x.title(), font(17, INK))
        .x_label_area_size(52)
        .y_label_area_size(64)
        .build_cartesian_2d(xs, ys)?;
    chart
        .configure_mesh()
        .light_line_style(WHITE)
        .bold_line_style(RULE)
        .axis_style(SOFT)
        .x_labels(8)
        .y_labels(8)
        .label_style(font(15, INK))
        .axis_desc_style(font(16, INK))
        .x_desc(panel.x.label())
        .y_desc("Top-1 accuracy (%)")
        .x_label_formatter(&|x| short(*x))
        .y_label_formatter(&|y| short(*y))
        .draw()?;
    let pixel = |x: f64, y: f64| chart.backend_coord(&(x, y));
    let at = |point: &Point| pixel(point.x, point.y);
    for path in paths(&points) {
        let Marker { colour, .. } = Marker::of(plot, path[0].series);
        let measured = path[0].is_measured();
        let style = colour.mix(if measured { 0.9 } else { 0.35 }).stroke_width(if measured { 2 } else { 1 });
        root.draw(&PathElement::new(path.iter().map(|point| at(point)).collect::<Vec<_>>(), style))?;
    }
    for point in &points {
        let marker = Marker::of(plot, point.series);
        if let Some(ends) = error_bar(point) {
            let bar = ends.map(|y| pixel(point.x, y));
            root.draw(&PathElement::new(bar.to_vec(), marker.colour.stroke_width(1)))?;
        }
        draw_marker(root, marker, at(point), point.is_measured())?;
    }
    let (x, y) = chart.plotting_area().get_pixel_range();
    let placed: Vec<(&Point, (i32, i32))> = points.iter().map(|point| (*point, at(point))).collect();
    let pixels: Vec<(i32, i32)> = placed.iter().map(|(_, pixel)| *pixel).collect();
    let mut labels = Labels::new((x.start, y.start, x.end, y.end), &pixels, RADIUS);
    for path in paths(&points).iter().filter(|path| path[0].is_measured()) {
        path.windows(2).for_each(|pair| labels.avoid_line(at(pair[0]), at(pair[1])));
    }
    for point in &points {
        if let Some([low, high]) = error_bar(point) {
            labels.avoid_line(pixel(point.x, low), pixel(point.x, high));
        }
    }
    draw_labels(root, plot, labels, &placed)
}

/// Labels points, those measured first, so that it is they that find room.
fn draw_labels(
    root: &Area,
    plot: &Plot,
    mut labels: Labels,
    placed: &[(&Point, (i32, i32))],
) -> Result<(), Failure> {
    let mut said: Vec<(usize, String, (i32, i32))> = Vec::new();
    for measured in [true, false] {
        for (point, pixel) in placed.iter().filter(|(point, _)| point.is_measured() == measured) {
            let Some(text) = label(point) else { continue };
            let near = |other: &(i32, i32)| (other.0 - pixel.0).abs().max((other.1 - pixel.1).abs()) < NEAR;
            if said.iter().any(|(series, other, at)| *series == point.series && *other == text && near(at)) {
                continue;
            }
            if let Some(place) = labels.place(*pixel, RADIUS, &text, LABEL) {
                write(root, &text, place, LABEL, Marker::of(plot, point.series).colour)?;
                said.push((point.series, text, *pixel));
            }
        }
    }
    Ok(())
}

/// The ends of a measured point's standard deviation.
fn error_bar(point: &Point) -> Option<[f64; 2]> {
    let deviation = point.deviation.filter(|_| point.is_measured())?;
    Some([point.y - deviation, point.y + deviation])
}

/// The latency that remains, unless it is all.
fn label(point: &Point) -> Option<String> {
    let share = point.latency_target.filter(|share| *share < 1.0)?;
    Some(format!("{}{}", percent(share), if is_doubtful(point) { " †" } else { "" }))
}

/// Points that a line joins, from left to right: those measured, and those of one source.
fn paths<'p, 'a>(points: &[&'p Point<'a>]) -> Vec<Vec<&'p Point<'a>>> {
    let mut paths: BTreeMap<(usize, Option<[&str; 3]>), Vec<&'p Point<'a>>> = BTreeMap::new();
    for point in points {
        let source = match &point.origin {
            Origin::Published { value, .. } => {
                Some([value.source.as_str(), value.location.as_str(), value.conditions.as_str()])
            }
            Origin::Measured { .. } => None,
        };
        paths.entry((point.series, source)).or_default().push(point);
    }
    let mut paths: Vec<_> = paths.into_values().filter(|path| path.len() > 1).collect();
    paths.iter_mut().for_each(|path| path.sort_by(|a, b| a.x.total_cmp(&b.x)));
    paths
}

/// From the least to the greatest value, with a margin of at least `least` on either side.
fn range(values: impl Iterator<Item = f64>, least: f64) -> Range<f64> {
    let (low, high) = values
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    if low > high {
        return 0.0..1.0;
    }
    let margin = (0.07 * (high - low)).max(least);
    low - margin..high + margin
}

/// A number on an axis, without superfluous zeros.
fn short(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}
