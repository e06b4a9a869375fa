//! Marks that would hide each other stand aside.
//!
//! On an axis of levels, where all marks of a level have one place across, they stand side by side; where there is no
//! room for that, further to the side, with a line from where they belong. Their height is the result and stays, unless a
//! drawing is too narrow for all that have it. On other axes, where both directions mean something, a mark stays in its
//! place unless most of it would be hidden; then it stands at the nearest free place, with a line from where it belongs.

use std::f64::consts::TAU;

use super::canvas::Pixel;
use super::marker::RADIUS;
use super::plane::Box4;
use super::shape::{Outline, REACH, covers};

/// Least distance between the middles of two marks that do not touch, pixels.
pub const APART: f64 = 2.0 * RADIUS + 3.0;

/// The part of a mark that is to be seen where it stays in its place.
const SEEN: f64 = 0.4;
/// The part that is to be seen where it moves.
const SEEN_ASIDE: f64 = 0.9;

/// In how many places across and down a mark is examined for what is seen of it.
const SAMPLES: u32 = 16;

/// How far from its place a mark that moves may stand, pixels; the line to a nearer one would lie below the marks.
const NEAREST: f64 = APART + 3.0;
const FARTHEST: f64 = 240.0;

/// A mark that wants a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark {
    /// Where it belongs.
    pub at: Pixel,
    /// Of which kind it is: those of one kind may hide each other where they belong in the same place.
    pub kind: usize,
    /// Its outline.
    pub outline: Outline,
}

/// A mark that stands somewhere, and hides what lies below it.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    /// Its middle.
    pub at: Pixel,
    /// Its outline.
    pub outline: Outline,
}

/// What there is to be seen of a mark.
pub struct Sight(Vec<Pixel>);

impl Sight {
    /// That of an outline: places within it, evenly spread, in pixels from its middle.
    pub fn of(outline: Outline) -> Sight {
        let offset = |at: u32| REACH * (2.0 * (f64::from(at) + 0.5) / f64::from(SAMPLES) - 1.0);
        let places = (0..SAMPLES).flat_map(|x| (0..SAMPLES).map(move |y| (offset(x), offset(y))));
        let own = places.filter(|place| covers(outline, *place));
        Sight(own.map(|(x, y)| (x * RADIUS, y * RADIUS)).collect())
    }

    /// The part of the mark at a place that none of the marks above it hides with its outline and the stroke around it.
    pub fn visible(&self, (x, y): Pixel, above: &[Standing]) -> f64 {
        let reach = REACH * (2.0 * RADIUS + 1.0);
        let is_near = |other: &&Standing| (other.at.0 - x).abs().max((other.at.1 - y).abs()) < reach;
        let near: Vec<&Standing> = above.iter().filter(is_near).collect();
        let hides = |other: &Standing, (dx, dy): &Pixel| {
            let from = (x + dx - other.at.0, y + dy - other.at.1);
            covers(other.outline, (from.0 / (RADIUS + 1.0), from.1 / (RADIUS + 1.0)))
        };
        let seen = self.0.iter().filter(|place| near.iter().all(|other| !hides(other, place)));
        seen.count() as f64 / self.0.len() as f64
    }

    /// The place itself, if enough of the mark is seen there; else the nearest at which it is seen, or seen best.
    pub fn aside(&self, at: Pixel, taken: &[Standing], bounds: Box4) -> Pixel {
        if self.visible(at, taken) >= SEEN {
            return at;
        }
        let turns = [0.0, 0.5, 0.25, 0.75, 0.125, 0.375, 0.625, 0.875, 0.0625, 0.4375, 0.5625, 0.9375];
        let radii = (0..).map(|ring| NEAREST + 3.0 * f64::from(ring)).take_while(|radius| *radius < FARTHEST);
        let around = radii.flat_map(|radius| turns.map(|turn: f64| (radius, turn * TAU)));
        let places = around.map(|(radius, angle)| (at.0 + radius * angle.cos(), at.1 + radius * angle.sin()));
        self.best_seen(at, taken, places.filter(|place| is_inside(*place, bounds)))
    }

    /// The place itself, if enough of the mark is seen there; else the nearest of its height at which it is seen, or seen
    /// best.
    fn sideways(&self, at: Pixel, taken: &[Standing], bounds: Box4) -> Pixel {
        if self.visible(at, taken) >= SEEN {
            return at;
        }
        let widest = (bounds.2 - bounds.0) as i32;
        let offsets = (1..widest).flat_map(|offset| [f64::from(offset), -f64::from(offset)]);
        let places = offsets.map(|offset| (at.0 + offset, at.1)).filter(|place| is_inside(*place, bounds));
        self.best_seen(at, taken, places)
    }

    /// The first of `places` at which a mark that belongs `at` a place is seen, or else the one where it is seen best.
    fn best_seen(&self, at: Pixel, taken: &[Standing], places: impl Iterator<Item = Pixel>) -> Pixel {
        let mut best = (self.visible(at, taken), at);
        for there in places {
            let seen = self.visible(there, taken);
            if seen >= SEEN_ASIDE {
                return there;
            }
            if seen > best.0 {
                best = (seen, there);
            }
        }
        best.1
    }
}

/// Where a mark is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed {
    /// Where it stands.
    pub at: Pixel,
    /// Where its lines are drawn through, its error bar and what joins it to others; elsewhere, a line leads from here
    /// to the mark.
    pub anchor: Pixel,
}

impl Placed {
    /// The line from where a mark belongs to its edge, if it stands elsewhere.
    pub fn line(&self) -> Option<[Pixel; 2]> {
        let (dx, dy) = (self.at.0 - self.anchor.0, self.at.1 - self.anchor.1);
        let share = 1.0 - RADIUS / dx.hypot(dy);
        (share > 0.0).then_some([self.anchor, (self.anchor.0 + share * dx, self.anchor.1 + share * dy)])
    }
}

/// Places of marks within `bounds`, of which each lies above those behind it in the list. Where they are those of
/// levels (`by_level`), they may move sideways, as long as they stay nearer to their own level than to another.
pub fn spread(marks: &[Mark], bounds: Box4, by_level: bool) -> Vec<Placed> {
    let mut placed: Vec<Placed> = Vec::new();
    for (at, mark) in marks.iter().enumerate() {
        let same = marks[..at].iter().position(|other| other.kind == mark.kind && near(other.at, mark.at));
        let standing = |(placed, mark): (&Placed, &Mark)| Standing { at: placed.at, outline: mark.outline };
        let taken: Vec<Standing> = placed.iter().zip(marks).map(standing).collect();
        placed.push(match same {
            Some(same) => placed[same],
            None => {
                let beside = by_level.then(|| beside(mark.at, marks, &taken, bounds)).flatten();
                match beside {
                    Some(at) => Placed { at, anchor: at },
                    None => {
                        let sight = Sight::of(mark.outline);
                        let level = by_level.then(|| sight.sideways(mark.at, &taken, bounds));
                        let seen = level.filter(|place| sight.visible(*place, &taken) >= SEEN);
                        let at = seen.unwrap_or_else(|| sight.aside(mark.at, &taken, bounds));
                        Placed { at, anchor: mark.at }
                    }
                }
            }
        });
    }
    placed
}

/// The nearest place beside a level at which a mark touches none of those that are placed.
fn beside((x, y): Pixel, marks: &[Mark], taken: &[Standing], bounds: Box4) -> Option<Pixel> {
    let others = marks.iter().map(|other| (other.at.0 - x).abs()).filter(|distance| *distance > 0.5);
    let room = others.reduce(f64::min).map_or(f64::INFINITY, |nearest| (nearest - APART) / 2.0);
    let steps = (0..=marks.len()).flat_map(|n| [n as f64 * APART, -(n as f64) * APART]);
    let free = |offset: &f64| {
        let within = *offset == 0.0 || (offset.abs() <= room && is_inside((x + offset, y), bounds));
        let is_off = |Standing { at: (ox, oy), .. }: &Standing| {
            (ox - x - offset).abs() >= APART || (oy - y).abs() >= APART
        };
        within && taken.iter().all(is_off)
    };
    steps.into_iter().find(free).map(|offset| (x + offset, y))
}

fn near(a: Pixel, b: Pixel) -> bool {
    (a.0 - b.0).hypot(a.1 - b.1) < 1.0
}

fn is_inside((x, y): Pixel, (left, top, right, bottom): Box4) -> bool {
    x >= left + RADIUS && x <= right - RADIUS && y >= top + RADIUS && y <= bottom - RADIUS
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::figure::shape::OUTLINES;

    fn marks(places: &[Pixel]) -> Vec<Mark> {
        let mark =
            |(kind, at): (usize, &Pixel)| Mark { at: *at, kind, outline: OUTLINES[kind % OUTLINES.len()] };
        places.iter().enumerate().map(mark).collect()
    }

    #[test]
    fn marks_of_a_level_stand_beside_each_other() {
        let bounds = (0.0, 0.0, 200.0, 200.0);
        let level = marks(&[(100.0, 50.0), (100.0, 50.0), (100.0, 52.0), (100.0, 90.0)]);
        let placed: Vec<Pixel> = spread(&level, bounds, true).iter().map(|placed| placed.at).collect();
        assert_eq!(placed, [(100.0, 50.0), (117.0, 50.0), (83.0, 52.0), (100.0, 90.0)]);
        let [first, second] = spread(&marks(&[(100.0, 50.0), (110.0, 50.0)]), bounds, true)[..] else {
            panic!("two marks have two places")
        };
        assert_eq!((first.at, second.at), ((100.0, 50.0), (110.0, 50.0)), "levels are not mixed");
    }

    #[test]
    fn marks_of_one_kind_in_one_place_are_one() {
        let mut alike = marks(&[(100.0, 50.0); 3]);
        alike.iter_mut().for_each(|mark| mark.kind = 0);
        let placed = spread(&alike, (0.0, 0.0, 200.0, 200.0), false);
        assert!(placed.iter().all(|placed| placed.at == (100.0, 50.0)));
    }

    #[test]
    fn the_line_to_a_mark_that_moved_is_seen() {
        let placed = spread(&marks(&[(100.0, 50.0); 2]), (0.0, 0.0, 200.0, 200.0), false);
        let Placed { at: (x, y), anchor } = placed[1];
        assert_eq!(anchor, (100.0, 50.0));
        assert!((x - anchor.0).hypot(y - anchor.1) >= NEAREST - 1e-9, "{placed:?}");
        let [from, to] = placed[1].line().unwrap();
        assert_eq!(from, anchor);
        let length = |a: Pixel, b: Pixel| (a.0 - b.0).hypot(a.1 - b.1);
        assert!((length(from, to) + RADIUS - length(from, (x, y))).abs() < 1e-9, "{to:?}");
        assert_eq!(placed[0].line(), None);
    }

    proptest! {
        #[test]
        fn marks_of_a_level_move_sideways_alone_and_touch_no_other(ys in proptest::collection::vec(7.0..393.0, 1..24)) {
            let level = marks(&ys.iter().map(|y| (500.0, *y)).collect::<Vec<_>>());
            let placed = spread(&level, (0.0, 0.0, 1000.0, 400.0), true);
            for (at, Placed { at: (x, y), anchor }) in placed.iter().enumerate() {
                prop_assert_eq!((*y, *anchor), (level[at].at.1, (*x, *y)));
                prop_assert!((RADIUS..=1000.0 - RADIUS).contains(x));
                for Placed { at: (ox, oy), .. } in &placed[at + 1..] {
                    prop_assert!((x - ox).abs() >= APART || (y - oy).abs() >= APART, "{:?}", placed);
                }
            }
        }

        /// Whatever lies on what, something is to be seen of every mark, and a line leads to one that had to move; where
        /// the height is all that counts, it stays.
        #[test]
        fn no_mark_is_hidden(places in proptest::collection::vec((7.0..193.0, 7.0..193.0), 1..50), level in any::<bool>()) {
            let right = if level { 1000.0 } else { 200.0 };
            // Half of them lie in one place.
            let places: Vec<Pixel> =
                places.iter().enumerate().map(|(at, place)| if at % 2 == 0 { places[0] } else { *place }).collect();
            let placed = spread(&marks(&places), (0.0, 0.0, right, 200.0), level);
            let outline = |at: usize| OUTLINES[at % OUTLINES.len()];
            let above = placed.iter().enumerate().map(|(at, placed)| Standing { at: placed.at, outline: outline(at) });
            let above: Vec<Standing> = above.collect();
            for (at, Placed { at: place, anchor }) in placed.iter().enumerate() {
                let visible = Sight::of(outline(at)).visible(*place, &above[..at]);
                prop_assert!(visible >= SEEN, "{at}: {visible}");
                prop_assert!(*anchor == places[at] || (level && anchor == place));
                prop_assert!(!level || place.1 == places[at].1);
            }
        }
    }
}
