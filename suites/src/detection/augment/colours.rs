//! Random changes of brightness, contrast, saturation and hue, in random order.
//!
//! Each is what torchvision's function of that name does: brightness is a mixture with black, contrast one with
//! the mean grey of the photograph, saturation one with the grey of the pixel, and hue turns that of HSV. What
//! differs: values are kept between 0 and 255, but not rounded, from one change to the next, and the mean is
//! taken over every fourth pixel of every fourth row.

use super::pixels::{self, Group, Step};
use super::view::View;
use crate::photographs::PixelRows;
use crate::synthetic::RandomStream;

/// Range of the factors of brightness, contrast and saturation.
const FACTOR: (f64, f64) = (0.5, 1.5);
/// The greatest change of hue, in turns.
const TURN: f64 = 18.0 / 255.0;
/// Steps between the pixels that the mean grey is taken over, in each direction.
const APART: usize = 4;

/// A change by a factor or, of hue, by a part of a turn.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Change {
    Brightness(f32),
    Contrast(f32),
    Saturation(f32),
    Hue(f32),
}

/// Changes in their order.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Colours(Vec<Change>);

impl Colours {
    /// Each change with a chance of one half, in random order.
    pub fn draw(random: &mut RandomStream) -> Colours {
        let factor = |random: &mut RandomStream| random.uniform(FACTOR.0, FACTOR.1) as f32;
        let mut drawn = vec![
            Change::Brightness(factor(random)),
            Change::Contrast(factor(random)),
            Change::Saturation(factor(random)),
            Change::Hue(random.uniform(-TURN, TURN) as f32),
        ];
        drawn.retain(|_| random.below(2) == 1);
        for last in (1..drawn.len()).rev() {
            drawn.swap(last, random.below(last + 1));
        }
        Colours(drawn)
    }

    /// No changes.
    #[cfg(test)]
    pub fn none() -> Colours {
        Colours(Vec::new())
    }

    /// Whether nothing changes.
    pub fn are_kept(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a change depends on pixels that may not be seen.
    pub fn need_all(&self) -> bool {
        self.0.iter().any(|change| matches!(change, Change::Contrast(_)))
    }

    /// Changes what is seen of a photograph and writes it into `seen`, in place of what is there. The photograph
    /// has to be whole if the changes need it.
    pub fn change<'a>(&self, photograph: PixelRows, view: &View, seen: &'a mut Vec<u8>) -> PixelRows<'a> {
        let steps = self.steps(photograph);
        let (width, height) = (view.columns.source(), view.rows.source());
        let length = 3 * width as usize;
        seen.resize(length * height as usize, 0);
        let rows = photograph.pixels.chunks_exact(3 * photograph.width as usize);
        let rows = rows.skip(view.rows.from as usize).zip(seen.chunks_exact_mut(length));
        for (row, seen) in rows {
            pixels::change(&row[3 * view.columns.from as usize..][..length], &steps, seen);
        }
        PixelRows { width, height, pixels: seen }
    }

    /// The changes as steps that need no more than one pixel at a time.
    fn steps(&self, photograph: PixelRows) -> Vec<Step> {
        let mut steps = Vec::with_capacity(self.0.len());
        for change in &self.0 {
            steps.push(match *change {
                Change::Brightness(factor) => Step::Linear { factor, offset: 0.0 },
                Change::Contrast(factor) => {
                    Step::Linear { factor, offset: (1.0 - factor) * mean_grey(photograph, &steps) }
                }
                Change::Saturation(factor) => Step::Saturation(factor),
                Change::Hue(turn) => Step::Hue(turn),
            });
        }
        steps
    }
}

/// The mean grey of a photograph after these steps.
fn mean_grey(photograph: PixelRows, steps: &[Step]) -> f32 {
    let (mut sum, mut count) = (0.0f64, 0);
    let mut sample = Vec::with_capacity(Group::BYTES);
    for row in photograph.pixels.chunks_exact(3 * photograph.width as usize).step_by(APART) {
        let (pixels, _) = row.as_chunks::<3>();
        for pixels in pixels.chunks(APART * Group::PIXELS) {
            sample.clear();
            sample.extend(pixels.iter().step_by(APART).flatten());
            let mut group = Group::read(&sample);
            steps.iter().for_each(|step| group.change(step));
            sum += group.grey().iter().take(sample.len() / 3).map(|grey| f64::from(*grey)).sum::<f64>();
            count += sample.len() / 3;
        }
    }
    (sum / count as f64) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_and_orders_are_equally_frequent() {
        const COUNT: u64 = 20_000;
        let drawn: Vec<Vec<Change>> =
            (0..COUNT).map(|stream| Colours::draw(&mut RandomStream::new(7, stream)).0).collect();
        let share = |holds: &dyn Fn(&Vec<Change>) -> bool| {
            drawn.iter().filter(|changes| holds(changes)).count() as f64 / COUNT as f64
        };
        let kind = |change: &Change| match change {
            Change::Brightness(_) => 0,
            Change::Contrast(_) => 1,
            Change::Saturation(_) => 2,
            Change::Hue(_) => 3,
        };
        for one in 0..4 {
            let with = share(&|changes| changes.iter().any(|change| kind(change) == one));
            assert!((with - 0.5).abs() < 0.015, "{one}: {with}");
            let first = share(&|changes| changes.len() == 4 && kind(&changes[0]) == one);
            assert!((first - 1.0 / 64.0).abs() < 0.004, "{one}: {first}");
        }
        assert!((share(&|changes| changes.is_empty()) - 1.0 / 16.0).abs() < 0.008);
        let all = || drawn.iter().flatten();
        let limits = |value: &dyn Fn(&Change) -> Option<f32>| {
            let values = || all().filter_map(value);
            (values().fold(f32::MAX, f32::min), values().fold(f32::MIN, f32::max))
        };
        let (least, most) = limits(&|change| match change {
            Change::Brightness(factor) | Change::Contrast(factor) | Change::Saturation(factor) => {
                Some(*factor)
            }
            Change::Hue(_) => None,
        });
        assert!((0.5..0.501).contains(&least) && most > 1.499 && most <= 1.5);
        let (least, most) = limits(&|change| match change {
            Change::Hue(turn) => Some(*turn),
            _ => None,
        });
        let end = 18.0 / 255.0;
        assert!(least >= -end && least < -0.99 * end && most <= end && most > 0.99 * end);
    }

    /// Of the picture whose pixel (x, y) is `((x * 37 + y * 11) % 256, (x * x + 3 * y) % 256, (x * y * 5) % 256)`,
    /// 8 x 4 pixels, torchvision 0.26's `adjust_contrast(im, 0.6)` gives this first row, and the mean grey is
    /// 50.06 by Pillow. So small a picture is repeated, so that every fourth pixel of every fourth row has that mean.
    #[test]
    fn contrast_is_torchvisions() {
        let pixel = |x: usize, y: usize| [x * 37 + y * 11, x * x + 3 * y, x * y * 5].map(|v| (v % 256) as u8);
        let pixels: Vec<u8> = (0..16 * 32).flat_map(|i| pixel(i % 32 / 4, i / 32 / 4)).collect();
        let photograph = PixelRows { width: 32, height: 16, pixels: &pixels };
        let mean = mean_grey(photograph, &[]);
        assert!((mean - 50.06).abs() < 0.1, "{mean}");
        let halved = mean_grey(photograph, &[Step::Linear { factor: 0.5, offset: 0.0 }]);
        assert!((halved - mean / 2.0).abs() < 1e-3, "{halved}");
        let steps = Colours(vec![Change::Contrast(0.6)]).steps(photograph);
        let mut group = Group::read(&(0..8).flat_map(|x| pixel(x, 0)).collect::<Vec<u8>>());
        steps.iter().for_each(|step| group.change(step));
        let mut row = [0; 24];
        group.write(&mut row);
        let theirs = [
            19, 19, 19, 42, 20, 19, 64, 22, 19, 86, 25, 19, 108, 29, 19, 131, 35, 19, 153, 41, 19, 21, 49, 19,
        ];
        assert!(row.iter().zip(theirs).all(|(ours, theirs)| ours.abs_diff(theirs) <= 1), "{row:?}");
    }
}
