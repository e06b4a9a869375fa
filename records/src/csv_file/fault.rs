//! Why a row could not be read, in words that name the column.

use csv::StringRecord;
use serde::de::DeserializeOwned;

/// Why `row` could not be read as a `Row`, by `error`: ``column `seed`: invalid digit found in string``.
/// The line is not in it.
pub fn fault<Row: DeserializeOwned>(row: &StringRecord, header: &StringRecord, error: &csv::Error) -> String {
    match column::<Row>(row, header, error) {
        Some(column) => format!("column `{column}`: {}", cause(error)),
        None => cause(error),
    }
}

/// The column whose field could not be read. An error that the field's own type raised does not say which,
/// but reading that field alone raises it again.
fn column<'h, Row: DeserializeOwned>(
    row: &StringRecord,
    header: &'h StringRecord,
    error: &csv::Error,
) -> Option<&'h str> {
    let csv::ErrorKind::Deserialize { err, .. } = error.kind() else { return None };
    let alone = |(name, field): &(&str, &str)| {
        let (name, field) = (StringRecord::from(vec![*name]), StringRecord::from(vec![*field]));
        field.deserialize::<Row>(Some(&name)).is_err()
    };
    let told = err.field().and_then(|at| header.get(at as usize));
    told.or_else(|| header.iter().zip(row).find(alone).map(|(name, _)| name))
}

/// What went wrong, without the position that `csv` puts before it.
pub fn cause(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Deserialize { err, .. } => err.kind().to_string(),
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("has {len} fields where the header has {expected_len}")
        }
        csv::ErrorKind::Utf8 { .. } => "is not UTF-8 text".to_string(),
        _ => error.to_string(),
    }
}
