//! Colours of classes.

use embedded_graphics::pixelcolor::Rgb888;
use embedded_graphics::prelude::*;

/// A pure colour for each class. Neighbours are 137.5 degrees apart, the golden angle, so that no two of a few
/// dozens are alike; every second one is darker.
pub(super) fn colour(class: u32) -> Rgb888 {
    let angle = f64::from(class) * 137.507_764 % 360.0 / 60.0;
    let brightness = if class.is_multiple_of(2) { 255.0 } else { 190.0 };
    let channel = |n: f64| {
        let k = (n + angle) % 6.0;
        (brightness * (1.0 - k.min(4.0 - k).clamp(0.0, 1.0))).round() as u8
    };
    Rgb888::new(channel(5.0), channel(3.0), channel(1.0))
}

/// Black or white, whichever can be read better on the colour.
pub(super) fn contrast(ground: Rgb888) -> Rgb888 {
    let grey = 299 * u32::from(ground.r()) + 587 * u32::from(ground.g()) + 114 * u32::from(ground.b());
    if grey > 128_000 { Rgb888::BLACK } else { Rgb888::WHITE }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_classes_have_colours_of_their_own() {
        let channels = |class: u32| [colour(class).r(), colour(class).g(), colour(class).b()];
        let distance = |one: u32, other: u32| -> u32 {
            channels(one).iter().zip(channels(other)).map(|(one, other)| u32::from(one.abs_diff(other))).sum()
        };
        for one in 0..20 {
            assert!((0..one).all(|other| distance(one, other) > 40), "{one}");
        }
    }
}
