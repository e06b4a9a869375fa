//! Which pixels of a line make which pixels of a longer or shorter one, and with which weights.

use std::ops::Range;

/// Weights are whole multiples of 2^-22, as in Pillow: with a byte of 8 bits and the sum's two, they fill 32.
pub(super) const BITS: u32 = 22;

/// One direction of a resizing. A triangle as wide as the reduction lies over each new pixel; the weights are its
/// heights at the old pixels, divided by their sum and rounded as in Pillow's `resize(..., BILINEAR)`.
pub(crate) struct Axis {
    lost: i64,
    pixels: Vec<Sources>,
    weights: Vec<i32>,
}

/// The old pixels that a new one is made of: the first, and where their weights are.
struct Sources {
    first: usize,
    weights: Range<usize>,
}

impl Axis {
    /// The pixels `seen` of a line of `new` pixels, made of one of `old` pixels.
    pub fn new(old: u32, new: u32, seen: Range<u32>) -> Axis {
        let scale = f64::from(old) / f64::from(new);
        let radius = scale.max(1.0);
        // A product with it and a quotient by the radius round differently.
        let inverse = 1.0 / radius;
        let lost = i64::from(old) - i64::from(new);
        let mut axis = Axis { lost, pixels: Vec::with_capacity(seen.len()), weights: Vec::new() };
        let mut heights = Vec::new();
        for pixel in seen {
            let centre = (f64::from(pixel) + 0.5) * scale;
            let first = (centre - radius + 0.5).max(0.0) as u32;
            let end = ((centre + radius + 0.5) as u32).min(old);
            let height = |old: u32| (1.0 - ((f64::from(old) - centre + 0.5) * inverse).abs()).max(0.0);
            heights.clear();
            heights.extend((first..end).map(height));
            axis.push(first as usize, &heights);
        }
        axis
    }

    /// Adds a new pixel. Weights of nothing at the ends are left out.
    fn push(&mut self, first: usize, heights: &[f64]) {
        let sum: f64 = heights.iter().sum();
        let weight = |height: &f64| (0.5 + height / sum * f64::from(1 << BITS)) as i32;
        let start = self.weights.len();
        let nothing = heights.iter().take_while(|height| weight(height) == 0).count();
        self.weights.extend(heights[nothing..].iter().map(weight));
        while self.weights.len() > start && self.weights.last() == Some(&0) {
            self.weights.pop();
        }
        self.pixels.push(Sources { first: first + nothing, weights: start..self.weights.len() });
    }

    /// How many pixels the whole line loses; less than none if it becomes longer.
    pub fn lost(&self) -> i64 {
        self.lost
    }

    /// How many new pixels there are.
    pub fn len(&self) -> usize {
        self.pixels.len()
    }

    /// For each new pixel the first of the old ones and the weights of this and the following.
    #[inline(always)]
    pub fn each(&self) -> impl Iterator<Item = (usize, &[i32])> {
        self.pixels.iter().map(|pixel| (pixel.first, &self.weights[pixel.weights.clone()]))
    }

    /// The old pixels that any of the new ones is made of.
    pub fn sources(&self) -> Range<usize> {
        let end = |pixel: &Sources| pixel.first + pixel.weights.len();
        match (self.pixels.first(), self.pixels.last()) {
            (Some(first), Some(last)) => first.first..end(last),
            _ => 0..0,
        }
    }

    /// The same, where the line begins `by` pixels further.
    pub fn moved(mut self, by: i64) -> Axis {
        for pixel in &mut self.pixels {
            pixel.first = (pixel.first as i64 + by) as usize;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_that_stay_as_they_are_have_one_source() {
        let axis = Axis::new(5, 5, 1..4);
        let each: Vec<_> = axis.each().collect();
        assert_eq!(each, [(1, &[1 << BITS][..]), (2, &[1 << BITS]), (3, &[1 << BITS])]);
        assert_eq!(axis.sources(), 1..4);
    }

    #[test]
    fn the_weights_of_a_pixel_are_one() {
        for (old, new) in [(500, 224), (3, 224), (224, 223), (1, 7), (65_535, 1), (1000, 999)] {
            let axis = Axis::new(old, new, 0..new);
            assert_eq!(axis.len(), new as usize);
            for (first, weights) in axis.each() {
                let sum: i64 = weights.iter().map(|&weight| i64::from(weight)).sum();
                assert!((sum - (1 << BITS)).unsigned_abs() as usize <= weights.len(), "{old} to {new}");
                assert!(first + weights.len() <= old as usize);
            }
            assert_eq!(axis.sources(), 0..old as usize, "every old pixel counts: {old} to {new}");
        }
    }
}
