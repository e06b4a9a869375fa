//! Fields of CSV files that a spreadsheet would take for formulas.

use std::borrow::Cow;

/// The field as text for a spreadsheet too: one that begins as a formula does gets an apostrophe before it, as
/// spreadsheets mark text. Numbers stay as they are, also those with a sign. What is marked already is marked once more,
/// so that [`unguarded`] gives back every field.
pub fn guarded(field: &str) -> Cow<'_, str> {
    if is_formula(field.trim_start_matches('\'')) {
        Cow::Owned(format!("'{field}"))
    } else {
        Cow::Borrowed(field)
    }
}

/// The field as it is stored where no spreadsheet reads it: marked only where [`unguarded`] would take it for a marked one.
pub fn kept(field: &str) -> Cow<'_, str> {
    if unguarded(field) == field { Cow::Borrowed(field) } else { Cow::Owned(format!("'{field}")) }
}

/// The field from which [`guarded`] or [`kept`] made this one.
pub fn unguarded(field: &str) -> &str {
    match field.strip_prefix('\'') {
        Some(text) if is_formula(text.trim_start_matches('\'')) => text,
        _ => field,
    }
}

fn is_formula(field: &str) -> bool {
    let begins = field.starts_with(['=', '+', '-', '@', '\t', '\r']);
    begins && field.len() > 1 && field.parse::<f64>().is_err()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{guarded, kept, unguarded};

    #[test]
    fn formulas_are_marked_and_numbers_are_not() {
        for formula in
            ["=1+1", "=HYPERLINK(\"http://x\")", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1"]
        {
            assert_eq!(guarded(formula), format!("'{formula}"));
        }
        assert_eq!(
            (guarded("'=1").as_ref(), unguarded("'=1"), unguarded("'-0.25")),
            ("''=1", "=1", "'-0.25")
        );
        for field in ["", "-", "-0.25", "+1.5", "-1e-9", "iee", "a=b;c=d", "'", " =1"] {
            assert_eq!(guarded(field), field);
        }
    }

    proptest! {
        #[test]
        fn every_field_comes_back(field in any::<String>(), marked in "'{0,3}[=+@-]?[a-z0-9.]{0,4}") {
            for field in [field, marked] {
                let (shown, stored) = (guarded(&field), kept(&field));
                prop_assert_eq!([unguarded(&shown), unguarded(&stored)], [field.as_str(); 2]);
            }
        }

        #[test]
        fn numbers_and_words_stay(number in proptest::num::f64::ANY, word in "[a-z0-9;=,. ]{0,9}") {
            let number = number.to_string();
            prop_assert_eq!(guarded(&number), number.as_str());
            let word = format!("x{word}");
            prop_assert_eq!(guarded(&word), word.as_str());
        }
    }
}
