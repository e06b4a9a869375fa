//! Rows as spreadsheets, R and pandas write them back, where nothing is lost by it.

use csv::StringRecord;
use serde::de::DeserializeOwned;

use super::fault::column;

/// Whole numbers up to here are exact in the floats that other programs hold them in.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Whether a row has nothing in it.
pub fn is_empty(row: &StringRecord) -> bool {
    row.iter().all(|field| field.trim().is_empty())
}

/// The row with empty fields in the place of R's `NA`, if there are any.
pub fn without_na(row: &StringRecord) -> Option<StringRecord> {
    let absent = |field: &str| field == "NA";
    let filled = || row.iter().map(|field| if absent(field) { "" } else { field }).collect();
    row.iter().any(absent).then(filled)
}

/// Reads a row that could not be read because whole numbers in it are written as floats: pandas writes `1.0` for 1 in a
/// column with an empty field, R `1e+05` for 100000. If anything else is wrong, the error is the first one.
pub fn read<Row: DeserializeOwned>(
    row: &StringRecord,
    header: &StringRecord,
    error: csv::Error,
) -> Result<Row, csv::Error> {
    let mut fields = row.clone();
    let mut last = None;
    loop {
        let at = column::<Row>(&fields, header, last.as_ref().unwrap_or(&error));
        let Some((at, whole)) = at.and_then(|at| Some((at, whole(fields.get(at)?)?))) else {
            return Err(error);
        };
        fields = fields.iter().enumerate().map(|(i, field)| if i == at { &*whole } else { field }).collect();
        match fields.deserialize(Some(header)) {
            Ok(read) => return Ok(read),
            Err(again) => last = Some(again),
        }
    }
}

/// The digits of a whole number that is written as a float.
fn whole(field: &str) -> Option<String> {
    let value: f64 = field.trim().parse().ok()?;
    let text = format!("{value:.0}");
    let exact = value.fract() == 0.0 && (0.0..=EXACT).contains(&value) && !is_shortened(field);
    (exact && text != field).then_some(text)
}

/// Whether digits may be missing. Spreadsheets write a whole number of 12 digits or more with six of them and a capital
/// E, `1.23457E+11`, and `1E+11` if the others begin with zeros; C's `%g` does so with a small one. R has a small one,
/// too, and leaves no digit out.
fn is_shortened(field: &str) -> bool {
    let has_six = |mantissa: &str| mantissa.split_once('.').is_some_and(|(_, decimals)| decimals.len() == 5);
    field.contains('E') || field.split_once('e').is_some_and(|(mantissa, _)| has_six(mantissa))
}

/// Whether a number was rounded to 10 digits or more, and is `written` but for that.
pub(crate) fn is_rounded(number: f64, written: f64) -> bool {
    let rounded = |value: f64| format!("{value:.9e}");
    number == written || rounded(number) == rounded(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_are_read_where_no_digit_is_lost() {
        assert_eq!(whole("1.0").as_deref(), Some("1"));
        assert_eq!(whole("1e+05").as_deref(), Some("100000"));
        assert_eq!(whole("4089184256.000").as_deref(), Some("4089184256"));
        assert_eq!(whole("4.089184256e+09").as_deref(), Some("4089184256"));
        for field in ["1.5", "1", "-1.0", "soon", "", "NaN", "inf"] {
            assert_eq!(whole(field), None, "{field}");
        }
        for field in ["1.23457E+18", "1.23457E+11", "1.2E+11", "1E+11", "1.23457e+11"] {
            assert_eq!(whole(field), None, "{field}");
        }
    }

    #[test]
    fn only_rounding_is_taken_for_rounding() {
        assert!(is_rounded(93.12345679, 93.12345678901234));
        assert!(is_rounded(0.123456789012346, 0.123_456_789_012_345_67));
        assert!(is_rounded(0.9, 0.89999999996));
        assert!(!is_rounded(93.12346, 93.12345678901234));
        assert!(!is_rounded(93.13, 93.12));
    }
}
