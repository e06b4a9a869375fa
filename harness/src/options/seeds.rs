//! Seeds as a person writes them: `0,1,2`, or a range with both of its ends, `0-2` or `0..2`.

use std::ops::RangeInclusive;

/// More than anybody trains of one method.
const MOST: u64 = 1000;

/// Seeds in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seeds(RangeInclusive<u64>);

impl Seeds {
    /// All of `ranges`, in their order, each seed once.
    pub fn all(ranges: &[Self]) -> Vec<u64> {
        let mut seeds: Vec<u64> = Vec::new();
        for seed in ranges.iter().flat_map(|range| range.0.clone()) {
            if !seeds.contains(&seed) {
                seeds.push(seed);
            }
        }
        seeds
    }
}

impl std::str::FromStr for Seeds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |text: &str| {
            let wrong = |_| {
                format!("`{text}` is no seed; write whole numbers, such as 0,1,2, or a range, such as 0-2")
            };
            text.trim().parse::<u64>().map_err(wrong)
        };
        let ends =
            text.split_once("..").or_else(|| text.split_once('-').filter(|(first, _)| !first.is_empty()));
        let Some((first, last)) = ends else { return number(text).map(|seed| Self(seed..=seed)) };
        let (first, last) = (number(first)?, number(last)?);
        match last.checked_sub(first) {
            None => Err(format!("the range ends before it begins; write {last}-{first}")),
            Some(more) if more >= MOST => Err(format!("these are more than {MOST} seeds")),
            Some(_) => Ok(Self(first..=last)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_have_both_ends_and_no_seed_is_twice() {
        let seeds = |text: &str| {
            let ranges: Result<Vec<Seeds>, String> = text.split(',').map(str::parse).collect();
            ranges.map(|ranges| Seeds::all(&ranges))
        };
        for (text, expected) in [
            ("3", vec![3]),
            ("0,1,2", vec![0, 1, 2]),
            ("0-2", vec![0, 1, 2]),
            ("0..4", vec![0, 1, 2, 3, 4]),
            ("7, 1-3,2..5", vec![7, 1, 2, 3, 4, 5]),
            ("5-5", vec![5]),
            ("18446744073709551615", vec![u64::MAX]),
        ] {
            assert_eq!(seeds(text), Ok(expected), "{text}");
        }
        for (text, words) in [
            ("a", "such as 0,1,2"),
            ("", "such as 0-2"),
            ("-1", "whole numbers"),
            ("1.5", "whole numbers"),
            ("0-b", "`b` is no seed"),
            ("2-0", "write 0-2"),
            ("0-1000000000000", "more than 1000"),
            ("0-18446744073709551615", "more than 1000"),
        ] {
            assert!(seeds(text).unwrap_err().contains(words), "{text}: {:?}", seeds(text));
        }
    }
}
