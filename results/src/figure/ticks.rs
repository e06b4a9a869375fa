//! The numbers at an axis: round ones, as many as there is room for.

use std::ops::Range;

/// Most decimals of a number at an axis.
const MOST_DECIMALS: i32 = 6;

/// At most so many round numbers in a range, one step of 1, 2 or 5 times a power of ten apart, with their texts; the
/// step is 1 at least where only whole numbers have a meaning.
pub fn round(range: &Range<f64>, most: usize, whole: bool) -> Vec<(f64, String)> {
    let length = range.end - range.start;
    if most == 0 || !length.is_finite() || length <= 0.0 {
        return Vec::new();
    }
    let smallest = (length / most as f64).log10().floor() as i32 - 1;
    let steps = (smallest..smallest + 4)
        .flat_map(|power| [1.0, 2.0, 5.0].map(|factor| (power, factor, factor * 10f64.powi(power))));
    for (power, _, step) in steps.filter(|(.., step)| !whole || *step >= 1.0) {
        let (first, last) = ((range.start / step).ceil(), (range.end / step).floor());
        if last - first + 1.0 > most as f64 {
            continue;
        }
        let numbers = (0..=(last - first).max(-1.0) as i64).map(|at| (first + at as f64) * step);
        return numbers.filter(|number| range.contains(number)).map(|x| (x, text(x, power))).collect();
    }
    Vec::new()
}

/// A number with the decimals that a step of this power of ten has; a very large one with its own power of ten.
fn text(value: f64, power: i32) -> String {
    if value.abs() >= 1e6 {
        let decimals = (value.abs().log10().floor() as i32 - power).clamp(1, MOST_DECIMALS) as usize;
        return format!("{value:.decimals$e}");
    }
    let decimals = (-power).clamp(0, MOST_DECIMALS) as usize;
    let text = format!("{value:.decimals$}");
    if text.trim_start_matches('-').chars().all(|digit| matches!(digit, '0' | '.')) {
        return "0".to_string();
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(range: Range<f64>, most: usize, whole: bool) -> Vec<String> {
        round(&range, most, whole).into_iter().map(|(_, text)| text).collect()
    }

    #[test]
    fn numbers_are_round_and_tell_each_other_apart() {
        assert_eq!(texts(0.0..10.5, 7, false), ["0", "2", "4", "6", "8", "10"]);
        assert_eq!(texts(-0.07..1.04, 4, false), ["0", "0.5", "1.0"]);
        assert_eq!(texts(0.0011..0.0029, 3, false), ["0.0015", "0.0020", "0.0025"]);
        assert_eq!(texts(1.0..3.2, 9, true), ["1", "2", "3"]);
        assert_eq!(texts(0.0..3e6, 4, false), ["0", "1.0e6", "2.0e6"]);
        assert_eq!(texts(1e6..1.16e6, 4, false), ["1.00e6", "1.05e6", "1.10e6", "1.15e6"]);
        assert!(texts(1.0..1.0, 4, false).is_empty() && texts(0.0..1.0, 0, false).is_empty());
    }

    proptest! {
        #[test]
        fn there_are_as_many_as_asked_for_and_not_far_fewer(
            start in -1e4..1e4f64, length in 1e-3..1e5f64, most in 3usize..9,
        ) {
            let range = start..start + length;
            let found = round(&range, most, false);
            prop_assert!((1..=most).contains(&found.len()), "{:?}", found);
            prop_assert!(found.len() >= most / 3, "{:?}", found);
            prop_assert!(found.iter().all(|(x, _)| range.contains(x)));
            let texts: std::collections::BTreeSet<&String> = found.iter().map(|(_, text)| text).collect();
            prop_assert_eq!(texts.len(), found.len());
        }
    }
}
