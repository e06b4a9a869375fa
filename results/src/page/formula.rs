//! Fields of CSV files that a spreadsheet would take for formulas.

use std::borrow::Cow;

/// The field as text for a spreadsheet too: one that begins as a formula does gets an apostrophe before it, as
/// spreadsheets mark text. Numbers stay as they are, also those with a sign.
pub fn guarded(field: &str) -> Cow<'_, str> {
    let begins = field.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let is_number = || field.parse::<f64>().is_ok();
    if begins && field.len() > 1 && !is_number() {
        Cow::Owned(format!("'{field}"))
    } else {
        Cow::Borrowed(field)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::guarded;

    #[test]
    fn formulas_are_marked_and_numbers_are_not() {
        for formula in
            ["=1+1", "=HYPERLINK(\"http://x\")", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1"]
        {
            assert_eq!(guarded(formula), format!("'{formula}"));
        }
        for field in ["", "-", "-0.25", "+1.5", "-1e-9", "iee", "a=b;c=d", "'", " =1"] {
            assert_eq!(guarded(field), field);
        }
    }

    proptest! {
        #[test]
        fn numbers_and_words_stay(number in proptest::num::f64::ANY, word in "[a-z0-9;=,. ]{0,9}") {
            let number = number.to_string();
            prop_assert_eq!(guarded(&number), number.as_str());
            let word = format!("x{word}");
            prop_assert_eq!(guarded(&word), word.as_str());
        }
    }
}
