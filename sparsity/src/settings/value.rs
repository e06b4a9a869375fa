//! Values of settings, and which of them a setting allows.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// A setting's value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// A word of a list.
    Word(String),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Float(value) => write!(f, "{value}"),
            Self::Word(value) => f.write_str(value),
        }
    }
}

/// The values a setting may take.
#[derive(Clone, Debug, PartialEq)]
pub enum Allowed {
    /// `true` or `false`.
    Flag,
    /// A whole number from the first to the second, inclusive.
    Int(i64, i64),
    /// A number from the first to the second, inclusive.
    Float(f64, f64),
    /// One of these words.
    Word(&'static [&'static str]),
    /// Rising shares between 0 and 1, separated by commas; or the word `none`.
    Shares,
    /// Two of [`Allowed::Shares`], where something begins and where it ends; or the word `none`.
    Window,
    /// A share above 0, up to 1; or this word.
    ShareOr(&'static str),
    /// So many positive numbers separated by commas.
    Factors(usize),
    /// Different names separated by commas.
    Names,
    /// A line through knots: pairs of a place and a factor from 0 to 1, `place:factor`, separated by commas. The
    /// first place is 0, none is below the one before it, and the last is the end.
    Knots,
}

impl Allowed {
    /// The value that `text` writes, if it is allowed.
    pub(super) fn parse(&self, text: &str) -> Option<Value> {
        let value = match self {
            Self::Flag => Value::Flag(text.parse().ok()?),
            Self::Int(..) => Value::Int(text.parse().ok()?),
            Self::Float(..) => Value::Float(text.parse().ok()?),
            Self::Word(_)
            | Self::Shares
            | Self::Window
            | Self::ShareOr(_)
            | Self::Factors(_)
            | Self::Names
            | Self::Knots => Value::Word(text.into()),
        };
        self.accept(&value)
    }

    /// The words that can be written; none where it takes no words, or any.
    pub(super) fn words(&self) -> &[&'static str] {
        match self {
            Self::Flag => &["true", "false"],
            Self::Word(words) => words,
            Self::Shares | Self::Window => &["none"],
            Self::ShareOr(word) => std::slice::from_ref(word),
            Self::Int(..) | Self::Float(..) | Self::Factors(_) | Self::Names | Self::Knots => &[],
        }
    }

    /// `value`, written in one way, if it is allowed.
    pub(super) fn accept(&self, value: &Value) -> Option<Value> {
        let allowed = match (self, value) {
            (Self::Flag, Value::Flag(_)) => true,
            (Self::Int(low, high), Value::Int(value)) => (low..=high).contains(&value),
            (Self::Float(low, high), Value::Float(value)) => (low..=high).contains(&value),
            (Self::Float(..), Value::Int(value)) => return self.accept(&Value::Float(*value as f64)),
            (Self::Word(words), Value::Word(word)) => words.contains(&word.as_str()),
            (Self::Shares, Value::Word(text)) => shares(text).is_some(),
            (Self::Window, Value::Word(text)) => {
                let list = shares(text).filter(|list| matches!(list.len(), 0 | 2))?;
                return Some(Value::Word(if list.is_empty() { "none".into() } else { joined(&list) }));
            }
            (Self::ShareOr(word), Value::Word(text)) if text == word => true,
            (Self::ShareOr(_), Value::Word(text)) => return Some(Value::Word(share(text)?.to_string())),
            (Self::ShareOr(_), Value::Float(share)) => return self.accept(&Value::Word(share.to_string())),
            (Self::ShareOr(_), Value::Int(share)) => return self.accept(&Value::Word(share.to_string())),
            (Self::Factors(count), Value::Word(text)) => {
                // Written in one way, so that the same factors are the same setting.
                let list = factors(text).filter(|list| list.len() == *count)?;
                return Some(Value::Word(joined(&list)));
            }
            (Self::Names, Value::Word(text)) => return Some(Value::Word(names(text)?.join(","))),
            (Self::Knots, Value::Word(text)) => {
                let list = pairs(text)?.into_iter().map(|(place, factor)| format!("{place}:{factor}"));
                return Some(Value::Word(list.collect::<Vec<_>>().join(",")));
            }
            _ => false,
        };
        allowed.then(|| value.clone())
    }
}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag => f.write_str("true or false"),
            Self::Int(low, high) if *high == i64::MAX => write!(f, "a whole number from {low}"),
            Self::Int(low, high) => write!(f, "a whole number from {low} to {high}"),
            Self::Float(low, high) => write!(f, "a number from {low} to {high}"),
            Self::Word(words) => write!(f, "one of {}", words.join(", ")),
            Self::Shares => {
                f.write_str("rising shares of 0 to 1 separated by commas, such as 0.5,0.75, or none")
            }
            Self::Window => {
                f.write_str("two rising shares of 0 to 1 separated by a comma, such as 0.25,0.5, or none")
            }
            Self::ShareOr(word) => write!(f, "a number above 0, up to 1, or {word}"),
            Self::Factors(count) => {
                let example = vec!["1"; *count].join(",");
                write!(f, "{count} positive numbers separated by commas, such as {example}")
            }
            Self::Names => f.write_str("different names separated by commas, without semicolons"),
            Self::Knots => f.write_str(
                "pairs place:factor separated by commas, with places that rise from 0 and factors of 0 to 1, \
                 such as 0:0.1,5:1,100:0",
            ),
        }
    }
}

/// The numbers of [`Allowed::Shares`], if `text` is such a list.
pub(super) fn shares(text: &str) -> Option<Vec<f64>> {
    if text == "none" {
        return Some(Vec::new());
    }
    let shares: Vec<f64> = text.split(',').map(|share| share.trim().parse().ok()).collect::<Option<_>>()?;
    let rising = shares.windows(2).all(|pair| pair[0] < pair[1]);
    (rising && shares.iter().all(|share| (0.0..=1.0).contains(share))).then_some(shares)
}

/// The number of [`Allowed::ShareOr`], if `text` is one.
pub(super) fn share(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|share| *share > 0.0 && *share <= 1.0)
}

fn joined(list: &[f64]) -> String {
    list.iter().map(f64::to_string).collect::<Vec<_>>().join(",")
}

/// Larger factors than this are mistakes.
const LARGEST_FACTOR: f64 = 1e6;

/// The numbers of [`Allowed::Factors`], if `text` is such a list.
pub(super) fn factors(text: &str) -> Option<Vec<f64>> {
    let positive = |number: &f64| *number > 0.0 && *number <= LARGEST_FACTOR;
    text.split(',').map(|number| number.trim().parse().ok().filter(positive)).collect()
}

/// The names of [`Allowed::Names`], if `text` is such a list. What separates settings elsewhere is in no name.
pub(super) fn names(text: &str) -> Option<Vec<String>> {
    let names: Vec<String> = text.split(',').map(|name| name.trim().to_string()).collect();
    let plain = |name: &String| !name.is_empty() && !name.contains(|c: char| c == ';' || c.is_control());
    let different = names.iter().collect::<BTreeSet<_>>().len() == names.len();
    (different && names.iter().all(plain)).then_some(names)
}

/// The places and factors of [`Allowed::Knots`], if `text` is such a list.
fn pairs(text: &str) -> Option<Vec<(f64, f64)>> {
    let pair = |pair: &str| {
        let (place, factor) = pair.split_once(':')?;
        Some((place.trim().parse::<f64>().ok()?, factor.trim().parse::<f64>().ok()?))
    };
    let pairs: Vec<(f64, f64)> = text.split(',').map(pair).collect::<Option<_>>()?;
    let rising = pairs.windows(2).all(|two| two[0].0 <= two[1].0);
    let ends = pairs[0].0 == 0.0 && pairs.last().is_some_and(|(end, _)| *end > 0.0 && end.is_finite());
    (rising && ends && pairs.iter().all(|(_, factor)| (0.0..=1.0).contains(factor))).then_some(pairs)
}

/// The same with places as shares of the last.
pub(super) fn knots(text: &str) -> Option<Vec<(f64, f64)>> {
    let pairs = pairs(text)?;
    let end = pairs.last()?.0;
    Some(pairs.into_iter().map(|(place, factor)| (place / end, factor)).collect())
}
