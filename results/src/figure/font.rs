//! The font of all drawings: Liberation Sans, which comes with the program, so that the widths of texts are known
//! while they are placed, and PDF and PNG files are the same on every machine.
//!
//! Its letters are as wide as those of Arial and Helvetica, one of which nearly every machine has. An SVG file names
//! them as well, and says of every text how wide it is, so that it takes that place in another font, too.

use std::collections::HashMap;
use std::sync::LazyLock;

use ttf_parser::Face;

/// The fonts that an SVG file names, the first that there is counting.
pub const FAMILIES: &str = "Liberation Sans, Arimo, Arial, Helvetica, sans-serif";

/// Liberation Sans 2.1.5, under the SIL Open Font License 1.1 (`font/OFL.txt`).
pub const FILE: &[u8] = include_bytes!("font/LiberationSans-Regular.ttf");

/// Of a text's size, which is measured from line to line, the part that the font calls its size.
const EM: f64 = 1.0 / 1.24;

/// Height of capital letters and of digits over the line they stand on, and depth of letters below it; in font sizes.
const CAPITAL: f64 = 0.73;
const BELOW: f64 = 0.212;

/// Width of a letter that the font does not have, in font sizes: that of an ideograph.
const UNKNOWN: f64 = 1.0;

/// The advance of every letter of the font, in font sizes.
static ADVANCES: LazyLock<HashMap<char, f64>> = LazyLock::new(|| {
    let face = Face::parse(FILE, 0).expect("the font is part of the program");
    let unit = f64::from(face.units_per_em());
    let mut advances = HashMap::new();
    for table in face.tables().cmap.into_iter().flat_map(|cmap| cmap.subtables) {
        table.codepoints(|code| {
            let glyph = table.is_unicode().then(|| table.glyph_index(code)).flatten();
            let advance = glyph.and_then(|glyph| face.glyph_hor_advance(glyph));
            if let (Some(letter), Some(advance)) = (char::from_u32(code), advance) {
                advances.insert(letter, f64::from(advance) / unit);
            }
        });
    }
    advances
});

/// The font size of texts that are `size` pixels from line to line.
pub fn em(size: f64) -> f64 {
    size * EM
}

/// How far below the top of a line of this size its letters stand, pixels.
pub fn baseline(size: f64) -> f64 {
    em(size) * (CAPITAL + 0.03)
}

/// How far below the middle of its capital letters a text of this size stands, pixels.
pub fn below_middle(size: f64) -> f64 {
    em(size) * CAPITAL / 2.0
}

/// Height of a text of this size from the top of its capital letters to the lowest end of others, pixels.
pub fn height(size: f64) -> f64 {
    em(size) * (CAPITAL + 0.03 + BELOW)
}

/// Width of a text, pixels, where it is `size` pixels from line to line. Letters are not moved towards each other.
pub fn width(text: &str, size: f64) -> f64 {
    let ems: f64 = text.chars().map(|letter| ADVANCES.get(&letter).copied().unwrap_or(UNKNOWN)).sum();
    ems * em(size)
}

/// Width of the widest of some lines.
pub fn widest<'t>(lines: impl IntoIterator<Item = &'t String>, size: f64) -> f64 {
    lines.into_iter().map(|line| width(line, size)).fold(0.0, f64::max)
}

/// Breaks a text into lines of at most so many pixels, at blanks if it has them.
pub fn fold(text: &str, size: f64, most: f64) -> Vec<String> {
    let mut lines = vec![String::new()];
    let fits = |line: &str, more: &str| width(line, size) + width(more, size) <= most;
    for word in text.split_whitespace() {
        let gap = if lines.last().is_none_or(String::is_empty) { "" } else { " " };
        let line = lines.last_mut().expect("there is always a line");
        if fits(line, &format!("{gap}{word}")) {
            line.push_str(gap);
            line.push_str(word);
            continue;
        }
        if !line.is_empty() {
            lines.push(String::new());
        }
        for letter in word.chars() {
            let line = lines.last_mut().expect("there is always a line");
            let mut encoded = [0; 4];
            match line.is_empty() || fits(line, letter.encode_utf8(&mut encoded)) {
                true => line.push(letter),
                false => lines.push(letter.to_string()),
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Advances of Arial, which are those of Helvetica's AFM file, in thousandths of its size.
    #[test]
    fn letters_are_as_wide_as_arials() {
        for (letter, thousandths) in [
            ('0', 556.0),
            ('a', 556.0),
            ('i', 222.0),
            ('m', 833.0),
            ('M', 833.0),
            ('W', 944.0),
            (' ', 278.0),
            ('(', 333.0),
            ('%', 889.0),
            ('.', 278.0),
            ('†', 556.0),
            ('×', 584.0),
        ] {
            let found = width(&letter.to_string(), 1240.0);
            assert!((found - thousandths).abs() < 1.0, "{letter}: {found}");
        }
    }

    /// What tables and figures mark results with, and names of settings.
    #[test]
    fn the_font_has_every_sign_of_the_drawings() {
        for sign in "†‡§¶‖×±–…≈ΔΩ→".chars() {
            assert!(ADVANCES.contains_key(&sign), "{sign}");
        }
    }

    proptest! {
        #[test]
        fn folded_lines_fit_and_hold_every_word(text in "[ -~]{0,80}", most in 40.0..200.0) {
            let lines = fold(&text, 20.0, most);
            prop_assert!(lines.iter().all(|line| width(line, 20.0) <= most), "{lines:?}");
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
        }
    }
}
