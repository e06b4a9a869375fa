//! Where the labels of points go: beside their points and over nothing else, or they are dropped.

use super::canvas::Pixel;
use super::font::{height, width};
use super::plane::Box4;

/// How much nearer a label is to its own mark than to any other, pixels, so that no one takes it for another's.
const CLEAR: f64 = 10.0;

/// Places for labels in a drawing.
pub struct LabelPlaces {
    bounds: Box4,
    marks: Vec<Pixel>,
    radius: f64,
    taken: Vec<Box4>,
}

impl LabelPlaces {
    /// The places within `bounds` that are not taken by marks of this radius.
    pub fn new(bounds: Box4, marks: &[Pixel], radius: f64) -> LabelPlaces {
        LabelPlaces { bounds, marks: marks.to_vec(), radius, taken: Vec::new() }
    }

    /// Keeps labels off the straight line between two points.
    pub fn avoid_line(&mut self, (x, y): Pixel, to: Pixel) {
        let (across, down) = (to.0 - x, to.1 - y);
        let steps = (across.abs().max(down.abs()) / 4.0).ceil().max(1.0);
        let dots = (0..=steps as usize).map(|step| {
            let share = step as f64 / steps;
            (x + across * share, y + down * share)
        });
        self.taken.extend(dots.map(|(x, y)| (x - 2.0, y - 2.0, x + 2.0, y + 2.0)));
    }

    /// Takes a place for a text beside a mark, and returns its top left corner; none if every place
    /// is taken.
    pub fn place(&mut self, (x, y): Pixel, text: &str, size: f64) -> Option<Pixel> {
        let (width, height) = (width(text, size), height(size));
        let (near, gap) = (self.radius + 1.0, self.radius + 3.0);
        let corners = [
            (x + gap, y - height / 2.0),
            (x - gap - width, y - height / 2.0),
            (x - width / 2.0, y - gap - height),
            (x - width / 2.0, y + gap),
            (x + near, y - near - height),
            (x + near, y + near),
            (x - near - width, y - near - height),
            (x - near - width, y + near),
        ];
        let boxes = corners.map(|(left, top)| (left, top, left + width, top + height));
        let place = boxes.into_iter().find(|place| self.is_free(*place, (x, y)))?;
        self.taken.push(place);
        Some((place.0, place.1))
    }

    /// Whether a label of the mark at `own` may stand here.
    fn is_free(&self, place: Box4, own: Pixel) -> bool {
        let around = |(x, y): Pixel, radius: f64| (x - radius, y - radius, x + radius, y + radius);
        let is_off = |mark: &Pixel| {
            let clear = if *mark == own { 0.0 } else { CLEAR };
            !overlap(place, around(*mark, self.radius + clear))
        };
        let untaken = self.taken.iter().all(|taken| !overlap(place, *taken));
        within(place, self.bounds) && untaken && self.marks.iter().all(is_off)
    }
}

fn within(inner: Box4, outer: Box4) -> bool {
    inner.0 >= outer.0 && inner.1 >= outer.1 && inner.2 <= outer.2 && inner.3 <= outer.3
}

fn overlap(a: Box4, b: Box4) -> bool {
    a.0 < b.2 && b.0 < a.2 && a.1 < b.3 && b.1 < a.3
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// How far a rectangle is from a place, across or down, whichever is more.
    fn distance((left, top, right, bottom): Box4, (x, y): Pixel) -> f64 {
        (left - x).max(x - right).max(top - y).max(y - bottom).max(0.0)
    }

    const BOUNDS: Box4 = (0.0, 0.0, 200.0, 200.0);

    proptest! {
        #[test]
        fn labels_lie_inside_and_over_nothing_and_nearest_to_their_own(
            points in proptest::collection::vec((0.0..200.0, 0.0..200.0), 1..40),
        ) {
            let mut labels = LabelPlaces::new(BOUNDS, &points, 5.0);
            let mut placed: Vec<Box4> = Vec::new();
            for point in &points {
                let Some((left, top)) = labels.place(*point, "30%", 10.0) else { continue };
                let label = (left, top, left + width("30%", 10.0), top + height(10.0));
                prop_assert!(within(label, BOUNDS));
                prop_assert!(placed.iter().all(|other| !overlap(label, *other)));
                let marks = points.iter().map(|(x, y)| (x - 5.0, y - 5.0, x + 5.0, y + 5.0));
                prop_assert!(marks.into_iter().all(|mark| !overlap(label, mark)));
                let others = points.iter().filter(|other| *other != point);
                prop_assert!(others.into_iter().all(|other| distance(label, *other) > distance(label, *point)));
                placed.push(label);
            }
        }
    }

    #[test]
    fn a_label_keeps_off_a_line() {
        let mut labels = LabelPlaces::new(BOUNDS, &[(100.0, 100.0)], 5.0);
        labels.avoid_line((100.0, 100.0), (190.0, 96.0));
        let (left, _) = labels.place((100.0, 100.0), "30%", 10.0).unwrap();
        assert!((left - (100.0 - 8.0 - width("30%", 10.0))).abs() < 1e-9, "{left}");
    }

    #[test]
    fn a_lonely_point_has_its_label_on_the_right() {
        let mut labels = LabelPlaces::new(BOUNDS, &[(100.0, 100.0)], 5.0);
        let (left, top) = labels.place((100.0, 100.0), "30%", 10.0).unwrap();
        assert_eq!((left, top + height(10.0) / 2.0), (108.0, 100.0));
        assert_eq!(LabelPlaces::new((0.0, 0.0, 9.0, 9.0), &[], 5.0).place((5.0, 5.0), "30%", 10.0), None);
    }
}
