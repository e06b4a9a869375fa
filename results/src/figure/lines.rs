//! Curves in a panel: bands between seeds, lines, and a few marks on each.

use super::canvas::{Canvas, Pixel, Stroke};
use super::chart::{Chart, Point};
use super::marker::Marker;
use super::plane::{Box4, Plane};
use super::spread::{Placed, aside, is_seen};
use super::stroke;

/// Marks on a curve, so that it is distinguished by more than its colour.
const MARKS: usize = 7;

/// Draws the curves of the points.
pub fn draw(canvas: &mut Canvas, plane: &Plane, chart: &Chart, points: &[&Point]) {
    let of = |series: usize| points.iter().copied().filter(move |point| point.series == series);
    for (at, series) in chart.series.iter().enumerate() {
        let low = of(at).map(|point| plane.pixel(point.x, point.range.map_or(point.y, |[low, _]| low)));
        let high = of(at).map(|point| plane.pixel(point.x, point.range.map_or(point.y, |[_, high]| high)));
        let mut band: Vec<Pixel> = low.collect();
        band.extend(high.collect::<Vec<_>>().into_iter().rev());
        if of(at).any(|point| point.range.is_some()) {
            canvas.band(&band, Marker::of(series).colour, 0.18);
        }
    }
    let (mut marks, mut taken): (Vec<(Marker, Placed)>, Vec<Pixel>) = Default::default();
    for (at, series) in chart.series.iter().enumerate() {
        let path: Vec<Pixel> = of(at).map(|point| plane.pixel(point.x, point.y)).collect();
        if path.is_empty() {
            continue;
        }
        stroke::draw(canvas, &path, series);
        let places = mark_places(&path, at, &taken, plane.frame);
        taken.extend(places.iter().map(|placed| placed.at));
        marks.extend(places.into_iter().map(|placed| (Marker::of(series), placed)));
    }
    // Each lies below those before it, and the lines above all, as they begin where other marks may be.
    marks.iter().rev().for_each(|(marker, placed)| marker.draw(canvas, placed.at, true));
    for (marker, placed) in &marks {
        if let Some(line) = placed.line() {
            canvas.line(&line, Stroke::new(marker.colour, 2.0));
        }
    }
}

/// Places for the marks of the curve with this number: some of its own at which those before it do not hide them, or
/// one beside it if there is none.
fn mark_places(path: &[Pixel], number: usize, taken: &[Pixel], bounds: Box4) -> Vec<Placed> {
    let every = path.len().div_ceil(MARKS);
    // Marks of different curves start at different places, so as not to hide each other.
    let first = if path.len() > MARKS { number % every } else { 0 };
    let seen = |place: &&Pixel| is_seen(**place, taken);
    let mut places: Vec<Pixel> = path.iter().skip(first).step_by(every).filter(seen).copied().collect();
    if places.is_empty() {
        places.extend(path.iter().rev().find(seen));
    }
    let last = path[path.len() - 1];
    match places.is_empty() {
        true => vec![Placed { at: aside(last, taken, bounds), anchor: last }],
        false => places.into_iter().map(|at| Placed { at, anchor: at }).collect(),
    }
}
