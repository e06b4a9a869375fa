//! The random crop of SSD: a window that overlaps at least one object as much as is asked for.

use super::Rectangle;
use crate::synthetic::RandomStream;

/// How much a window has to overlap an object, at least; without a number, nothing is cut off.
const CHOICES: [Option<f64>; 7] = [Some(0.0), Some(0.1), Some(0.3), Some(0.5), Some(0.7), Some(0.9), None];
/// Windows that are tried for one choice.
const TRIALS: usize = 50;
/// Choices that are tried before nothing is cut off. One of seven ends the search, so fewer than one picture in
/// 2,000 gets there, even if no window ever fits.
const MOST_CHOICES: usize = 50;
/// Width and height of a window, as a share of the picture's.
const SIDES: (f64, f64) = (0.3, 1.0);

/// A window of whole pixels, and the choice it was drawn for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Window {
    pub left: u32,
    pub top: u32,
    pub width: u32,
    pub height: u32,
    /// The overlap that was asked for; none if nothing was cut off.
    pub choice: Option<f64>,
}

impl Window {
    /// A random window of a picture of this size in pixels with these objects.
    ///
    /// It has at least the chosen overlap with at least one object, and the centre of at least one object is in
    /// it; without objects, any window will do. A new choice is made when all trials of one have failed.
    pub fn draw(size: (u32, u32), objects: &[Rectangle], random: &mut RandomStream) -> Window {
        for _ in 0..MOST_CHOICES {
            let Some(least) = CHOICES[random.below(CHOICES.len())] else { break };
            let fitting = (0..TRIALS).find_map(|_| trial(size, random).filter(|at| fits(at, objects, least)));
            if let Some([left, top, width, height]) = fitting {
                return Window { left, top, width, height, choice: Some(least) };
            }
        }
        Window { left: 0, top: 0, width: size.0, height: size.1, choice: None }
    }

    /// The rectangle that the window is.
    pub fn rectangle(&self) -> Rectangle {
        rectangle(&[self.left, self.top, self.width, self.height])
    }
}

/// A random window as left, top, width and height; nothing if it is twice as long as wide or longer.
fn trial((width, height): (u32, u32), random: &mut RandomStream) -> Option<[u32; 4]> {
    let mut part = |side: u32| ((f64::from(side) * random.uniform(SIDES.0, SIDES.1)) as u32).max(1);
    let (w, h) = (part(width), part(height));
    if u64::from(w) >= 2 * u64::from(h) || u64::from(h) >= 2 * u64::from(w) {
        return None;
    }
    let left = random.below((width - w) as usize + 1) as u32;
    let top = random.below((height - h) as usize + 1) as u32;
    Some([left, top, w, h])
}

fn fits(window: &[u32; 4], objects: &[Rectangle], least: f64) -> bool {
    let window = rectangle(window);
    objects.is_empty()
        || objects.iter().any(|object| window.overlap(object) >= least)
            && objects.iter().any(|object| window.holds_centre(object))
}

fn rectangle(&[left, top, width, height]: &[u32; 4]) -> Rectangle {
    let (left, top) = (f64::from(left), f64::from(top));
    Rectangle { left, top, right: left + f64::from(width), bottom: top + f64::from(height) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn objects() -> impl Strategy<Value = Vec<Rectangle>> {
        let object = (0.0..480.0, 0.0..350.0, 1.0..500.0, 1.0..375.0).prop_map(
            |(left, top, width, height): (f64, f64, f64, f64)| {
                let (right, bottom) = ((left + width).min(500.0), (top + height).min(375.0));
                Rectangle { left, top, right, bottom }
            },
        );
        prop::collection::vec(object, 0..6)
    }

    proptest! {
        /// Written out anew: the largest of all overlaps is at least what was chosen.
        #[test]
        fn windows_keep_to_the_conditions(objects in objects(), stream: u64) {
            let window = Window::draw((500, 375), &objects, &mut RandomStream::new(3, stream));
            let Window { left, top, width, height, choice } = window;
            prop_assert!(left + width <= 500 && top + height <= 375);
            let Some(least) = choice else {
                prop_assert_eq!((left, top, width, height), (0, 0, 500, 375));
                return Ok(());
            };
            prop_assert!(width >= 150 && height >= 112);
            let shape = f64::from(width) / f64::from(height);
            prop_assert!(shape > 0.5 && shape < 2.0);
            let (l, t) = (f64::from(left), f64::from(top));
            let (r, b) = (l + f64::from(width), t + f64::from(height));
            let mut largest = 0.0f64;
            let mut centres = 0;
            for object in &objects {
                let wide = (r.min(object.right) - l.max(object.left)).max(0.0);
                let high = (b.min(object.bottom) - t.max(object.top)).max(0.0);
                let area = (object.right - object.left) * (object.bottom - object.top);
                largest = largest.max(wide * high / ((r - l) * (b - t) + area - wide * high));
                let (x, y) = ((object.left + object.right) / 2.0, (object.top + object.bottom) / 2.0);
                centres += i32::from(l < x && x < r && t < y && y < b);
            }
            prop_assert!(objects.is_empty() || largest >= least - 1e-12 && centres > 0);
        }

        #[test]
        fn pictures_of_any_size_have_a_window(width in 1u32..3000, height in 1u32..3000, stream: u64) {
            let window = Window::draw((width, height), &[], &mut RandomStream::new(4, stream));
            prop_assert!(window.width > 0 && window.left + window.width <= width);
            prop_assert!(window.height > 0 && window.top + window.height <= height);
        }
    }

    fn shares(objects: &[Rectangle]) -> [f64; CHOICES.len()] {
        const COUNT: u64 = 14_000;
        let mut shares = [0.0; CHOICES.len()];
        for stream in 0..COUNT {
            let choice = Window::draw((400, 400), objects, &mut RandomStream::new(5, stream)).choice;
            shares[CHOICES.iter().position(|other| *other == choice).unwrap()] += 1.0 / COUNT as f64;
        }
        shares
    }

    #[test]
    fn without_objects_all_choices_are_equally_frequent() {
        assert!(shares(&[]).iter().all(|share| (share - 1.0 / 7.0).abs() < 0.01), "{:?}", shares(&[]));
    }

    /// Of an object that fills the picture, a window has 90 % in (0.1 - 0.9 ln(1 / 0.9)) / 0.7^2 = 1.06 % of the
    /// trials, so 41.2 % of the searches for one succeed; for 70 % and less, practically all do.
    #[test]
    fn a_choice_that_fails_is_replaced_by_another() {
        let shares = shares(&[Rectangle { left: 0.0, top: 0.0, right: 400.0, bottom: 400.0 }]);
        let failing = 0.588 / 7.0;
        for (choice, share) in CHOICES.iter().zip(shares) {
            let succeeding = if *choice == Some(0.9) { 0.412 } else { 1.0 };
            assert!((share - succeeding / 7.0 / (1.0 - failing)).abs() < 0.01, "{choice:?}: {share}");
        }
    }

    #[test]
    fn where_no_window_fits_nothing_is_cut_off() {
        let tiny = [Rectangle { left: 0.0, top: 0.0, right: 0.01, bottom: 0.01 }];
        let mut whole = 0;
        for stream in 0..2_000 {
            let window = Window::draw((400, 400), &tiny, &mut RandomStream::new(6, stream));
            let cut = window.choice.is_some();
            assert!(!cut || window.choice == Some(0.0) && (window.left, window.top) == (0, 0));
            whole += usize::from(!cut);
        }
        assert!(whole > 1_000);
    }
}
