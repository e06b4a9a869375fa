//! Points in a panel that shows accuracy: paths, error bars, marks, and labels where there is room.

use std::collections::{BTreeMap, BTreeSet};

use plotters::prelude::*;

use crate::page::number::percent;
use crate::paper::Axis;
use crate::table::legend::UNLEARNED;
use crate::table::structured::NOT_VALID;

use super::canvas::{Area, Failure, write};
use super::chart::{Chart, Point, PointOrigin};
use super::labels::{LabelPlaces, width};
use super::marker::{Marker, RADIUS};
use super::plane::Plane;
use super::spread::spread;
use super::theme::{INK, SOFT};

/// Size of the labels of points, pixels.
const LABEL: i32 = 18;

/// Equal labels of one series that are nearer than this are shown once, pixels.
const NEAR: i32 = 40;

/// Widest label of a series that stands beside its marks instead of in the legend, pixels.
const WIDEST: i32 = 230;

/// Draws the points. Where the panel names its series itself (`names`), the labels of those that have room for it stand
/// beside their marks, and their indices are returned.
pub fn draw(
    root: &Area,
    plane: &Plane,
    axis: Axis,
    chart: &Chart,
    points: &[&Point],
    names: bool,
) -> Result<BTreeSet<usize>, Failure> {
    let (x, y) = plane.plotting_area().get_pixel_range();
    let pixel = |x: f64, y: f64| plane.backend_coord(&(axis.place(x), y));
    let exact: Vec<(i32, i32)> = points.iter().map(|point| pixel(point.x, point.y)).collect();
    // Only where all marks of a level have one place across can they move without telling something wrong.
    let at = if axis.is_level() { spread(&exact, (x.start, x.end)) } else { exact };
    let front = front(points)
        .windows(2)
        .flat_map(|pair| {
            let [from, to] = [at[pair[0]], at[pair[1]]];
            // To the left of a point everything as accurate as it is at least as fast.
            [from, (from.0, to.1), to]
        })
        .collect::<Vec<_>>();
    if !front.is_empty() {
        root.draw(&PathElement::new(front.clone(), SOFT.stroke_width(2)))?;
    }
    let paths = if axis.has_front() { Vec::new() } else { paths(points) };
    for path in &paths {
        let first = points[path[0]];
        let Marker { colour, .. } = Marker::of(&chart.series[first.series]);
        let measured = first.is_measured();
        let style = colour.mix(if measured { 0.9 } else { 0.35 }).stroke_width(if measured { 2 } else { 1 });
        root.draw(&PathElement::new(path.iter().map(|point| at[*point]).collect::<Vec<_>>(), style))?;
    }
    let bar = |place: usize| {
        let ends = points[place].error_bar()?;
        Some(ends.map(|y| (at[place].0, pixel(points[place].x, y).1)))
    };
    for (place, point) in points.iter().enumerate() {
        let marker = Marker::of(&chart.series[point.series]);
        if let Some(bar) = bar(place) {
            root.draw(&PathElement::new(bar.to_vec(), marker.colour.stroke_width(2)))?;
            for (x, y) in bar {
                root.draw(&PathElement::new(vec![(x - 5, y), (x + 5, y)], marker.colour.stroke_width(2)))?;
            }
        }
        marker.draw(root, at[place], point.is_measured())?;
    }
    let placed: Vec<(&Point, (i32, i32))> = points.iter().copied().zip(at.iter().copied()).collect();
    let mut labels = LabelPlaces::new((x.start, y.start, x.end, y.end), &at, RADIUS);
    for path in paths.iter().filter(|path| points[path[0]].is_measured()) {
        path.windows(2).for_each(|pair| labels.avoid_line(at[pair[0]], at[pair[1]]));
    }
    front.windows(2).for_each(|pair| labels.avoid_line(pair[0], pair[1]));
    for [low, high] in (0..points.len()).filter_map(bar) {
        labels.avoid_line(low, high);
    }
    let named = if names { name_series(root, chart, &mut labels, &placed)? } else { BTreeSet::new() };
    draw_labels(root, axis, chart, labels, &placed)?;
    Ok(named)
}

/// Writes the labels of series beside their marks, the last measured one first, as far as there is room.
fn name_series(
    root: &Area,
    chart: &Chart,
    labels: &mut LabelPlaces,
    placed: &[(&Point, (i32, i32))],
) -> Result<BTreeSet<usize>, Failure> {
    let mut named = BTreeSet::new();
    for (at, series) in chart.series.iter().enumerate() {
        if width(&series.label, LABEL) > WIDEST {
            continue;
        }
        let mut own: Vec<_> = placed.iter().filter(|(point, _)| point.series == at).collect();
        own.sort_by_key(|(point, (x, _))| (!point.is_measured(), -x));
        let place = own.iter().find_map(|(_, pixel)| labels.place(*pixel, RADIUS, &series.label, LABEL));
        if let Some(place) = place {
            write(root, &series.label, place, LABEL, INK)?;
            named.insert(at);
        }
    }
    Ok(named)
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
    let doubtful = point.is_doubtful().then(|| NOT_VALID.to_string());
    let unlearned = point.learnt_nothing().then(|| UNLEARNED.to_string());
    let said = [level.map(percent), doubtful, unlearned];
    let said: Vec<String> = said.into_iter().flatten().collect();
    (!said.is_empty()).then(|| said.join(" "))
}

/// The points of the Pareto front, from left to right.
fn front(points: &[&Point]) -> Vec<usize> {
    let mut front: Vec<usize> = (0..points.len()).filter(|at| points[*at].on_front == Some(true)).collect();
    front.sort_by(|a, b| points[*a].x.total_cmp(&points[*b].x));
    front
}

/// Points that a line joins, from left to right: those measured, and those of one source.
fn paths(points: &[&Point]) -> Vec<Vec<usize>> {
    let mut paths: BTreeMap<(usize, Option<[&str; 3]>), Vec<usize>> = BTreeMap::new();
    for (at, point) in points.iter().enumerate() {
        let source = match &point.origin {
            PointOrigin::Published { value, .. } => {
                Some([value.source.as_str(), value.location.as_str(), value.conditions.as_str()])
            }
            PointOrigin::Measured { .. } => None,
        };
        paths.entry((point.series, source)).or_default().push(at);
    }
    let mut paths: Vec<_> = paths.into_values().filter(|path| path.len() > 1).collect();
    paths.iter_mut().for_each(|path| path.sort_by(|a, b| points[*a].x.total_cmp(&points[*b].x)));
    paths
}
