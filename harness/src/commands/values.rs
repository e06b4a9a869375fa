//! Values that options of several commands take.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use network::{Layout, Precision};
use results::filter::FilterError;
use std::ops::RangeInclusive;
use std::str::FromStr;

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

/// What names columns of records; one that is not there leads to the one it is most like.
pub fn by_columns<T: FromStr<Err = FilterError>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: FilterError| {
        let FilterError::UnknownColumn { column, known } = &error;
        let known: Vec<&str> = known.split(", ").collect();
        match network::nearest(column, &known) {
            Some(nearest) => format!("there is no column {column:?} (did you mean `{nearest}`?)"),
            None => error.to_string(),
        }
    })
}
