//! Curves in a panel: bands between seeds, lines, and a few marks on each.

use super::canvas::{Canvas, Pixel, Stroke};
use super::chart::{Chart, Point};
use super::marker::Marker;
use super::plane::{Box4, Plane};
use super::spread::{APART, Placed, Sight, Standing};
use super::stroke;

/// Marks on a curve, so that it is distinguished by more than its colour.
const MARKS: usize = 7;

/// The part of a mark that is to be seen where it stands on its curve.
const CLEAR: f64 = 0.6;

/// Distance of the places on a curve that are tried for a mark, pixels.
const STEP: f64 = 3.0;

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
    let (mut marks, mut taken): (Vec<(Marker, Placed)>, Vec<Standing>) = Default::default();
    for (at, series) in chart.series.iter().enumerate() {
        let path: Vec<Pixel> = of(at).map(|point| plane.pixel(point.x, point.y)).collect();
        if path.is_empty() {
            continue;
        }
        stroke::draw(canvas, &path, series);
        let marker = Marker::of(series);
        let places = mark_places(&path, at, &Sight::of(marker.outline), &taken, plane.frame);
        taken.extend(places.iter().map(|placed| Standing { at: placed.at, outline: marker.outline }));
        marks.extend(places.into_iter().map(|placed| (marker, placed)));
    }
    // Each lies below those before it, and the lines above all, as they begin where other marks may be.
    marks.iter().rev().for_each(|(marker, placed)| marker.draw(canvas, placed.at, true));
    for (marker, placed) in &marks {
        if let Some(line) = placed.line() {
            canvas.line(&line, Stroke::new(marker.colour, 2.0));
        }
    }
}

/// Places for the marks of the curve with this number: some of its points at which those before it do not hide them; or,
/// if there is none, one place anywhere on the curve, the last that is clear; or one beside it.
fn mark_places(
    path: &[Pixel],
    number: usize,
    sight: &Sight,
    taken: &[Standing],
    bounds: Box4,
) -> Vec<Placed> {
    let every = path.len().div_ceil(MARKS);
    // Marks of different curves start at different places, so as not to hide each other.
    let first = if path.len() > MARKS { number % every } else { 0 };
    let clear = |place: &Pixel| sight.visible(*place, taken) >= CLEAR;
    let mut places: Vec<Pixel> = Vec::new();
    for place in path.iter().skip(first).step_by(every).filter(|place| clear(place)) {
        // Two evaluations may follow each other so soon that their marks would lie on each other.
        if places.last().is_none_or(|before| (place.0 - before.0).hypot(place.1 - before.1) >= APART) {
            places.push(*place);
        }
    }
    if places.is_empty() {
        places.extend(along(path).find(clear));
    }
    let last = path[path.len() - 1];
    match places.is_empty() {
        true => vec![Placed { at: sight.aside(last, taken, bounds), anchor: last }],
        false => places.into_iter().map(|at| Placed { at, anchor: at }).collect(),
    }
}

/// Places on a curve from its end to its beginning.
fn along(path: &[Pixel]) -> impl Iterator<Item = Pixel> {
    path.windows(2).rev().flat_map(|pair| {
        let ((x, y), (to_x, to_y)) = (pair[1], pair[0]);
        let steps = ((to_x - x).hypot(to_y - y) / STEP).ceil().max(1.0);
        (0..=steps as u32).map(move |step| {
            let share = f64::from(step) / steps;
            (x + share * (to_x - x), y + share * (to_y - y))
        })
    })
}
