//! Why a row could not be read, in words that name the column.

use csv::{DeserializeErrorKind, StringRecord};
use serde::de::DeserializeOwned;

/// Why `row` could not be read as a `Row`, by `error`: ``column `seed`: "soon" is not a whole number``.
/// The line is not in it.
pub fn fault<Row: DeserializeOwned>(row: &StringRecord, header: &StringRecord, error: &csv::Error) -> String {
    match column::<Row>(row, header, error) {
        Some(at) => {
            let [column, field] = [header, row].map(|fields| fields.get(at).unwrap_or_default());
            format!("column `{column}`: {}", cause_in(field, error))
        }
        None => cause(error),
    }
}

/// The number, from 0, of the column whose field could not be read. An error that the field's own type raised does not
/// say which, but reading that field alone raises it again.
pub fn column<Row: DeserializeOwned>(
    row: &StringRecord,
    header: &StringRecord,
    error: &csv::Error,
) -> Option<usize> {
    let csv::ErrorKind::Deserialize { err, .. } = error.kind() else { return None };
    let alone = |(name, field): &(&str, &str)| {
        let (name, field) = (StringRecord::from(vec![*name]), StringRecord::from(vec![*field]));
        field.deserialize::<Row>(Some(&name)).is_err()
    };
    let told = err.field().map(|at| at as usize).filter(|&at| at < header.len());
    told.or_else(|| header.iter().zip(row).position(|field| alone(&field)))
}

/// What went wrong with a field.
fn cause_in(field: &str, error: &csv::Error) -> String {
    let of_number = |kind: &DeserializeErrorKind| {
        matches!(kind, DeserializeErrorKind::ParseInt(_) | DeserializeErrorKind::ParseFloat(_))
    };
    match error.kind() {
        csv::ErrorKind::Deserialize { err, .. } if of_number(err.kind()) => {
            let rounded = field.contains(['e', 'E']) && field.parse::<f64>().is_ok();
            let lost = "; another program has rounded it, and its digits are lost: take them from the run's record.json";
            format!("{field:?} {}{}", cause(error), if rounded { lost } else { "" })
        }
        _ => cause(error),
    }
}

/// What went wrong, without the position that `csv` puts before it.
pub fn cause(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Deserialize { err, .. } => match err.kind() {
            DeserializeErrorKind::ParseInt(_) => "is not a whole number".to_string(),
            DeserializeErrorKind::ParseFloat(_) => "is not a number".to_string(),
            kind => kind.to_string(),
        },
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("has {len} fields where the header has {expected_len}")
        }
        csv::ErrorKind::Utf8 { .. } => "is not UTF-8 text".to_string(),
        _ => error.to_string(),
    }
}
