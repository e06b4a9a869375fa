//! Zoom-out: the photograph on a larger canvas, which makes its objects smaller.

use crate::synthetic::RandomStream;

/// How many times as wide and high as the photograph the canvas is.
const FACTOR: (f64, f64) = (1.0, 4.0);

/// A canvas in whole pixels of the photograph, and where the photograph is on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Canvas {
    pub width: u32,
    pub height: u32,
    pub left: u32,
    pub top: u32,
}

impl Canvas {
    /// In half of the cases a random canvas for a photograph of this size, otherwise one of the same size.
    pub fn draw((width, height): (u32, u32), random: &mut RandomStream) -> Canvas {
        if random.below(2) == 0 {
            return Canvas { width, height, left: 0, top: 0 };
        }
        let factor = random.uniform(FACTOR.0, FACTOR.1);
        let larger = |side: u32| (f64::from(side) * factor) as u32;
        let (canvas_width, canvas_height) = (larger(width), larger(height));
        let left = random.below((canvas_width - width) as usize + 1) as u32;
        let top = random.below((canvas_height - height) as usize + 1) as u32;
        Canvas { width: canvas_width, height: canvas_height, left, top }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_photograph_lies_on_the_canvas() {
        for size in [(500, 375), (1, 1), (3, 900)] {
            for stream in 0..2_000 {
                let canvas = Canvas::draw(size, &mut RandomStream::new(1, stream));
                assert!(canvas.left + size.0 <= canvas.width && canvas.width <= 4 * size.0, "{canvas:?}");
                assert!(canvas.top + size.1 <= canvas.height && canvas.height <= 4 * size.1, "{canvas:?}");
            }
        }
    }

    #[test]
    fn factors_and_places_are_uniform() {
        const COUNT: u64 = 20_000;
        let canvases = (0..COUNT).map(|stream| Canvas::draw((500, 375), &mut RandomStream::new(2, stream)));
        let larger: Vec<Canvas> = canvases.filter(|canvas| canvas.width > 500).collect();
        let mean = |value: fn(&Canvas) -> f64| larger.iter().map(value).sum::<f64>() / larger.len() as f64;
        assert!((larger.len() as f64 / COUNT as f64 - 0.5).abs() < 0.015);
        assert!((mean(|canvas| f64::from(canvas.width) / 500.0) - 2.5).abs() < 0.03);
        assert!((mean(|canvas| f64::from(u8::from(canvas.width < 1000))) - 1.0 / 3.0).abs() < 0.02);
        let place = mean(|canvas| f64::from(canvas.left) / f64::from(canvas.width - 500));
        assert!((place - 0.5).abs() < 0.02, "{place}");
    }
}
