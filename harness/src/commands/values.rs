//! Values that options of several commands take.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use network::{Layout, Precision};
use std::ops::RangeInclusive;

/// A number format by its name.
pub fn precision() -> impl TypedValueParser<Value = Precision> {
    PossibleValuesParser::new(Precision::NAMES.iter().copied()).try_map(|name| name.parse::<Precision>())
}

/// A memory layout by its name.
pub fn layout() -> impl TypedValueParser<Value = Layout> {
    PossibleValuesParser::new(Layout::NAMES.iter().copied()).try_map(|name| name.parse::<Layout>())
}

/// A number of seconds within `range`.
pub fn seconds(text: &str, range: RangeInclusive<f64>) -> Result<f64, String> {
    let seconds = text.parse().ok().filter(|seconds| range.contains(seconds));
    seconds.ok_or_else(|| format!("write a number of seconds from {} to {}", range.start(), range.end()))
}
