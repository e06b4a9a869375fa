//! Rectangles, and how much of them two have in common.

use super::super::Bounds;

/// A rectangle by its edges, in pixels from the left and the top of a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rectangle {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Rectangle {
    /// The part of an object's box that lies in a photograph of this size in pixels; nothing if there is none.
    pub fn of(bounds: &Bounds, (width, height): (u32, u32)) -> Option<Rectangle> {
        let photograph = Rectangle { left: 0.0, top: 0.0, right: width.into(), bottom: height.into() };
        let Bounds { xmin, ymin, xmax, ymax } = *bounds;
        photograph.common(&Rectangle { left: xmin - 1.0, top: ymin - 1.0, right: xmax, bottom: ymax })
    }

    /// The rectangle moved to the right and down.
    pub fn moved(&self, right: f64, down: f64) -> Rectangle {
        Rectangle {
            left: self.left + right,
            top: self.top + down,
            right: self.right + right,
            bottom: self.bottom + down,
        }
    }

    /// What both have in common, if that has an area.
    pub fn common(&self, other: &Rectangle) -> Option<Rectangle> {
        let common = Rectangle {
            left: self.left.max(other.left),
            top: self.top.max(other.top),
            right: self.right.min(other.right),
            bottom: self.bottom.min(other.bottom),
        };
        (common.right > common.left && common.bottom > common.top).then_some(common)
    }

    /// The area that both have in common, as a share of what they cover together (Jaccard's index).
    pub fn overlap(&self, other: &Rectangle) -> f64 {
        let common = self.common(other).map_or(0.0, |common| common.area());
        common / (self.area() + other.area() - common)
    }

    /// Whether the middle of the other one is in this one, but not on its edge.
    pub fn holds_centre(&self, other: &Rectangle) -> bool {
        let (x, y) = ((other.left + other.right) / 2.0, (other.top + other.bottom) / 2.0);
        x > self.left && x < self.right && y > self.top && y < self.bottom
    }

    fn area(&self) -> f64 {
        (self.right - self.left) * (self.bottom - self.top)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rectangle([left, top, right, bottom]: [f64; 4]) -> Rectangle {
        Rectangle { left, top, right, bottom }
    }

    #[test]
    fn overlap_is_intersection_over_union() {
        let one = rectangle([0.0, 0.0, 4.0, 4.0]);
        assert_eq!(one.overlap(&one), 1.0);
        assert_eq!(one.overlap(&rectangle([2.0, 0.0, 6.0, 4.0])), 1.0 / 3.0);
        assert_eq!(one.overlap(&rectangle([1.0, 1.0, 3.0, 3.0])), 0.25);
        assert_eq!(one.overlap(&rectangle([4.0, 0.0, 5.0, 4.0])), 0.0);
        assert_eq!(one.common(&rectangle([4.0, 0.0, 5.0, 4.0])), None);
    }

    #[test]
    fn a_centre_on_the_edge_is_not_inside() {
        let one = rectangle([0.0, 0.0, 4.0, 4.0]);
        assert!(one.holds_centre(&rectangle([3.0, 1.0, 4.9, 2.0])));
        assert!(!one.holds_centre(&rectangle([3.0, 1.0, 5.0, 2.0])));
    }

    #[test]
    fn the_first_pixel_of_an_annotation_is_1_and_the_last_one_belongs_to_it() {
        let bounds = Bounds { xmin: 1.0, ymin: 3.0, xmax: 99.0, ymax: 4.0 };
        assert_eq!(Rectangle::of(&bounds, (20, 20)), Some(rectangle([0.0, 2.0, 20.0, 4.0])));
        assert_eq!(Rectangle::of(&bounds, (20, 2)), None);
    }
}
