//! Which part of a photograph is seen: torchvision's `RandomResizedCrop` and `RandomHorizontalFlip` in
//! training, its `Resize` and `CenterCrop` in evaluation.
//!
//! All arithmetic is on integers or in operations that IEEE 754 fixes, so the same random numbers
//! give the same windows on every machine.

use crate::synthetic::RandomStream;

/// A share of the photograph's area, and of width to height, as in torchvision's defaults.
const SCALE: (f64, f64) = (0.08, 1.0);
const RATIO: (f64, f64) = (3.0 / 4.0, 4.0 / 3.0);
/// The natural logarithm of 4/3.
const LOG_RATIO: f64 = 0.287_682_072_451_780_85;
const ATTEMPTS: usize = 10;

/// A window of whole pixels, and whether it is seen in a mirror.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Crop {
    pub left: u32,
    pub top: u32,
    pub width: u32,
    pub height: u32,
    pub mirrored: bool,
}

impl Crop {
    /// A random window of a photograph of this size in pixels.
    pub fn draw((width, height): (u32, u32), random: &mut RandomStream) -> Crop {
        let mirrored = random.below(2) == 1;
        let area = f64::from(width) * f64::from(height);
        for _ in 0..ATTEMPTS {
            let area = area * random.uniform(SCALE.0, SCALE.1);
            let ratio = exp(random.uniform(-LOG_RATIO, LOG_RATIO));
            let w = (area * ratio).sqrt().round_ties_even() as u32;
            let h = (area / ratio).sqrt().round_ties_even() as u32;
            if (1..=width).contains(&w) && (1..=height).contains(&h) {
                let top = random.below((height - h) as usize + 1) as u32;
                let left = random.below((width - w) as usize + 1) as u32;
                return Crop { left, top, width: w, height: h, mirrored };
            }
        }
        let (w, h) = central(width, height);
        Crop { left: (width - w) / 2, top: (height - h) / 2, width: w, height: h, mirrored }
    }
}

/// The largest window of a permitted shape, for photographs so long that no other was found.
fn central(width: u32, height: u32) -> (u32, u32) {
    let ratio = f64::from(width) / f64::from(height);
    if ratio < RATIO.0 {
        (width, (f64::from(width) / RATIO.0).round_ties_even() as u32)
    } else if ratio > RATIO.1 {
        ((f64::from(height) * RATIO.1).round_ties_even() as u32, height)
    } else {
        (width, height)
    }
}

/// The exponential of a number between -0.3 and 0.3, by its series. That of the system's library may
/// differ in the last bit from machine to machine.
fn exp(x: f64) -> f64 {
    (1..=14).rev().fold(1.0, |sum, k| 1.0 + x / f64::from(k) * sum)
}

/// The width and height of a photograph whose shorter side is made `side` pixels.
pub(crate) fn shorter_side((width, height): (u32, u32), side: u32) -> (u32, u32) {
    let longer = |long: u32, short: u32| (f64::from(side) * f64::from(long) / f64::from(short)) as u32;
    if width <= height { (side, longer(height, width)) } else { (longer(width, height), side) }
}

/// The square that remains when the shorter side of a photograph is made `resize` pixels and the middle is cut out.
#[derive(Debug, PartialEq)]
pub(crate) struct Centre {
    /// The size of the whole photograph, resized.
    pub resized: (u32, u32),
    /// Where the square lies in it.
    pub left: u32,
    pub top: u32,
    pub side: u32,
}

impl Centre {
    /// The middle of a photograph of this size.
    pub fn of(size: (u32, u32), resize: u32, side: u32) -> Centre {
        let resized = shorter_side(size, resize);
        let margin = |length: u32| (f64::from(length - side) / 2.0).round_ties_even() as u32;
        Centre { resized, left: margin(resized.0), top: margin(resized.1), side }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_is_the_exponential() {
        for k in -30..=30 {
            let x = f64::from(k) / 100.0;
            assert!((exp(x) / x.exp() - 1.0).abs() < 1e-15, "{x}");
        }
        assert!((LOG_RATIO - RATIO.1.ln()).abs() < 1e-15);
    }

    #[test]
    fn windows_lie_in_the_photograph_and_have_a_permitted_shape_and_size() {
        for size in [(500, 375), (375, 500), (64, 64), (1, 1), (1, 1000), (3000, 2), (7, 5)] {
            for stream in 0..2_000 {
                let crop = Crop::draw(size, &mut RandomStream::new(1, stream));
                assert!(crop.width > 0 && crop.left + crop.width <= size.0, "{crop:?} in {size:?}");
                assert!(crop.height > 0 && crop.top + crop.height <= size.1, "{crop:?} in {size:?}");
                if size.0.min(size.1) >= 64 {
                    let (w, h) = (f64::from(crop.width), f64::from(crop.height));
                    // Sides are rounded by up to half a pixel.
                    assert!((w + 0.5) * (h + 0.5) > 0.08 * f64::from(size.0 * size.1), "{crop:?}");
                    assert!((w + 0.5) / (h - 0.5) > 0.75 && (w - 0.5) / (h + 0.5) < 4.0 / 3.0, "{crop:?}");
                }
            }
        }
    }

    /// The expected numbers are those of 100,000 calls of torchvision 0.26's
    /// `RandomResizedCrop.get_params(picture, (0.08, 1.0), (3 / 4, 4 / 3))`: the share of windows with less
    /// than 0.31 of the area, the mean share of the area, the share of windows that are wider than high, and
    /// the mean of (top + height) / 375 or of (left + 0.5) / (1001 - width).
    #[test]
    fn windows_are_distributed_as_torchvision_draws_them() {
        const COUNT: u64 = 50_000;
        let mean = |size: (u32, u32), value: fn(Crop) -> f64| {
            (0..COUNT).map(|stream| value(Crop::draw(size, &mut RandomStream::new(7, stream)))).sum::<f64>()
                / COUNT as f64
        };
        let area: fn(Crop) -> f64 = |crop| f64::from(crop.width * crop.height);
        let close =
            |value: f64, expected: f64| assert!((value - expected).abs() < 0.006, "{value}, {expected}");
        let wide: fn(Crop) -> f64 = |crop| f64::from(u8::from(crop.width > crop.height));
        let square = (1000, 1000);
        close(mean(square, |crop| f64::from(u8::from(crop.width * crop.height < 310_000))), 0.2911);
        close(mean(square, area) / 1e6, 0.4780);
        close(mean(square, wide), 0.5006);
        close(mean(square, |crop| (f64::from(crop.left) + 0.5) / f64::from(1001 - crop.width)), 0.5018);
        close(mean(square, |crop| f64::from(u8::from(crop.mirrored))), 0.5);
        let photograph = (500, 375);
        close(mean(photograph, |crop| f64::from(u8::from(crop.width * crop.height < 58_125))), 0.3361);
        close(mean(photograph, area) / 187_500.0, 0.4338);
        close(mean(photograph, wide), 0.5765);
        close(mean(photograph, |crop| f64::from(crop.top + crop.height) / 375.0), 0.8608);
    }

    /// torchvision resizes 500 x 375 to 341 x 256 and cuts from (58, 16): round(58.5) is 58 in Python.
    #[test]
    fn the_centre_is_torchvisions() {
        let centre = Centre { resized: (341, 256), left: 58, top: 16, side: 224 };
        assert_eq!(Centre::of((500, 375), 256, 224), centre);
        let centre = Centre { resized: (256, 256), left: 16, top: 16, side: 224 };
        assert_eq!(Centre::of((256, 256), 256, 224), centre);
        assert_eq!(shorter_side((375, 500), 256), (256, 341));
    }
}
