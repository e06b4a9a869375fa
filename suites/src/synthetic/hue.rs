//! The pure colours that distinguish synthetic classes.

use super::{Colour, RandomStream};

/// How many there are.
pub(crate) const HUES: usize = 10;

/// A pure colour, with a small random shift.
pub(crate) fn hue(number: usize, random: &mut RandomStream) -> Colour {
    let angle = number as i32 * 6 * 255 / HUES as i32 + random.between(-40, 40);
    // Each channel rises, stays and falls over a sixth of the circle, two sixths and another sixth.
    let channel = |shift: i32| {
        let angle = (angle + shift * 2 * 255).rem_euclid(6 * 255);
        (2 * 255 - (angle - 3 * 255).abs()).clamp(0, 255)
    };
    [0, 1, 2].map(|shift| channel(shift) * 220 / 255 + 20)
}
