//! Which records count, as typed: `column=value,column=value`.
//!
//! A record has to have the value of every column that is named; a column that is named several times may have any of
//! its values.

use std::str::FromStr;

use records::Record;

/// Values that columns of a record must have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter(Vec<(String, String)>);

/// A filter that cannot be understood.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum FilterError {
    /// No column has this name.
    #[error("there is no column {column:?}; the columns are those of records.csv: {known}")]
    UnknownColumn {
        /// The name.
        column: String,
        /// The names there are.
        known: String,
    },
}

/// No record passes a filter.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the filter matches none of the {all} records{values}")]
pub struct NoMatch {
    /// Number of records before the filter.
    pub all: usize,
    /// The values that the columns of the filter have instead, as a clause.
    pub values: String,
}

impl FromStr for Filter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Filter, FilterError> {
        parts(text).into_iter().map(parse_part).collect::<Result<_, _>>().map(Filter)
    }
}

/// Whether a text begins with a column and its value.
pub(crate) fn begins_filter(text: &str) -> bool {
    let name = text.split('=').next().unwrap_or_default();
    text.contains('=') && !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Cuts a filter at the commas that another column follows: a list in a value has commas too.
fn parts(filter: &str) -> Vec<&str> {
    let commas = filter.match_indices(',').map(|(at, _)| at);
    let ends = commas.filter(|at| begins_filter(&filter[at + 1..])).chain([filter.len()]);
    let mut start = 0;
    let mut parts: Vec<&str> = ends.map(|end| &filter[std::mem::replace(&mut start, end + 1)..end]).collect();
    parts.retain(|part| !part.is_empty());
    parts
}

fn parse_part(part: &str) -> Result<(String, String), FilterError> {
    let (column, value) = part.split_once('=').unwrap_or((part, ""));
    let columns = Record::columns();
    if !columns.iter().any(|known| known == column) {
        let known = columns.iter().collect::<Vec<_>>().join(", ");
        return Err(FilterError::UnknownColumn { column: column.to_string(), known });
    }
    Ok((column.to_string(), value.to_string()))
}

impl Filter {
    /// The value that is asked of a column, if there is one and no other.
    pub fn asked(&self, column: &str) -> Option<&str> {
        let mut asked = self.0.iter().filter(|(name, _)| name == column).map(|(_, value)| value.as_str());
        asked.next().filter(|_| asked.next().is_none())
    }

    /// The records that pass.
    ///
    /// # Errors
    ///
    /// If none does.
    pub fn apply(&self, mut records: Vec<Record>) -> Result<Vec<Record>, NoMatch> {
        let all = records.len();
        let columns = Record::columns();
        let mut asked: Vec<Asked> = Vec::new();
        for (name, value) in &self.0 {
            match asked.iter_mut().find(|asked| asked.name == name) {
                Some(asked) => asked.values.push(value),
                None => {
                    let at = columns.iter().position(|column| column == name).unwrap_or_default();
                    asked.push(Asked { name, at, values: vec![value], others: Vec::new() });
                }
            }
        }
        if !asked.is_empty() {
            let mut rows = Record::fields(&records).into_iter();
            records.retain(|_| {
                let row = rows.next().expect("every record is written as a row");
                // Each column is looked at, so that the values of all are known.
                let fits: Vec<bool> = asked.iter_mut().map(|asked| asked.fits(&row[asked.at])).collect();
                !fits.contains(&false)
            });
        }
        if records.is_empty() {
            let said = asked.iter().filter(|asked| !asked.others.is_empty());
            let said = said.map(|asked| format!("; other values of {}: {}", asked.name, some(&asked.others)));
            return Err(NoMatch { all, values: said.collect() });
        }
        Ok(records)
    }
}

/// What is asked of a column, and what else it has.
struct Asked<'f> {
    name: &'f str,
    at: usize,
    values: Vec<&'f str>,
    others: Vec<String>,
}

impl Asked<'_> {
    fn fits(&mut self, field: &str) -> bool {
        let fits = self.values.iter().any(|asked| says(field, asked));
        if !fits && !self.others.iter().any(|other| other == field) {
            self.others.push(field.to_string());
        }
        fits
    }
}

/// The first few of many values.
fn some(values: &[String]) -> String {
    const MOST: usize = 8;
    let mut said = values.iter().take(MOST).map(|value| format!("{value:?}")).collect::<Vec<_>>().join(", ");
    if values.len() > MOST {
        said += ", ...";
    }
    said
}

/// Whether a field has the value asked for; numbers may be written in different ways.
pub(crate) fn says(field: &str, asked: &str) -> bool {
    let number = |text: &str| text.parse::<f64>().ok();
    field == asked || number(field).is_some_and(|value| number(asked) == Some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_that_is_named_twice_may_have_either_value() {
        let record = |method: &str, seed| Record { method: method.into(), seed, ..Record::default() };
        let records = || vec![record("iee", 0), record("iee", 1), record("rigl", 0), record("set", 0)];
        let kept = |filter: &str| -> Vec<String> {
            let filter: Filter = filter.parse().unwrap();
            filter
                .apply(records())
                .unwrap()
                .into_iter()
                .map(|it| format!("{}{}", it.method, it.seed))
                .collect()
        };
        assert_eq!(kept(""), ["iee0", "iee1", "rigl0", "set0"]);
        assert_eq!(kept("method=iee,method=rigl"), ["iee0", "iee1", "rigl0"]);
        assert_eq!(kept("method=iee,seed=0,method=rigl"), ["iee0", "rigl0"]);
        let both: Filter = "method=iee,method=rigl,seed=1.0".parse().unwrap();
        assert_eq!(
            (both.asked("method"), both.asked("seed"), both.asked("model")),
            (None, Some("1.0"), None)
        );
        let none = "method=halp".parse::<Filter>().unwrap().apply(records()).unwrap_err().to_string();
        assert!(none.contains("none of the 4") && none.contains("other values of method: \"iee\""), "{none}");
    }
}
