//! Curves in a panel: bands between seeds, lines, and a few marks on each.

use plotters::prelude::*;

use super::canvas::{Area, Failure};
use super::chart::{Chart, Point};
use super::marker::Marker;
use super::plane::Plane;
use super::stroke;

/// Marks on a curve, so that it is distinguished by more than its colour.
const MARKS: usize = 7;

/// Draws the curves of the points.
pub fn draw(root: &Area, plane: &Plane, chart: &Chart, points: &[&Point]) -> Result<(), Failure> {
    let of = |series: usize| points.iter().copied().filter(move |point| point.series == series);
    let pixel = |x: f64, y: f64| plane.backend_coord(&(x, y));
    for (at, series) in chart.series.iter().enumerate() {
        let low = of(at).map(|point| pixel(point.x, point.range.map_or(point.y, |[low, _]| low)));
        let high = of(at).map(|point| pixel(point.x, point.range.map_or(point.y, |[_, high]| high)));
        let mut band: Vec<(i32, i32)> = low.collect();
        band.extend(high.collect::<Vec<_>>().into_iter().rev());
        if of(at).any(|point| point.range.is_some()) {
            root.draw(&Polygon::new(band, Marker::of(series).colour.mix(0.18).filled()))?;
        }
    }
    for (at, series) in chart.series.iter().enumerate() {
        let path: Vec<(i32, i32)> = of(at).map(|point| pixel(point.x, point.y)).collect();
        if path.is_empty() {
            continue;
        }
        stroke::draw(root, &path, series)?;
        let every = path.len().div_ceil(MARKS);
        // Marks of different curves start at different places, so as not to hide each other.
        let first = if path.len() > MARKS { at % every } else { 0 };
        for place in path.iter().skip(first).step_by(every) {
            Marker::of(series).draw(root, *place, true)?;
        }
    }
    Ok(())
}
