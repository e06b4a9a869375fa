//! Marks of one level that would overlap are moved sideways, so that they stand side by side.

use super::marker::RADIUS;

/// Least distance between the middles of two marks, pixels.
const APART: i32 = 2 * RADIUS + 3;

/// Places of marks that may move sideways, each as little as it has to so as not to touch those before it; from the
/// top to the bottom. One that finds no room within `bounds`, or that would come nearer to another level than to its
/// own, stays where it is.
pub fn spread(marks: &[(i32, i32)], bounds: (i32, i32)) -> Vec<(i32, i32)> {
    let mut order: Vec<usize> = (0..marks.len()).collect();
    order.sort_by_key(|at| (marks[*at].1, *at));
    let mut placed: Vec<Option<(i32, i32)>> = vec![None; marks.len()];
    for at in order {
        let (x, y) = marks[at];
        let others = marks.iter().map(|(other, _)| (other - x).abs()).filter(|distance| *distance > 0);
        let room = others.min().map_or(i32::MAX, |nearest| (nearest - APART) / 2);
        let steps = (0..).flat_map(|n: i32| [n * APART, -n * APART]).skip(1);
        let within = |offset: &i32| {
            offset.abs() <= room && (bounds.0 + RADIUS..=bounds.1 - RADIUS).contains(&(x + offset))
        };
        let is_free = |offset: &i32| {
            let clear = |(ox, oy): &(i32, i32)| (ox - x - offset).abs() >= APART || (oy - y).abs() >= APART;
            within(offset) && placed.iter().flatten().all(clear)
        };
        // As many steps as there are marks lead to a free place, if there is one.
        let offset = steps.take(2 * marks.len() + 1).find(is_free).unwrap_or(0);
        placed[at] = Some((x + offset, y));
    }
    marks.iter().zip(placed).map(|(mark, placed)| placed.unwrap_or(*mark)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn marks_on_one_line_lie_beside_each_other() {
        let marks = [(100, 50), (100, 50), (100, 52), (100, 90)];
        assert_eq!(spread(&marks, (0, 200)), [(100, 50), (117, 50), (83, 52), (100, 90)]);
        assert_eq!(spread(&[(100, 50), (110, 50)], (0, 200)), [(100, 50), (110, 50)], "levels are not mixed");
    }

    proptest! {
        #[test]
        fn marks_move_sideways_alone_and_touch_no_other(ys in proptest::collection::vec(0..400_i32, 1..24)) {
            let marks: Vec<(i32, i32)> = ys.iter().map(|y| (500, *y)).collect();
            let placed = spread(&marks, (0, 1000));
            for (at, (x, y)) in placed.iter().enumerate() {
                prop_assert_eq!(*y, marks[at].1);
                prop_assert!((RADIUS..=1000 - RADIUS).contains(x));
                for (ox, oy) in &placed[at + 1..] {
                    prop_assert!((x - ox).abs() >= APART || (y - oy).abs() >= APART, "{:?}", placed);
                }
            }
        }
    }
}
