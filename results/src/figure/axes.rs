//! The axes of a panel: grid, numbers and names, none of which is cut or lies on another, however narrow the panel is.

use std::ops::Range;

use super::canvas::{Across, Canvas, Down, Letters, Stroke};
use super::font::{below_middle, fold, height, widest, width};
use super::plane::{Box4, Plane};
use super::theme::{INK, RULE, SOFT};
use super::ticks::round;

/// Blank between the numbers of an axis and the plot, between its name and the numbers, and between two numbers, pixels.
const GAP: f64 = 6.0;
const BETWEEN: f64 = 8.0;

/// Most numbers at an axis.
const MOST_TICKS: usize = 7;

/// The numbers at an axis.
#[derive(Clone, Debug, PartialEq)]
pub enum Ticks {
    /// These, those that matter most first, as many as there is room for.
    Told(Vec<(f64, String)>),
    /// Round ones, whole if only these have a meaning.
    Round {
        /// Whether they are whole.
        whole: bool,
    },
}

/// The axes of a panel.
#[derive(Clone, Debug)]
pub struct Axes<'t> {
    /// Name of the horizontal axis.
    pub across: &'t str,
    /// Name of the vertical axis.
    pub up: &'t str,
    /// The range of the horizontal axis, in the coordinates in which it is drawn.
    pub xs: Range<f64>,
    /// The range of the vertical axis.
    pub ys: Range<f64>,
    /// The numbers at the horizontal axis; those at the vertical one are round.
    pub ticks: Ticks,
    /// Size of the numbers, pixels from line to line.
    pub number: f64,
    /// Size of the names, pixels from line to line.
    pub name: f64,
}

impl Axes<'_> {
    /// Draws the axes into a rectangle, and returns the plane between them.
    pub fn draw(&self, canvas: &mut Canvas, (left, top, right, bottom): Box4) -> Plane {
        let across = fold(self.across, self.name, right - left);
        let below = GAP + height(self.number) + GAP + across.len() as f64 * self.name;
        let plot_bottom = bottom - below;
        let rows = ((plot_bottom - top) / (2.0 * self.number)).max(2.0) as usize;
        let numbers = round(&self.ys, rows.min(MOST_TICKS), false);
        let up = fold(self.up, self.name, plot_bottom - top);
        let beside = up.len() as f64 * self.name
            + GAP
            + widest(numbers.iter().map(|(_, text)| text), self.number)
            + GAP;
        let frame = (left + beside, top, right, plot_bottom);
        let plane = Plane { xs: self.xs.clone(), ys: self.ys.clone(), frame };
        let number = Letters::new(self.number, INK);
        for (y, text) in &numbers {
            let y = plane.up(*y);
            canvas.line(&[(frame.0, y), (frame.2, y)], Stroke::new(RULE, 1.0));
            // The lowest keeps off the first number of the other axis.
            let middle = y.min(frame.3 + GAP - height(self.number) + below_middle(self.number));
            canvas.text(text, (frame.0 - GAP, middle), number.at(Across::End, Down::Middle));
        }
        for (x, text) in self.fitting(&plane, (left, right)) {
            let x = plane.across(x);
            canvas.line(&[(x, frame.1), (x, frame.3)], Stroke::new(RULE, 1.0));
            canvas.text(&text, (x, frame.3 + GAP), number.at(Across::Middle, Down::Top));
        }
        canvas.line(&[(frame.0, frame.1), (frame.0, frame.3), (frame.2, frame.3)], Stroke::new(SOFT, 1.0));
        let name = Letters::new(self.name, INK);
        for (line, text) in up.iter().enumerate() {
            let place = (left + line as f64 * self.name, (frame.1 + frame.3) / 2.0);
            canvas.text(text, place, Letters { upwards: true, ..name.at(Across::Middle, Down::Top) });
        }
        for (line, text) in across.iter().enumerate() {
            // Under the middle of the plot, as far as the rectangle lets it.
            let half = width(text, self.name) / 2.0;
            let middle = ((frame.0 + frame.2) / 2.0).min(right - half).max(left + half);
            let top = frame.3 + GAP + height(self.number) + GAP + line as f64 * self.name;
            canvas.text(text, (middle, top), name.at(Across::Middle, Down::Top));
        }
        plane
    }

    /// The numbers at the horizontal axis that have room between `left` and `right`, from left to right.
    fn fitting(&self, plane: &Plane, (left, right): (f64, f64)) -> Vec<(f64, String)> {
        let ends = |(x, text): &(f64, String)| {
            let (middle, half) = (plane.across(*x), width(text, self.number) / 2.0);
            (middle - half, middle + half)
        };
        let is_off = |a: &(f64, String), b: &(f64, String)| {
            ends(a).1 + BETWEEN <= ends(b).0 || ends(b).1 + BETWEEN <= ends(a).0
        };
        let is_inside = |tick: &(f64, String)| ends(tick).0 >= left && ends(tick).1 <= right + GAP;
        match &self.ticks {
            Ticks::Told(told) => {
                let mut kept: Vec<(f64, String)> = Vec::new();
                for tick in told.iter().filter(|tick| is_inside(tick)) {
                    if kept.iter().all(|other| is_off(tick, other)) {
                        kept.push(tick.clone());
                    }
                }
                kept
            }
            Ticks::Round { whole } => {
                let fewer = (1..=MOST_TICKS).rev().map(|most| {
                    let mut ticks = round(&self.xs, most, *whole);
                    ticks.retain(is_inside);
                    ticks
                });
                let fits =
                    |ticks: &Vec<(f64, String)>| ticks.windows(2).all(|pair| is_off(&pair[0], &pair[1]));
                fewer.into_iter().find(fits).unwrap_or_default()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axes(ticks: Ticks) -> Axes<'static> {
        let (across, up) = ("Remaining latency", "Mean average precision (%)");
        Axes { across, up, xs: 0.0..10.0, ys: 0.0..1.0, ticks, number: 19.0, name: 20.0 }
    }

    #[test]
    fn numbers_that_matter_come_first_where_there_is_no_room_for_all() {
        let told = [5.0, 0.0, 5.5, 9.0].map(|x| (x, format!("{x:.1}"))).to_vec();
        let axes = axes(Ticks::Told(told));
        let plane = Plane { xs: 0.0..10.0, ys: 0.0..1.0, frame: (50.0, 0.0, 250.0, 100.0) };
        let texts = |right| axes.fitting(&plane, (0.0, right)).into_iter().map(|(_, text)| text);
        assert_eq!(texts(260.0).collect::<Vec<_>>(), ["5.0", "0.0", "9.0"]);
        assert_eq!(texts(200.0).collect::<Vec<_>>(), ["5.0", "0.0"], "what would be cut is left out");
    }

    #[test]
    fn long_names_take_several_lines_and_leave_the_plot_less_room() {
        let mut canvas = Canvas::new((320.0, 200.0));
        let plane = axes(Ticks::Round { whole: true }).draw(&mut canvas, (10.0, 10.0, 310.0, 190.0));
        let svg = canvas.finish("");
        assert!(svg.contains(">Mean average</text>") && svg.contains(">precision (%)</text>"), "{svg}");
        let (left, top, right, bottom) = plane.frame;
        assert!(
            left > 70.0 && left < 110.0 && top == 10.0 && right == 310.0 && bottom < 150.0,
            "{:?}",
            plane.frame
        );
    }
}
