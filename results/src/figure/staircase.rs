//! Latencies over channels, one small drawing per convolution: the steps down which pruning goes.

use super::axes::{Axes, Ticks};
use super::canvas::{Canvas, Letters, Pixel, Stroke};
use super::font::fold;
use super::plane::Box4;
use super::theme::{Colour, INK};

/// One drawing.
#[derive(Clone, Debug, PartialEq)]
pub struct Staircase {
    /// Its title.
    pub title: String,
    /// Channels and milliseconds, channels rising.
    pub steps: Vec<(usize, f64)>,
}

/// Drawings beside each other.
const COLUMNS: usize = 4;
/// Size of a drawing, pixels.
const SIZE: Pixel = (310.0, 230.0);
/// Height of the title above all, and blank around a drawing, pixels.
const TITLE: f64 = 36.0;
const MARGIN: f64 = 10.0;
/// Sizes of texts, pixels from line to line.
const HEADING: f64 = 21.0;
const TEXT: f64 = 17.0;
const SMALL: f64 = 15.0;
/// Colour of the steps.
const STEPS: Colour = Colour(0, 114, 178);

/// Draws `staircases` under a title, as SVG that needs no network; those without a step are left out.
pub fn render_staircases(title: &str, staircases: &[Staircase]) -> String {
    let staircases: Vec<&Staircase> = staircases.iter().filter(|stairs| !stairs.steps.is_empty()).collect();
    let rows = staircases.len().div_ceil(COLUMNS).max(1);
    let mut canvas = Canvas::new((COLUMNS as f64 * SIZE.0, TITLE + rows as f64 * SIZE.1));
    canvas.text(title, (MARGIN, MARGIN), Letters::new(HEADING, INK));
    for (at, stairs) in staircases.iter().enumerate() {
        let (left, top) = ((at % COLUMNS) as f64 * SIZE.0, TITLE + (at / COLUMNS) as f64 * SIZE.1);
        let area = (left + MARGIN, top + MARGIN, left + SIZE.0 - MARGIN, top + SIZE.1 - MARGIN);
        draw(&mut canvas, area, stairs);
    }
    canvas.finish(title)
}

fn draw(canvas: &mut Canvas, (left, top, right, bottom): Box4, stairs: &Staircase) {
    let title = fold(&stairs.title, TEXT, right - left);
    canvas.paragraph(&title, (left, top), TEXT, Letters::new(TEXT, INK));
    let points = stairs.steps.iter().map(|(channels, milliseconds)| (*channels as f64, *milliseconds));
    let points: Vec<Pixel> = points.collect();
    let most = |of: fn(&Pixel) -> f64| points.iter().map(of).fold(f64::MIN_POSITIVE, f64::max);
    let axes = Axes {
        across: "output channels",
        up: "ms",
        xs: 0.0..1.05 * most(|point| point.0),
        ys: 0.0..1.1 * most(|point| point.1),
        ticks: Ticks::Round { whole: true },
        number: SMALL,
        name: SMALL,
    };
    let plane = axes.draw(canvas, (left, top + title.len() as f64 * TEXT + MARGIN / 2.0, right, bottom));
    let steps: Vec<Pixel> = points.iter().map(|(x, y)| plane.pixel(*x, *y)).collect();
    canvas.line(&steps, Stroke::new(STEPS, 1.0));
    steps.iter().for_each(|step| canvas.disc(*step, 2.0, STEPS, Stroke::new(STEPS, 0.5)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_staircase_has_its_title_and_a_mark_for_each_step() {
        let stairs =
            |title: &str, steps: &[(usize, f64)]| Staircase { title: title.into(), steps: steps.into() };
        let five = vec![stairs("a < b", &[(8, 0.5), (16, 1.0), (24, 1.25)]); 5];
        let svg = render_staircases("a device", &[five, vec![stairs("stepless", &[])]].concat());
        assert!(svg.starts_with("<svg") && svg.contains("a device") && !svg.contains("stepless"), "{svg}");
        assert_eq!((svg.matches("a &lt; b").count(), svg.matches("<circle").count()), (5, 15));
        assert!(svg.contains(&format!("height=\"{}\"", 36 + 2 * 230)), "two rows");
        assert!(render_staircases("empty", &[]).contains("empty"));
    }
}
