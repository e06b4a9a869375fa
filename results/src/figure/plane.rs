//! The coordinates of a panel: from quantities to pixels.

use std::ops::Range;

use super::canvas::Pixel;

/// A rectangle in pixels: left, top, right, bottom.
pub type Box4 = (f64, f64, f64, f64);

/// Where quantities are in a rectangle, rising to the right and upwards.
#[derive(Clone, Debug)]
pub struct Plane {
    /// What the left and the right edge stand for.
    pub xs: Range<f64>,
    /// What the lower and the upper edge stand for.
    pub ys: Range<f64>,
    /// The rectangle.
    pub frame: Box4,
}

impl Plane {
    /// The place of two quantities.
    pub fn pixel(&self, x: f64, y: f64) -> Pixel {
        (self.across(x), self.up(y))
    }

    /// How far from the left a quantity of the horizontal axis is.
    pub fn across(&self, x: f64) -> f64 {
        let (left, _, right, _) = self.frame;
        left + share(x, &self.xs) * (right - left)
    }

    /// How far from the top a quantity of the vertical axis is.
    pub fn up(&self, y: f64) -> f64 {
        let (_, top, _, bottom) = self.frame;
        bottom - share(y, &self.ys) * (bottom - top)
    }
}

/// Where a quantity is in a range: 0 at its start, 1 at its end.
fn share(value: f64, Range { start, end }: &Range<f64>) -> f64 {
    (value - start) / (end - start)
}
