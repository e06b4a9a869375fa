//! The coordinates of a panel, whose horizontal axis has ticks of its own.

use std::ops::Range;

use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint};
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;

/// The coordinates of a panel.
pub type Plane<'s, 'r> = ChartContext<'r, SVGBackend<'s>, Cartesian2d<Ticked, RangedCoordf64>>;

/// A coordinate with ticks of its own.
#[derive(Clone)]
pub struct Ticked {
    coordinate: RangedCoordf64,
    ticks: Vec<f64>,
}

impl Ticked {
    /// A range with the ticks in it, both in the quantity of the axis.
    pub fn new(range: Range<f64>, ticks: Vec<f64>) -> Ticked {
        Ticked { coordinate: range.into(), ticks }
    }
}

impl Ranged for Ticked {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, pixels: (i32, i32)) -> i32 {
        self.coordinate.map(value, pixels)
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        if hint.weight().allow_light_points() { Vec::new() } else { self.ticks.clone() }
    }

    fn range(&self) -> Range<f64> {
        self.coordinate.range()
    }
}
