//! N:M patterns: of every M neighbouring weights, N stay.
//!
//! Hardware multiplies such weights without an index for each of them (2:4 on
//! sparse tensor cores); Zhou et al. train them (SR-STE, arXiv 2102.04010).

use std::fmt;
use std::str::FromStr;

/// A pattern that keeps `keep` weights of every `of`, written `2:4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pattern {
    /// Weights that stay in each group.
    pub keep: u8,
    /// Weights of a group.
    pub of: u8,
}

/// A text that is none of the patterns.
#[derive(Debug, thiserror::Error)]
#[error("there is no pattern `{0}`; choose one of 1:4, 2:4, 2:8, 4:8")]
pub struct UnknownPattern(String);

impl Pattern {
    /// The patterns that can be asked for.
    pub const ALL: [Self; 4] = [Self::new(1, 4), Self::new(2, 4), Self::new(2, 8), Self::new(4, 8)];

    const fn new(keep: u8, of: u8) -> Self {
        Self { keep, of }
    }

    /// Share of zeros in a group.
    pub fn sparsity(self) -> f64 {
        1.0 - f64::from(self.keep) / f64::from(self.of)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}", self.keep, self.of)
    }
}

impl FromStr for Pattern {
    type Err = UnknownPattern;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let pattern = Self::ALL.into_iter().find(|pattern| pattern.to_string() == text);
        pattern.ok_or_else(|| UnknownPattern(text.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_written_as_they_are_read() {
        for (text, sparsity) in [("1:4", 0.75), ("2:4", 0.5), ("2:8", 0.75), ("4:8", 0.5)] {
            let pattern: Pattern = text.parse().unwrap();
            assert_eq!(pattern.to_string(), text);
            assert_eq!(pattern.sparsity(), sparsity);
        }
        for bad in ["", "4:2", "3:4", "02:4", "2:4 "] {
            assert!(bad.parse::<Pattern>().unwrap_err().to_string().contains("2:4"), "{bad}");
        }
    }
}
