//! The marks of points: an outline and a colour for every method, hollow if published, filled if measured. Several series
//! of one method in a drawing are told apart by strokes on their marks.

use super::canvas::{Canvas, Pixel, Stroke};
use super::chart::Series;
use super::identity::{Identity, MOST_VARIANTS};
use super::shape::{DISC, OUTLINES, Outline};
use super::theme::{Colour, INK, PAPER};

/// Distance from the middle of a mark to its corners, pixels.
pub const RADIUS: f64 = 7.0;

/// Colours that people with the common forms of colour blindness can tell apart, and that have a contrast of 3 to 1
/// with white and with the paper of the report's dark theme: those of Okabe and Ito, of which orange and sky blue are
/// darker here, and four more that are as far from these and from each other as these are.
const COLOURS: [Colour; 11] = [
    INK,
    Colour(0, 114, 178),
    Colour(0, 158, 115),
    Colour(213, 94, 0),
    Colour(164, 84, 48),
    Colour(204, 121, 167),
    Colour(0, 150, 250),
    Colour(120, 48, 248),
    Colour(248, 8, 232),
    Colour(88, 112, 112),
    Colour(184, 8, 160),
];

/// Muted colours for methods that are only published.
const MUTED: [Colour; 4] =
    [Colour(150, 100, 160), Colour(150, 110, 70), Colour(90, 150, 165), Colour(125, 125, 125)];

/// Radius of the dot on the marks of methods that are only published, pixels.
const DOT: f64 = 1.2;

/// Strokes on the marks of further series of a method, each from one corner of a square around the middle to
/// another, in radii.
const STROKES: [&[[f64; 4]]; MOST_VARIANTS] = [
    &[],
    &[[-1.0, 0.0, 1.0, 0.0]],
    &[[0.0, -1.0, 0.0, 1.0]],
    &[[-1.0, 0.0, 1.0, 0.0], [0.0, -1.0, 0.0, 1.0]],
    &[[-0.8, -0.8, 0.8, 0.8]],
    &[[-0.8, 0.8, 0.8, -0.8]],
];

/// How a series is marked.
#[derive(Clone, Copy, Debug)]
pub struct Marker {
    /// Its colour.
    pub colour: Colour,
    /// Its outline.
    pub outline: Outline,
    /// Whether it has a dot in its middle.
    dotted: bool,
    strokes: &'static [[f64; 4]],
}

impl Marker {
    /// The mark of a series, whose colour and outline are those of its method or row in every drawing. Each of the first
    /// methods has an outline of its own, up to as many as there are outlines; colours repeat sooner. Methods that are
    /// only published have the same outlines with a dot, in colours of their own. Those in no table share one mark.
    pub fn of(series: &Series) -> Marker {
        Marker { strokes: STROKES[series.variant % STROKES.len()], ..Marker::known_by(series.identity) }
    }

    fn known_by(Identity { run, number, beside }: Identity) -> Marker {
        // The colour of text is the dense network's alone.
        let of_method = |number: usize| match number.checked_sub(1) {
            None => COLOURS[0],
            Some(later) => COLOURS[1 + later % (COLOURS.len() - 1)],
        };
        let colour = match (run, beside.map(of_method)) {
            (false, _) => MUTED[number % MUTED.len()],
            (true, None) => of_method(number),
            (true, Some(other)) => {
                let free: Vec<Colour> = COLOURS[1..].iter().copied().filter(|it| *it != other).collect();
                free[number % free.len()]
            }
        };
        Marker { colour, outline: OUTLINES[number % OUTLINES.len()], dotted: !run, strokes: STROKES[0] }
    }

    /// Draws the mark around a place, filled if it is of a measured point.
    pub fn draw(self, canvas: &mut Canvas, (x, y): Pixel, filled: bool) {
        let (fill, ink) = if filled { (self.colour, PAPER) } else { (PAPER, self.colour) };
        let edge = Stroke::new(self.colour, 2.0);
        match self.outline {
            [] => canvas.disc((x, y), RADIUS * DISC, fill, edge),
            outline => {
                let corner = |(right, down): &Pixel| (x + RADIUS * right, y + RADIUS * down);
                canvas.area(&outline.iter().map(corner).collect::<Vec<_>>(), fill, edge);
            }
        }
        if self.dotted {
            canvas.line(&[(x - DOT, y), (x + DOT, y)], Stroke::new(ink, 2.0 * DOT));
        }
        let reach = RADIUS - 3.0;
        for [from, top, to, bottom] in self.strokes {
            let stroke = [(x + from * reach, y + top * reach), (x + to * reach, y + bottom * reach)];
            canvas.line(&stroke, Stroke::new(ink, 1.6));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::figure::identity;
    use crate::figure::tests::colours::{contrast, distance, seen};
    use crate::figure::theme::SOFT;

    /// The paper of the report's dark theme (`report.css`).
    const DARK: Colour = Colour(0x16, 0x18, 0x1c);

    /// Wherever a method is drawn, measured or published, with whatever else: RigL is RigL.
    #[test]
    fn a_method_has_one_colour_and_outline() {
        let look = |method: &str, variant| {
            let identity = identity::of(method);
            let series = Series {
                label: String::new(),
                method: method.into(),
                identity,
                variant,
                dash: 0,
                alike: Vec::new(),
            };
            let marker = Marker::of(&series);
            (marker.colour, format!("{:?}", marker.outline), marker.dotted)
        };
        assert_eq!(look("rigl", 0), look("rigl", 2));
        assert_ne!(look("rigl", 0).1, look("iee", 0).1, "on paper without colours, too");
        let variants: HashSet<_> = STROKES.iter().map(|strokes| format!("{strokes:?}")).collect();
        assert_eq!(variants.len(), STROKES.len());
    }

    /// A drawing of curves has the usual setting of a method and at most seven others.
    #[test]
    fn rows_of_one_method_have_other_colours_than_it_and_than_their_neighbours() {
        let choices = (0..40).map(|row| Identity { run: true, number: 30 + row, beside: Some(5) });
        let colours: Vec<Colour> = choices.map(|choice| Marker::known_by(choice).colour).collect();
        let method = Marker::known_by(Identity { run: true, number: 5, beside: None }).colour;
        assert!(!colours.contains(&method) && !colours.contains(&INK));
        for drawn in colours.windows(7) {
            assert_eq!(drawn.iter().collect::<HashSet<_>>().len(), drawn.len(), "{drawn:?}");
        }
    }

    /// No two methods look alike where there are no colours: their outlines differ, or one has a dot.
    #[test]
    fn every_method_has_a_mark_of_its_own_without_its_colour() {
        let mut looks = HashSet::new();
        for run in [true, false] {
            for number in 0..identity::count(run) {
                let marker = Marker::known_by(Identity { run, number, beside: None });
                let look = (format!("{:?}", marker.outline), marker.dotted);
                assert!(looks.insert(look), "{number} of those run here: {run}");
            }
        }
        assert!(looks.len() > 40, "{}", looks.len());
    }

    #[test]
    fn every_mark_can_be_seen_on_white_and_on_dark_paper() {
        for colour in COLOURS.iter().chain(&MUTED) {
            // What WCAG 2.2 asks of graphics (1.4.11).
            assert!(contrast(*colour, PAPER) >= 3.0, "{colour:?}: {:.2}", contrast(*colour, PAPER));
        }
        for colour in COLOURS[1..].iter().chain(&MUTED) {
            assert!(contrast(*colour, DARK) >= 3.0, "{colour:?}: {:.2}", contrast(*colour, DARK));
        }
        assert!(contrast(SOFT, PAPER) >= 4.5 && contrast(INK, PAPER) >= 4.5, "and of text (1.4.3)");
    }

    #[test]
    fn colours_are_told_apart_without_one_kind_of_cone() {
        let colours = || COLOURS.iter().enumerate();
        for (at, a) in colours() {
            for (_, b) in colours().skip(at + 1) {
                for (a, b) in seen(*a).into_iter().zip(seen(*b)) {
                    // The least of the colours of Okabe and Ito is 16.1.
                    assert!(distance(a, b) >= 16.0, "{a:?} and {b:?}: {:.1}", distance(a, b));
                }
            }
        }
    }
}
