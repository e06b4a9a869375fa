//! Points in a panel that shows accuracy: paths, error bars, marks, and labels where there is room.

use std::collections::BTreeMap;

use plotters::prelude::*;

use crate::page::number::percent;
use crate::paper::Axis;

use super::canvas::{Area, Failure, write};
use super::chart::{Chart, Point, PointOrigin};
use super::labels::LabelPlaces;
use super::marker::{Marker, RADIUS};
use super::plane::Plane;
use super::theme::SOFT;

/// Size of the labels of points, pixels.
const LABEL: i32 = 18;

/// Equal labels of one series that are nearer than this are shown once, pixels.
const NEAR: i32 = 40;

/// Draws the points.
pub fn draw(root: &Area, plane: &Plane, axis: Axis, chart: &Chart, points: &[&Point]) -> Result<(), Failure> {
    let pixel = |x: f64, y: f64| plane.backend_coord(&(axis.place(x), y));
    let at = |point: &Point| pixel(point.x, point.y);
    let front = front(points)
        .windows(2)
        .flat_map(|pair| {
            let [from, to] = [at(pair[0]), at(pair[1])];
            // To the left of a point everything as accurate as it is at least as fast.
            [from, (from.0, to.1), to]
        })
        .collect::<Vec<_>>();
    if !front.is_empty() {
        root.draw(&PathElement::new(front.clone(), SOFT.stroke_width(2)))?;
    }
    let paths = if axis.has_front() { Vec::new() } else { paths(points) };
    for path in &paths {
        let Marker { colour, .. } = Marker::of(&chart.series[path[0].series]);
        let measured = path[0].is_measured();
        let style = colour.mix(if measured { 0.9 } else { 0.35 }).stroke_width(if measured { 2 } else { 1 });
        root.draw(&PathElement::new(path.iter().map(|point| at(point)).collect::<Vec<_>>(), style))?;
    }
    for point in points {
        let marker = Marker::of(&chart.series[point.series]);
        if let Some(ends) = point.error_bar() {
            let bar = ends.map(|y| pixel(point.x, y));
            root.draw(&PathElement::new(bar.to_vec(), marker.colour.stroke_width(2)))?;
            for (x, y) in bar {
                root.draw(&PathElement::new(vec![(x - 5, y), (x + 5, y)], marker.colour.stroke_width(2)))?;
            }
        }
        marker.draw(root, at(point), point.is_measured())?;
    }
    let (x, y) = plane.plotting_area().get_pixel_range();
    let placed: Vec<(&Point, (i32, i32))> = points.iter().map(|point| (*point, at(point))).collect();
    let pixels: Vec<(i32, i32)> = placed.iter().map(|(_, pixel)| *pixel).collect();
    let mut labels = LabelPlaces::new((x.start, y.start, x.end, y.end), &pixels, RADIUS);
    for path in paths.iter().filter(|path| path[0].is_measured()) {
        path.windows(2).for_each(|pair| labels.avoid_line(at(pair[0]), at(pair[1])));
    }
    front.windows(2).for_each(|pair| labels.avoid_line(pair[0], pair[1]));
    for point in points {
        if let Some([low, high]) = point.error_bar() {
            labels.avoid_line(pixel(point.x, low), pixel(point.x, high));
        }
    }
    draw_labels(root, axis, chart, labels, &placed)
}

/// Labels points, the measured ones first, so that they find room.
fn draw_labels(
    root: &Area,
    axis: Axis,
    chart: &Chart,
    mut labels: LabelPlaces,
    placed: &[(&Point, (i32, i32))],
) -> Result<(), Failure> {
    let mut said: Vec<(usize, String, (i32, i32))> = Vec::new();
    for measured in [true, false] {
        for (point, pixel) in placed.iter().filter(|(point, _)| point.is_measured() == measured) {
            let Some(text) = label(axis, chart, point) else { continue };
            let near = |other: &(i32, i32)| (other.0 - pixel.0).abs().max((other.1 - pixel.1).abs()) < NEAR;
            if said.iter().any(|(series, other, at)| *series == point.series && *other == text && near(at)) {
                continue;
            }
            if let Some(place) = labels.place(*pixel, RADIUS, &text, LABEL) {
                write(root, &text, place, LABEL, SOFT)?;
                said.push((point.series, text, *pixel));
            }
        }
    }
    Ok(())
}

/// The level, unless it is the dense network's or the axis shows it, and the marks of an invalid measurement and of
/// trials that did not learn.
fn label(axis: Axis, chart: &Chart, point: &Point) -> Option<String> {
    let dense = if chart.structured { 1.0 } else { 0.0 };
    let level = point.level.filter(|level| *level != dense && axis.labels_levels());
    let doubtful = point.is_doubtful().then(|| "†".to_string());
    let unlearned = point.learnt_nothing().then(|| "§".to_string());
    let said = [level.map(percent), doubtful, unlearned];
    let said: Vec<String> = said.into_iter().flatten().collect();
    (!said.is_empty()).then(|| said.join(" "))
}

/// The points of the Pareto front, from left to right.
fn front<'p, 'a>(points: &[&'p Point<'a>]) -> Vec<&'p Point<'a>> {
    let mut front: Vec<_> = points.iter().copied().filter(|point| point.on_front == Some(true)).collect();
    front.sort_by(|a, b| a.x.total_cmp(&b.x));
    front
}

/// Points that a line joins, from left to right: those measured, and those of one source.
fn paths<'p, 'a>(points: &[&'p Point<'a>]) -> Vec<Vec<&'p Point<'a>>> {
    let mut paths: BTreeMap<(usize, Option<[&str; 3]>), Vec<&'p Point<'a>>> = BTreeMap::new();
    for point in points {
        let source = match &point.origin {
            PointOrigin::Published { value, .. } => {
                Some([value.source.as_str(), value.location.as_str(), value.conditions.as_str()])
            }
            PointOrigin::Measured { .. } => None,
        };
        paths.entry((point.series, source)).or_default().push(point);
    }
    let mut paths: Vec<_> = paths.into_values().filter(|path| path.len() > 1).collect();
    paths.iter_mut().for_each(|path| path.sort_by(|a, b| a.x.total_cmp(&b.x)));
    paths
}
