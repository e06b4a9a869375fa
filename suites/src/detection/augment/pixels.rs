//! Arithmetic on the colours of pixels, a group at a time, so that the compiler can use vector instructions.

/// A change of a pixel's colour that depends on nothing but the pixel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Step {
    /// Of each channel alone.
    Linear { factor: f32, offset: f32 },
    /// The difference from the pixel's grey becomes so many times as large.
    Saturation(f32),
    /// The hue of HSV is turned by so many full circles, at most a sixth of one.
    Hue(f32),
}

/// Changes a row of RGB bytes and writes it into `changed`. The results are the same with any instructions.
pub(super) fn change(row: &[u8], steps: &[Step], changed: &mut [u8]) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has these instructions.
        return unsafe { change_with_avx2(row, steps, changed) };
    }
    change_with_any(row, steps, changed);
}

/// [`change_with_any`], compiled to longer vectors, for which all that it calls has to be inlined.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn change_with_avx2(row: &[u8], steps: &[Step], changed: &mut [u8]) {
    change_with_any(row, steps, changed);
}

#[inline(always)]
fn change_with_any(row: &[u8], steps: &[Step], changed: &mut [u8]) {
    for (pixels, changed) in row.chunks(Group::BYTES).zip(changed.chunks_mut(Group::BYTES)) {
        let mut group = Group::read(pixels);
        for step in steps {
            group.change(step);
        }
        group.write(changed);
    }
}

/// Neighbouring pixels: their red, green and blue, from 0 to 255.
pub(super) struct Group([[f32; Group::PIXELS]; 3]);

impl Group {
    /// How many pixels there are.
    pub const PIXELS: usize = 64;
    /// How many bytes they have in a picture.
    pub const BYTES: usize = 3 * Group::PIXELS;

    /// Takes pixels from rows of RGB bytes, at most as many as there are in a group; those that are missing are
    /// black.
    #[inline(always)]
    pub fn read(bytes: &[u8]) -> Group {
        let mut whole = [0; Group::BYTES];
        whole[..bytes.len()].copy_from_slice(bytes);
        let mut group = Group([[0.0; Group::PIXELS]; 3]);
        let [red, green, blue] = &mut group.0;
        for (i, pixel) in whole.as_chunks::<3>().0.iter().enumerate() {
            red[i] = f32::from(pixel[0]);
            green[i] = f32::from(pixel[1]);
            blue[i] = f32::from(pixel[2]);
        }
        group
    }

    /// Writes as many pixels as there is room for.
    #[inline(always)]
    pub fn write(&self, bytes: &mut [u8]) {
        let [red, green, blue] = &self.0;
        let mut whole = [0; Group::BYTES];
        for (i, pixel) in whole.as_chunks_mut::<3>().0.iter_mut().enumerate() {
            *pixel = [byte(red[i]), byte(green[i]), byte(blue[i])];
        }
        bytes.copy_from_slice(&whole[..bytes.len()]);
    }

    /// The grey of each pixel: its luma by ITU-R BT.601.
    #[inline(always)]
    pub fn grey(&self) -> [f32; Group::PIXELS] {
        let [red, green, blue] = &self.0;
        std::array::from_fn(|i| 0.299 * red[i] + 0.587 * green[i] + 0.114 * blue[i])
    }

    /// Changes all pixels. What leaves the range from 0 to 255 is set to its end.
    #[inline(always)]
    pub fn change(&mut self, step: &Step) {
        match *step {
            Step::Linear { factor, offset } => {
                for value in self.0.as_flattened_mut() {
                    *value = clamped(factor * *value + offset);
                }
            }
            Step::Saturation(factor) => {
                let grey = self.grey();
                for channel in &mut self.0 {
                    for (value, grey) in channel.iter_mut().zip(&grey) {
                        *value = clamped(grey + factor * (*value - grey));
                    }
                }
            }
            Step::Hue(turn) => self.turn(6.0 * turn),
        }
    }

    /// Turns the hue by so many sixths of a circle, at most one.
    ///
    /// With V the largest of the three channels, C its distance to the smallest and H the hue in sixths, the
    /// channels are V - C clamp(min(k, 4 - k), 0, 1), where k = (n + H) mod 6 and n is 5, 3 and 1 for red, green
    /// and blue. Everything is kept as a multiple of C, so that nothing is divided.
    #[inline(always)]
    fn turn(&mut self, sixths: f32) {
        let [red, green, blue] = &mut self.0;
        for i in 0..Group::PIXELS {
            let (r, g, b) = (red[i], green[i], blue[i]);
            let most = larger(larger(r, g), b);
            let chroma = most - smaller(smaller(r, g), b);
            let of_blue = if most == g { b - r + 2.0 * chroma } else { r - g + 4.0 * chroma };
            let hue = if most == r { g - b } else { of_blue } + sixths * chroma;
            let circle = 6.0 * chroma;
            let hue = if hue < 0.0 { hue + circle } else { hue };
            let channel = |n: f32| {
                let k = hue + n * chroma;
                let k = if k >= circle { k - circle } else { k };
                most - smaller(larger(smaller(k, 4.0 * chroma - k), 0.0), chroma)
            };
            (red[i], green[i], blue[i]) = (channel(5.0), channel(3.0), channel(1.0));
        }
    }
}

/// The nearest whole number; of two that are equally near, the even one. Adding 2^23 leaves no room for a fraction.
#[inline(always)]
fn byte(value: f32) -> u8 {
    (value + 8_388_608.0).to_bits() as u8
}

#[inline(always)]
fn clamped(value: f32) -> f32 {
    smaller(larger(value, 0.0), 255.0)
}

/// As `f32::max`, but without its rule for values that are not numbers, which costs time.
#[inline(always)]
fn larger(one: f32, other: f32) -> f32 {
    if one > other { one } else { other }
}

#[inline(always)]
fn smaller(one: f32, other: f32) -> f32 {
    if one < other { one } else { other }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(step: Step, pixel: [u8; 3]) -> [u8; 3] {
        let mut group = Group::read(&pixel);
        group.change(&step);
        let mut out = [0; 3];
        group.write(&mut out);
        out
    }

    /// Hexadecimal steps through all colours, with their ends.
    fn colours() -> impl Iterator<Item = [u8; 3]> {
        let channel = || (0..=255u8).step_by(17);
        channel().flat_map(move |r| channel().flat_map(move |g| channel().map(move |b| [r, g, b])))
    }

    #[test]
    fn pixels_come_back_unchanged() {
        let bytes: Vec<u8> = (0..30).collect();
        let mut out = [0; 30];
        Group::read(&bytes).write(&mut out);
        assert_eq!(bytes, out);
        for step in [Step::Linear { factor: 1.0, offset: 0.0 }, Step::Saturation(1.0), Step::Hue(0.0)] {
            assert!(colours().all(|colour| changed(step, colour) == colour), "{step:?}");
        }
    }

    #[test]
    fn all_instructions_give_the_same_bytes() {
        let row: Vec<u8> = colours().flatten().collect();
        let steps = [
            Step::Hue(0.061),
            Step::Linear { factor: 1.437, offset: -31.7 },
            Step::Saturation(0.617),
            Step::Linear { factor: 0.731, offset: 0.0 },
        ];
        let (mut one, mut other) = (vec![0; row.len()], vec![1; row.len()]);
        change(&row, &steps, &mut one);
        change_with_any(&row, &steps, &mut other);
        assert!(one == other);
    }

    /// Beside the usual way: to HSV and back, with the mean of the smallest and the largest channel and the
    /// distance between them kept.
    #[test]
    fn hue_is_turned_as_by_way_of_hsv() {
        for turn in [-1.0 / 6.0, -18.0 / 255.0, -0.01, 0.05, 18.0 / 255.0, 1.0 / 6.0] {
            for [r, g, b] in colours() {
                let [rf, gf, bf] = [r, g, b].map(|value| f64::from(value) / 255.0);
                let (v, least) = (rf.max(gf).max(bf), rf.min(gf).min(bf));
                let s = if v > 0.0 { (v - least) / v } else { 0.0 };
                let c = if v > least { v - least } else { 1.0 };
                let h = if v == rf {
                    ((gf - bf) / c).rem_euclid(6.0)
                } else if v == gf {
                    (bf - rf) / c + 2.0
                } else {
                    (rf - gf) / c + 4.0
                };
                let h = (h / 6.0 + turn).rem_euclid(1.0) * 6.0;
                let (sector, f) = (h.floor(), h.fract());
                let (p, q, t) = (v * (1.0 - s), v * (1.0 - s * f), v * (1.0 - s * (1.0 - f)));
                let expected = match sector as i32 {
                    0 => [v, t, p],
                    1 => [q, v, p],
                    2 => [p, v, t],
                    3 => [p, q, v],
                    4 => [t, p, v],
                    _ => [v, p, q],
                };
                let ours = changed(Step::Hue(turn as f32), [r, g, b]);
                for (ours, expected) in ours.iter().zip(expected) {
                    assert!((f64::from(*ours) - 255.0 * expected).abs() < 0.51, "{r} {g} {b} by {turn}");
                }
            }
        }
    }

    /// What torchvision 0.26 gives for pictures of Pillow, which rounds down where this rounds.
    #[test]
    fn brightness_contrast_and_saturation_are_torchvisions() {
        // adjust_brightness(im, 1.5), adjust_saturation(im, 0.5) and (im, 1.5) of one pixel (200, 100, 30).
        let pixel = [200, 100, 30];
        assert_eq!(changed(Step::Linear { factor: 1.5, offset: 0.0 }, pixel), [255, 150, 45]);
        let close = |ours: [u8; 3], theirs: [u8; 3]| {
            assert!(ours.iter().zip(theirs).all(|(a, b)| a.abs_diff(b) <= 1), "{ours:?}, {theirs:?}");
        };
        close(changed(Step::Saturation(0.5), pixel), [161, 111, 76]);
        close(changed(Step::Saturation(1.5), pixel), [239, 89, 0]);
    }
}
