//! The colours of a drawing that a page may change.
//!
//! On its own, a drawing is dark on white. In a page the custom properties `--ink` (text and the first
//! series), `--soft` (notes and axes), `--rule` (the grid) and `--paper` (the background) take the
//! place of these colours where the page sets them, as for a dark theme.

use std::fmt;

/// A colour: red, green and blue, 0 to 255.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Colour(pub u8, pub u8, pub u8);

/// Colour of primary text.
pub const INK: Colour = Colour(30, 30, 30);

/// Colour of secondary text.
pub const SOFT: Colour = Colour(90, 90, 90);

/// Colour of the grid.
pub const RULE: Colour = Colour(228, 228, 228);

/// Colour of the background, and of hollow marks.
pub const PAPER: Colour = Colour(255, 255, 255);

impl fmt::Display for Colour {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        let Colour(red, green, blue) = self;
        write!(to, "#{red:02X}{green:02X}{blue:02X}")
    }
}

/// The element that lets a drawing take on the colours of its page. Programs that know no custom properties skip it
/// and keep the colours of the elements.
pub fn style() -> String {
    let mut rules = String::new();
    for (name, colour) in [("ink", INK), ("soft", SOFT), ("rule", RULE), ("paper", PAPER)] {
        for property in ["fill", "stroke"] {
            rules.push_str(&format!(
                ".drawing [{property}=\"{colour}\"]{{{property}:var(--{name},{colour})}}"
            ));
        }
    }
    format!("<style>@supports (color:var(--ink)){{{rules}}}</style>")
}
