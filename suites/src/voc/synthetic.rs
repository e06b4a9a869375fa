//! One synthetic photograph: one to four figures, each of a class by its shape, colour and grain, on a textured ground,
//! with uneven light and noise.
//!
//! The box of a figure is that of its own pixels. A difficult one is faint. All arithmetic is on integers, so every
//! machine draws the same bytes.

use crate::detection::{Bounds, Object};
use crate::synthetic::{Colour, FIGURES, FIRST_TEXTURE, HUES, RandomStream, holds, hue};

/// Names of the shapes, in the order of the figures.
const SHAPES: [&str; FIRST_TEXTURE as usize] = ["disc", "square", "triangle", "ring", "cross"];
/// The largest number of classes that can be distinguished: shapes in one piece, then in stripes.
pub(super) const CLASSES: usize = 2 * SHAPES.len();

/// The least and the greatest side of a photograph in pixels.
const SIDES: (i32, i32) = (112, 192);
/// The least and the greatest radius of a figure, in hundredths of the shorter side.
const RADII: (i32, i32) = (11, 30);
/// The most figures, and how often a place is looked for where one does not cover another.
const MOST: i32 = 4;
const TRIES: usize = 20;
/// One in so many figures is difficult, but never the first.
const DIFFICULT: usize = 6;
/// Positions are counted in steps of this part of a pixel; with the 16 of the tilt, 128 to a pixel.
const STEPS: i32 = 8;

/// The name of a class.
pub(super) fn name(class: usize) -> String {
    let shape = SHAPES[class % SHAPES.len()];
    if class < SHAPES.len() { shape.into() } else { format!("striped-{shape}") }
}

/// An image in rows of RGB bytes, and what is in it.
pub(super) struct SyntheticPhotograph {
    pub width: u16,
    pub height: u16,
    pub pixels: Vec<u8>,
    pub objects: Vec<Object>,
}

/// A photograph whose first figure is of class `first`, and others of any of `classes`.
pub(super) fn draw(first: usize, classes: usize, random: &mut RandomStream) -> SyntheticPhotograph {
    let [width, height] = [random.between(SIDES.0, SIDES.1), random.between(SIDES.0, SIDES.1)];
    let ground = Ground::draw(random);
    let figures = figures(first, classes, (width, height), random);
    let light = [random.between(-30, 30), random.between(-30, 30)];
    let noise = random.between(2, 10);
    let mut pixels = Vec::with_capacity(3 * (width * height) as usize);
    for y in 0..height {
        for x in 0..width {
            let back = ground.colour(x, y);
            let on_top = figures.iter().rev().find(|figure| figure.covers(x, y));
            let colour = on_top.map_or(back, |figure| figure.colour_over(back));
            let shade = light[0] * (2 * x - width) / width + light[1] * (2 * y - height) / height;
            for channel in colour {
                pixels.push((channel + shade + random.between(-noise, noise)).clamp(0, 255) as u8);
            }
        }
    }
    let objects = figures.iter().map(|figure| figure.object).collect();
    SyntheticPhotograph { width: width as u16, height: height as u16, pixels, objects }
}

/// The figures, those on top last.
fn figures(first: usize, classes: usize, size: (i32, i32), random: &mut RandomStream) -> Vec<Figure> {
    let mut figures: Vec<Figure> = Vec::new();
    for number in 0..random.between(1, MOST) {
        let class = if number == 0 { first } else { random.below(classes) };
        let difficult = number > 0 && random.below(DIFFICULT) == 0;
        for _ in 0..TRIES {
            let figure = Figure::draw(class, difficult, size, random);
            if figures.iter().all(|other| apart(figure.object.bounds, other.object.bounds)) {
                figures.push(figure);
                break;
            }
        }
    }
    figures
}

/// Whether two boxes have no pixel in common.
fn apart(a: Bounds, b: Bounds) -> bool {
    a.xmax < b.xmin || b.xmax < a.xmin || a.ymax < b.ymin || b.ymax < a.ymin
}

/// A figure in its place.
struct Figure {
    object: Object,
    colour: Colour,
    centre: [i32; 2],
    /// The figure is rotated by the angle of the complex number 16 + tilt i, at most 17 degrees.
    tilt: i32,
    /// The radius in 128ths of a pixel.
    size: i32,
}

impl Figure {
    /// A figure that lies wholly in the photograph.
    fn draw(class: usize, difficult: bool, (width, height): (i32, i32), random: &mut RandomStream) -> Figure {
        let radius = random.between(RADII.0, RADII.1) * width.min(height) / 100;
        // Turned, the corners of a square reach 1.2 times as far as its radius.
        let reach = radius * 5 / 4 + 2;
        let centre =
            [random.between(reach, width - reach) * STEPS, random.between(reach, height - reach) * STEPS];
        let tilt = random.between(-5, 5);
        // Neighbouring classes differ clearly in hue.
        let colour = hue(3 * class % HUES, random);
        let nowhere = Bounds { xmin: f64::MAX, ymin: f64::MAX, xmax: 0.0, ymax: 0.0 };
        let object = Object { class: class as u32, bounds: nowhere, difficult };
        let mut figure = Figure { object, colour, centre, tilt, size: radius * 128 };
        for y in 0..height {
            for x in 0..width {
                if figure.covers(x, y) {
                    let (column, row) = (f64::from(x + 1), f64::from(y + 1));
                    let bounds = &mut figure.object.bounds;
                    (bounds.xmin, bounds.xmax) = (bounds.xmin.min(column), bounds.xmax.max(column));
                    (bounds.ymin, bounds.ymax) = (bounds.ymin.min(row), bounds.ymax.max(row));
                }
            }
        }
        figure
    }

    /// Whether the middle of a pixel is in the figure.
    fn covers(&self, x: i32, y: i32) -> bool {
        let (shape, striped) =
            (self.object.class as usize % SHAPES.len(), self.object.class as usize >= SHAPES.len());
        let [x, y] = [x * STEPS + STEPS / 2 - self.centre[0], y * STEPS + STEPS / 2 - self.centre[1]];
        let (u, v) = (16 * x + self.tilt * y, 16 * y - self.tilt * x);
        let stripe = (u + v).rem_euclid(self.size / 2 + 1) * 4 < self.size / 2 * 3;
        holds(shape as u8, u, v, self.size) && (!striped || stripe)
    }

    fn colour_over(&self, back: Colour) -> Colour {
        let share = if self.object.difficult { 2 } else { 8 };
        std::array::from_fn(|channel| back[channel] + (self.colour[channel] - back[channel]) * share / 8)
    }
}

/// What is behind the figures: a texture of two dull colours.
struct Ground {
    texture: u8,
    colours: [Colour; 2],
    /// In 128ths of a pixel.
    period: i32,
    tilt: i32,
}

impl Ground {
    fn draw(random: &mut RandomStream) -> Ground {
        let texture = random.between(FIRST_TEXTURE.into(), i32::from(FIGURES) - 1) as u8;
        let grey = random.between(70, 180);
        let first: Colour = std::array::from_fn(|_| grey + random.between(-15, 15));
        let contrast = random.between(-30, 30);
        let second = first.map(|channel| channel + contrast);
        let (period, tilt) = (random.between(6, 30) * 128, random.between(-5, 5));
        Ground { texture, colours: [first, second], period, tilt }
    }

    fn colour(&self, x: i32, y: i32) -> Colour {
        let (u, v) = (128 * x + 8 * self.tilt * y, 128 * y - 8 * self.tilt * x);
        self.colours[usize::from(holds(self.texture, u, v, self.period))]
    }
}
