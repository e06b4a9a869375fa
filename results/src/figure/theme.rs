//! The colours of a drawing that a page may change, and what makes a drawing fit into a page.
//!
//! On its own, a drawing is dark on white. In a page the custom properties `--ink` (text and the first
//! series), `--soft` (notes and axes), `--rule` (the grid) and `--paper` (the background) take the
//! place of these colours where the page sets them, as for a dark theme.

use plotters::prelude::{RGBColor, WHITE};

/// Colour of primary text.
pub const INK: RGBColor = RGBColor(30, 30, 30);

/// Colour of secondary text.
pub const SOFT: RGBColor = RGBColor(90, 90, 90);

/// Colour of the grid.
pub const RULE: RGBColor = RGBColor(228, 228, 228);

/// Colour of the background, and of hollow marks.
pub const PAPER: RGBColor = WHITE;

/// The element that starts every drawing.
const START: &str = "<svg ";

/// Lets a drawing shrink with its page and take on the page's colours.
pub fn fit(svg: &str, title: &str) -> String {
    let mut rules = String::new();
    for (name, RGBColor(red, green, blue)) in [("ink", INK), ("soft", SOFT), ("rule", RULE), ("paper", PAPER)]
    {
        let colour = format!("#{red:02X}{green:02X}{blue:02X}");
        for property in ["fill", "stroke"] {
            rules.push_str(&format!(
                ".drawing [{property}=\"{colour}\"]{{{property}:var(--{name},{colour})}}"
            ));
        }
    }
    // Programs that know no custom properties skip the block and keep the colours of the elements.
    let style = format!("<style>@supports (color:var(--ink)){{{rules}}}</style>");
    let title = title.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let svg = svg.replacen(START, &format!("<svg class=\"drawing\" role=\"img\" aria-label=\"{title}\" "), 1);
    let end = svg.find('>').map_or(svg.len(), |at| at + 1);
    let mut fitted = format!("{}\n{style}{}", &svg[..end], &svg[end..]);
    // Names from damaged files; XML has no way to write these.
    fitted.retain(|character| !character.is_control() || character == '\n');
    fitted
}
