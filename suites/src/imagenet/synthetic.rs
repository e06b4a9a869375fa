//! One synthetic photograph of a class: a figure in the class's colour and grain, of random size, place
//! and tilt, on a dull background, with uneven light and noise.
//!
//! Figure, colour and grain together distinguish the classes, and each alone where there are few, so a
//! network learns them quickly. All arithmetic is on integers, so every machine generates the same bytes.

use crate::synthetic::{Colour, FIGURES, FIRST_TEXTURE, HUES, RandomStream, holds, hue};

/// Into how many bands figures are cut.
const GRAINS: usize = 10;
/// The largest number of classes that can be distinguished.
pub(super) const CLASSES: usize = FIGURES as usize * HUES * GRAINS;

/// The least and the greatest side of a photograph in pixels.
const SIDES: (i32, i32) = (96, 160);
/// Positions are counted in steps of this part of a pixel; with the 16 of the tilt, 128 to a pixel.
const STEPS: i32 = 8;
/// Points sampled in each direction of a pixel, so that edges are smooth.
const POINTS: i32 = 2;

/// An image in rows of RGB bytes.
pub(super) struct SyntheticPhotograph {
    pub width: u16,
    pub height: u16,
    pub pixels: Vec<u8>,
}

/// A photograph of `class`, which is less than [`CLASSES`].
pub(super) fn draw(class: usize, random: &mut RandomStream) -> SyntheticPhotograph {
    let [width, height] = [random.between(SIDES.0, SIDES.1), random.between(SIDES.0, SIDES.1)];
    let motif = Motif::draw(class, width, height, random);
    // Each figure has each hue and grain once; neighbouring classes differ in hue, too.
    let front = hue((class / FIGURES as usize + 3 * class) % HUES, random);
    let ground = random.between(60, 200);
    let back: Colour = std::array::from_fn(|_| ground + random.between(-20, 20));
    let light = [random.between(-40, 40), random.between(-40, 40)];
    let noise = random.between(2, 12);

    let mut pixels = Vec::with_capacity(3 * (width * height) as usize);
    for y in 0..height {
        for x in 0..width {
            let covered = motif.coverage(x, y);
            let shade = light[0] * (2 * x - width) / width + light[1] * (2 * y - height) / height;
            for channel in 0..3 {
                let plain = back[channel] + (front[channel] - back[channel]) * covered / (POINTS * POINTS);
                pixels.push((plain + shade + random.between(-noise, noise)).clamp(0, 255) as u8);
            }
        }
    }
    SyntheticPhotograph { width: width as u16, height: height as u16, pixels }
}

/// Position, size and rotation of the figure, and its grain.
struct Motif {
    figure: u8,
    grain: i32,
    centre: [i32; 2],
    /// The figure is rotated by the angle of the complex number 16 + tilt i, at most 17 degrees.
    tilt: i32,
    /// In 128ths of a pixel: a shape's radius, a texture's period.
    size: i32,
}

impl Motif {
    fn draw(class: usize, width: i32, height: i32, random: &mut RandomStream) -> Motif {
        let figure = (class % FIGURES as usize) as u8;
        let short = width.min(height);
        let (least, most) = if figure >= FIRST_TEXTURE { (14, 22) } else { (24, 42) };
        let size = random.between(least * short, most * short) * 128 / 100;
        let mut place = |side: i32| (side / 2 + random.between(-side / 8, side / 8)) * STEPS;
        Motif {
            figure,
            grain: (class / (FIGURES as usize * HUES)) as i32,
            centre: [place(width), place(height)],
            tilt: random.between(-5, 5),
            size,
        }
    }

    /// How many of a pixel's points lie in the figure and not between its bands.
    fn coverage(&self, x: i32, y: i32) -> i32 {
        let point =
            |pixel: i32, k: i32, centre: i32| pixel * STEPS + (2 * k + 1) * STEPS / (2 * POINTS) - centre;
        let mut inside = 0;
        for k in 0..POINTS * POINTS {
            let x = point(x, k % POINTS, self.centre[0]);
            let y = point(y, k / POINTS, self.centre[1]);
            let (u, v) = (16 * x + self.tilt * y, 16 * y - self.tilt * x);
            inside += i32::from(holds(self.figure, u, v, self.size) && self.in_band(u - v));
        }
        inside
    }

    /// A figure of grain g is cut into bands, four of which are together as wide as its size over g.
    fn in_band(&self, across: i32) -> bool {
        self.grain == 0 || across.rem_euclid(self.size / self.grain + 1) * 4 < self.size / self.grain * 3
    }
}
