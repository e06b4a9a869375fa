//! The rules of average precision that detectors for PASCAL VOC are judged by.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How detections are matched with objects, and precision is averaged over recall.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Rule {
    /// The VOC devkit of 2007: overlaps of whole pixels, a match from 0.5, the mean of the greatest precision at
    /// eleven recalls.
    #[default]
    Voc2007,
    /// The devkit from 2010 on: the same matches, the area under the precision-recall curve.
    Voc2010,
    /// The code of SMCP (arXiv 2110.10811): continuous overlaps, a match above 0.5, eleven recalls.
    Smcp,
}

/// The overlap that makes a match in all published results on PASCAL VOC.
pub const MATCHING_OVERLAP: f64 = 0.5;

/// A rule that is not known.
#[derive(Debug, thiserror::Error)]
#[error("there is no rule `{0}`; choose one of {names}", names = Rule::NAMES.join(", "))]
pub struct UnknownRule(String);

impl Rule {
    /// The names of all rules.
    pub const NAMES: &'static [&'static str] = &["voc2007", "voc2010", "smcp"];
    const ALL: [Rule; 3] = [Rule::Voc2007, Rule::Voc2010, Rule::Smcp];

    /// Its name on the command line and in files.
    pub fn name(self) -> &'static str {
        Rule::NAMES[self as usize]
    }

    /// What it is, in words.
    pub fn about(self) -> &'static str {
        match self {
            Rule::Voc2007 => {
                "the VOC devkit of 2007: overlaps of whole pixels, a match from 0.5, the mean of the greatest \
                 precision at eleven recalls"
            }
            Rule::Voc2010 => {
                "the VOC devkit from 2010 on: overlaps of whole pixels, a match from 0.5, the area under the \
                 precision-recall curve"
            }
            Rule::Smcp => {
                "SMCP's code: continuous overlaps, a match above 0.5, the mean of the greatest precision at eleven \
                 recalls"
            }
        }
    }

    /// How many pixels there are from one to another one; below or at 0 there are none.
    pub(super) fn extent(self, first: f64, last: f64) -> f64 {
        match self {
            Rule::Voc2007 | Rule::Voc2010 => last - first + 1.0,
            Rule::Smcp => last - first,
        }
    }

    /// Whether boxes match that overlap by `shared`, where a match needs `least`.
    pub(super) fn is_match(self, shared: f64, least: f64) -> bool {
        match self {
            Rule::Voc2007 | Rule::Voc2010 => shared >= least,
            Rule::Smcp => shared > least,
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Rule {
    type Err = UnknownRule;

    fn from_str(text: &str) -> Result<Rule, UnknownRule> {
        Rule::ALL.into_iter().find(|rule| rule.name() == text).ok_or_else(|| UnknownRule(text.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for rule in Rule::ALL {
            assert_eq!(rule.name().parse::<Rule>().unwrap(), rule);
        }
        assert!("voc2008".parse::<Rule>().unwrap_err().to_string().contains("voc2010"));
    }
}
