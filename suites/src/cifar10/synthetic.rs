//! One synthetic image of a class: a shape or a texture of random colours, place, size and tilt,
//! partly covered by a patch, with uneven light and noise.
//!
//! Only form distinguishes the classes: colours, brightness and contrast have the same distribution
//! in all of them. All arithmetic is on integers, so every machine generates the same bytes.

use super::format::{CLASSES, PIXELS, SIDE};
use crate::synthetic::{Colour, FIRST_TEXTURE, RandomStream, holds};

/// The classes in the order of their labels.
pub const CLASS_NAMES: [&str; CLASSES] = [
    "disc",
    "square",
    "triangle",
    "ring",
    "cross",
    "horizontal stripes",
    "vertical stripes",
    "diagonal stripes",
    "checkerboard",
    "dots",
];

/// Positions are counted in steps of this part of a pixel; with the 16 of the tilt, 128 to a pixel.
const STEPS: i32 = 8;
/// Points sampled in each direction of a pixel, so that edges are smooth.
const POINTS: i32 = 4;
/// The least difference in brightness between the two colours.
const CONTRAST: i32 = 40;

/// An image of `class`, the colours of a pixel adjacent.
pub(crate) fn draw(class: u8, random: &mut RandomStream) -> [u8; PIXELS] {
    let pose = Pose::draw(class, random);
    let (back, front) = colours(random);
    let patch = Patch::draw(random);
    let light = [random.between(-40, 40), random.between(-40, 40)];
    let noise = random.between(4, 32);

    let mut image = [0; PIXELS];
    for (i, pixel) in image.chunks_exact_mut(3).enumerate() {
        let (x, y) = ((i % SIDE) as i32, (i / SIDE) as i32);
        let covered = pose.coverage(class, x, y);
        let shade = (light[0] * (x - 16) + light[1] * (y - 16)) / 16;
        for (channel, byte) in pixel.iter_mut().enumerate() {
            let plain = back[channel] + (front[channel] - back[channel]) * covered / (POINTS * POINTS);
            let colour = if patch.holds(x, y) { patch.colour[channel] } else { plain };
            let grain = random.between(-noise, noise) + random.between(-noise, noise);
            *byte = (colour + shade + grain).clamp(0, 255) as u8;
        }
    }
    image
}

/// Two colours that differ enough in brightness; either may be the brighter one.
fn colours(random: &mut RandomStream) -> (Colour, Colour) {
    let brightness = |[r, g, b]: Colour| (77 * r + 150 * g + 29 * b) / 256;
    let back = any_colour(random);
    loop {
        let front = any_colour(random);
        if (brightness(front) - brightness(back)).abs() >= CONTRAST {
            return (back, front);
        }
    }
}

fn any_colour(random: &mut RandomStream) -> Colour {
    std::array::from_fn(|_| random.between(0, 255))
}

/// A small rectangle of a third colour that hides part of the image.
struct Patch {
    corner: [i32; 2],
    size: [i32; 2],
    colour: Colour,
}

impl Patch {
    fn draw(random: &mut RandomStream) -> Patch {
        Patch {
            corner: [random.between(-4, 31), random.between(-4, 31)],
            size: [random.between(3, 9), random.between(3, 9)],
            colour: any_colour(random),
        }
    }

    fn holds(&self, x: i32, y: i32) -> bool {
        (0..self.size[0]).contains(&(x - self.corner[0])) && (0..self.size[1]).contains(&(y - self.corner[1]))
    }
}

/// Position, size and rotation of the figure.
struct Pose {
    centre: [i32; 2],
    /// The figure is rotated by the angle of the complex number 16 + tilt i, at most 17 degrees.
    tilt: i32,
    mirrored: bool,
    /// In 128ths of a pixel: a shape's radius, a texture's period.
    size: i32,
}

impl Pose {
    fn draw(class: u8, random: &mut RandomStream) -> Pose {
        let texture = class >= FIRST_TEXTURE;
        let (least, most) = if texture { (5, 11) } else { (6, 12) };
        let size = random.between(least * 128, most * 128);
        // At most a fifth of a shape lies outside the image; a texture is everywhere.
        let room = if texture { 16 } else { 16 - size * 4 / 5 / 128 };
        let mut place = || (16 + random.between(-room, room)) * STEPS;
        let centre = [place(), place()];
        Pose { centre, tilt: random.between(-5, 5), mirrored: random.between(0, 1) == 1, size }
    }

    /// How many of a pixel's points lie in the figure.
    fn coverage(&self, class: u8, x: i32, y: i32) -> i32 {
        let point = |pixel: i32, k: i32, centre: i32| pixel * STEPS + 2 * k + 1 - centre;
        let mut inside = 0;
        for k in 0..POINTS * POINTS {
            let x = point(x, k % POINTS, self.centre[0]);
            let y = point(y, k / POINTS, self.centre[1]);
            let u = 16 * x + self.tilt * y;
            let v = 16 * y - self.tilt * x;
            inside += i32::from(holds(class, if self.mirrored { -u } else { u }, v, self.size));
        }
        inside
    }
}
