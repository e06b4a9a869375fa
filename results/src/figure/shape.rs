//! The outlines of marks, each of which is told apart from the others without colour.

use super::canvas::Pixel;

/// Corners around the middle in radii of a mark, to the right and downwards; a disc has none.
pub type Outline = &'static [Pixel];

/// Half the width of the arms of crosses.
const ARM: f64 = 0.3;
/// The corners of a saltire lie on the diagonals of this much, and of so much more.
const NEAR: f64 = 0.4243;
const FAR: f64 = 0.9192;
const AWAY: f64 = 0.495;

/// The outlines, those that are told apart most easily first.
pub const OUTLINES: [Outline; 29] = [
    // A disc, a square, triangles that point up and down, a square on its corner.
    &[],
    &[(-0.8, -0.8), (0.8, -0.8), (0.8, 0.8), (-0.8, 0.8)],
    &[(0.0, -1.05), (1.05, 0.8), (-1.05, 0.8)],
    &[(0.0, 1.05), (1.05, -0.8), (-1.05, -0.8)],
    &[(0.0, -1.08), (1.08, 0.0), (0.0, 1.08), (-1.08, 0.0)],
    // A cross, a saltire, a star of five points.
    &[
        (-ARM, -1.0),
        (ARM, -1.0),
        (ARM, -ARM),
        (1.0, -ARM),
        (1.0, ARM),
        (ARM, ARM),
        (ARM, 1.0),
        (-ARM, 1.0),
        (-ARM, ARM),
        (-1.0, ARM),
        (-1.0, -ARM),
        (-ARM, -ARM),
    ],
    &[
        (0.0, -NEAR),
        (AWAY, -FAR),
        (FAR, -AWAY),
        (NEAR, 0.0),
        (FAR, AWAY),
        (AWAY, FAR),
        (0.0, NEAR),
        (-AWAY, FAR),
        (-FAR, AWAY),
        (-NEAR, 0.0),
        (-FAR, -AWAY),
        (-AWAY, -FAR),
    ],
    &[
        (0.0, -1.15),
        (0.304, -0.419),
        (1.094, -0.355),
        (0.492, 0.16),
        (0.676, 0.93),
        (0.0, 0.518),
        (-0.676, 0.93),
        (-0.492, 0.16),
        (-1.094, -0.355),
        (-0.304, -0.419),
    ],
    // Triangles that point right and left, two that touch one above the other, and two beside each other.
    &[(1.05, 0.0), (-0.8, 1.05), (-0.8, -1.05)],
    &[(-1.05, 0.0), (0.8, 1.05), (0.8, -1.05)],
    &[(-0.85, -1.0), (0.85, -1.0), (0.25, 0.0), (0.85, 1.0), (-0.85, 1.0), (-0.25, 0.0)],
    &[(-1.0, -0.85), (0.0, -0.25), (1.0, -0.85), (1.0, 0.85), (0.0, 0.25), (-1.0, 0.85)],
    // A tall and a wide rectangle, a star of four points.
    &[(-0.42, -1.1), (0.42, -1.1), (0.42, 1.1), (-0.42, 1.1)],
    &[(-1.1, -0.42), (1.1, -0.42), (1.1, 0.42), (-1.1, 0.42)],
    &[
        (0.0, -1.15),
        (0.342, -0.342),
        (1.15, 0.0),
        (0.342, 0.342),
        (0.0, 1.15),
        (-0.342, 0.342),
        (-1.15, 0.0),
        (-0.342, -0.342),
    ],
    // The upper and the lower half of a disc.
    &[(-1.0, 0.55), (-0.87, -0.1), (-0.5, -0.57), (0.0, -0.75), (0.5, -0.57), (0.87, -0.1), (1.0, 0.55)],
    &[(-1.0, -0.55), (-0.87, 0.1), (-0.5, 0.57), (0.0, 0.75), (0.5, 0.57), (0.87, 0.1), (1.0, -0.55)],
    // Heads of arrows that point up and down.
    &[(0.0, -1.1), (1.05, 0.95), (0.0, 0.3), (-1.05, 0.95)],
    &[(0.0, 1.1), (1.05, -0.95), (0.0, -0.3), (-1.05, -0.95)],
    // Corners at the upper left and the lower right, a T upright and upside down.
    &[(-0.9, -0.9), (0.9, -0.9), (0.9, -0.1), (-0.1, -0.1), (-0.1, 0.9), (-0.9, 0.9)],
    &[(0.9, 0.9), (-0.9, 0.9), (-0.9, 0.1), (0.1, 0.1), (0.1, -0.9), (0.9, -0.9)],
    &[
        (-1.0, -0.95),
        (1.0, -0.95),
        (1.0, -0.3),
        (0.35, -0.3),
        (0.35, 1.0),
        (-0.35, 1.0),
        (-0.35, -0.3),
        (-1.0, -0.3),
    ],
    &[
        (-1.0, 0.95),
        (1.0, 0.95),
        (1.0, 0.3),
        (0.35, 0.3),
        (0.35, -1.0),
        (-0.35, -1.0),
        (-0.35, 0.3),
        (-1.0, 0.3),
    ],
    // Halves of a square, the upper left and the lower right one.
    &[(-0.95, -0.95), (0.95, -0.95), (-0.95, 0.95)],
    &[(0.95, 0.95), (0.95, -0.95), (-0.95, 0.95)],
    // Heads of arrows that point right and left, a tall and a wide square on its corner.
    &[(1.1, 0.0), (-0.95, 1.05), (-0.3, 0.0), (-0.95, -1.05)],
    &[(-1.1, 0.0), (0.95, 1.05), (0.3, 0.0), (0.95, -1.05)],
    &[(0.0, -1.2), (0.55, 0.0), (0.0, 1.2), (-0.55, 0.0)],
    &[(-1.2, 0.0), (0.0, -0.55), (1.2, 0.0), (0.0, 0.55)],
];

/// Radius of the disc, in radii of a mark.
pub const DISC: f64 = 0.88;

/// The greatest distance of a corner from the middle, across or down, in radii of a mark.
pub const REACH: f64 = 1.2;

/// Whether an outline covers a place, in radii from its middle.
pub fn covers(outline: Outline, (x, y): Pixel) -> bool {
    if outline.is_empty() { x.hypot(y) <= DISC } else { encloses(outline, (x, y)) }
}

/// Whether a place lies within corners, by the number of edges to the right of it.
pub fn encloses(corners: &[Pixel], (x, y): Pixel) -> bool {
    let edges = corners.iter().zip(corners.iter().cycle().skip(1));
    let crossed = |((ax, ay), (bx, by)): &(&Pixel, &Pixel)| {
        (*ay > y) != (*by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax
    };
    edges.filter(crossed).count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The part of what either of two outlines covers that only one of them does.
    fn difference(a: &BTreeSet<(i32, i32)>, b: &BTreeSet<(i32, i32)>) -> f64 {
        a.symmetric_difference(b).count() as f64 / a.union(b).count() as f64
    }

    #[test]
    fn every_outline_is_told_apart_without_colour() {
        let covered = |outline: &Outline| -> BTreeSet<(i32, i32)> {
            let places = (-65..65).flat_map(|x| (-65..65).map(move |y| (x, y)));
            places.filter(|(x, y)| covers(outline, (f64::from(*x) / 50.0, f64::from(*y) / 50.0))).collect()
        };
        let covered: Vec<_> = OUTLINES.iter().map(covered).collect();
        assert!(OUTLINES.iter().copied().flatten().all(|(x, y)| x.abs().max(y.abs()) <= REACH));
        for (at, a) in covered.iter().enumerate() {
            // No mark is much smaller than another, or it would look less important.
            assert!((2500..7500).contains(&a.len()), "{at}: {}", a.len());
            for (other, b) in covered.iter().enumerate().skip(at + 1) {
                // A disc and the square that covers as much differ by 0.17.
                assert!(difference(a, b) > 0.15, "{at} and {other}: {:.2}", difference(a, b));
            }
        }
    }
}
