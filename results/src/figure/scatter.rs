//! Points in a panel that shows accuracy: paths, error bars, marks, and labels where there is room.

use std::collections::{BTreeMap, BTreeSet};

use crate::page::number::percent;
use crate::paper::Axis;

use super::canvas::{Canvas, Letters, Pixel, Stroke};
use super::chart::{Chart, Point, PointOrigin};
use super::font::width;
use super::labels::LabelPlaces;
use super::marker::{Marker, RADIUS};
use super::plane::Plane;
use super::spread::{Mark, Placed, spread};
use super::theme::{INK, SOFT};

/// Size of the labels of points, pixels.
const LABEL: f64 = 18.0;

/// Equal labels of one series that are nearer than this are shown once, pixels.
const NEAR: f64 = 40.0;

/// Widest label of a series that stands beside its marks instead of in the legend, pixels.
const WIDEST: f64 = 230.0;

/// Half the width of the ends of an error bar, pixels.
const END: f64 = 5.0;

/// Draws the points. Where the panel names its series itself (`names`), the labels of those that have room for it stand
/// beside their marks, and their indices are returned.
pub fn draw(
    canvas: &mut Canvas,
    plane: &Plane,
    axis: Axis,
    chart: &Chart,
    points: &[&Point],
    names: bool,
) -> BTreeSet<usize> {
    // What was measured lies above what was published, and takes its place first.
    let mut order: Vec<&Point> = points.to_vec();
    order.sort_by_key(|point| !point.is_measured());
    let points = order.as_slice();
    let pixel = |x: f64, y: f64| plane.pixel(axis.place(x), y);
    let mark = |point: &&Point| Mark {
        at: pixel(point.x, point.y),
        kind: 2 * point.series + usize::from(point.is_measured()),
        outline: Marker::of(&chart.series[point.series]).outline,
    };
    let placed = spread(&points.iter().map(mark).collect::<Vec<_>>(), plane.frame, axis.is_level());
    let front: Vec<Pixel> = front(points)
        .windows(2)
        .flat_map(|pair| {
            let [from, to] = [placed[pair[0]].anchor, placed[pair[1]].anchor];
            // To the left of a point everything as accurate as it is at least as fast.
            [from, (from.0, to.1), to]
        })
        .collect();
    if !front.is_empty() {
        canvas.line(&front, Stroke::new(SOFT, 2.0));
    }
    let paths = if axis.has_front() { Vec::new() } else { paths(points) };
    for path in &paths {
        let first = points[path[0]];
        let colour = Marker::of(&chart.series[first.series]).colour;
        let (opacity, width) = if first.is_measured() { (0.9, 2.0) } else { (0.35, 1.0) };
        let through: Vec<Pixel> = path.iter().map(|point| placed[*point].anchor).collect();
        canvas.line(&through, Stroke { opacity, ..Stroke::new(colour, width) });
    }
    let bars: Vec<[Pixel; 2]> = draw_bars(canvas, chart, points, &placed, |y| plane.up(y));
    for (point, placed) in points.iter().zip(&placed).rev() {
        Marker::of(&chart.series[point.series]).draw(canvas, placed.at, point.is_measured());
    }
    // Above the marks that would hide where the point is.
    for (point, placed) in points.iter().zip(&placed) {
        if let Some(line) = placed.line() {
            canvas.line(&line, Stroke::new(Marker::of(&chart.series[point.series]).colour, 2.0));
        }
    }
    let at: Vec<Pixel> = placed.iter().map(|placed| placed.at).collect();
    let mut labels = LabelPlaces::new(plane.frame, &at, RADIUS);
    for path in paths.iter().filter(|path| points[path[0]].is_measured()) {
        path.windows(2).for_each(|pair| labels.avoid_line(placed[pair[0]].anchor, placed[pair[1]].anchor));
    }
    front.windows(2).for_each(|pair| labels.avoid_line(pair[0], pair[1]));
    bars.iter().for_each(|[low, high]| labels.avoid_line(*low, *high));
    placed.iter().for_each(|placed| labels.avoid_line(placed.anchor, placed.at));
    let placed: Vec<(&Point, Pixel)> = points.iter().copied().zip(at).collect();
    // What is to be known of a result comes first, as its mark has to stand at it.
    draw_labels(canvas, axis, chart, &mut labels, &placed, true);
    let named = if names { name_series(canvas, chart, &mut labels, &placed) } else { BTreeSet::new() };
    draw_labels(canvas, axis, chart, &mut labels, &placed, false);
    named
}

/// Draws the error bars, and returns their ends.
fn draw_bars(
    canvas: &mut Canvas,
    chart: &Chart,
    points: &[&Point],
    placed: &[Placed],
    up: impl Fn(f64) -> f64,
) -> Vec<[Pixel; 2]> {
    let mut bars = Vec::new();
    for (point, placed) in points.iter().zip(placed) {
        let Some(ends) = point.error_bar() else { continue };
        let bar = ends.map(|y| (placed.anchor.0, up(y)));
        let stroke = Stroke::new(Marker::of(&chart.series[point.series]).colour, 2.0);
        canvas.line(&bar, stroke);
        for (x, y) in bar {
            canvas.line(&[(x - END, y), (x + END, y)], stroke);
        }
        bars.push(bar);
    }
    bars
}

/// Writes the labels of series beside their marks, the last measured one first, as far as there is room.
fn name_series(
    canvas: &mut Canvas,
    chart: &Chart,
    labels: &mut LabelPlaces,
    placed: &[(&Point, Pixel)],
) -> BTreeSet<usize> {
    let mut named = BTreeSet::new();
    for (at, series) in chart.series.iter().enumerate() {
        if width(&series.label, LABEL) > WIDEST {
            continue;
        }
        let mut own: Vec<_> = placed.iter().filter(|(point, _)| point.series == at).collect();
        own.sort_by(|(a, (ax, _)), (b, (bx, _))| {
            b.is_measured().cmp(&a.is_measured()).then(bx.total_cmp(ax))
        });
        let place = own.iter().find_map(|(_, pixel)| labels.place(*pixel, &series.label, LABEL));
        if let Some(place) = place {
            canvas.text(&series.label, place, Letters::new(LABEL, INK));
            named.insert(at);
        }
    }
    named
}

/// Labels the points whose results are marked, or the others, the measured ones first, so that they find room.
fn draw_labels(
    canvas: &mut Canvas,
    axis: Axis,
    chart: &Chart,
    labels: &mut LabelPlaces,
    placed: &[(&Point, Pixel)],
    marked: bool,
) {
    let mut said: Vec<(usize, String, Pixel)> = Vec::new();
    for (point, pixel) in placed.iter().filter(|(point, _)| point.marks().is_empty() != marked) {
        let Some(text) = label(axis, chart, point) else { continue };
        let near = |other: &Pixel| (other.0 - pixel.0).abs().max((other.1 - pixel.1).abs()) < NEAR;
        if said.iter().any(|(series, other, at)| *series == point.series && *other == text && near(at)) {
            continue;
        }
        if let Some(place) = labels.place(*pixel, &text, LABEL) {
            canvas.text(&text, place, Letters::new(LABEL, SOFT));
            said.push((point.series, text, *pixel));
        }
    }
}

/// The level, unless it is the dense network's or the axis or a note shows it, and the marks of what is to be known of the result,
/// as in a table.
fn label(axis: Axis, chart: &Chart, point: &Point) -> Option<String> {
    let is_said = !axis.labels_levels() || chart.only_level().is_some();
    let level = point.level.filter(|level| *level != chart.dense_level() && !is_said);
    let marks = point.marks().into_iter().map(String::from);
    let said: Vec<String> = level.map(percent).into_iter().chain(marks).collect();
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
