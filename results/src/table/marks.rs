//! The sources of a table's published values, and the marks that stand for them: `[a]`.

use crate::evidence::table_row::TableRow;
use crate::paper::{PublishedValue, TableDefinition};

/// The sources of one table.
pub struct SourceMarks {
    /// One published value of each source, in the order of the marks.
    sources: Vec<&'static PublishedValue>,
    /// All published values.
    values: Vec<&'static PublishedValue>,
}

impl SourceMarks {
    /// The sources of a table's published values, the most trusted first.
    pub fn of(definition: &TableDefinition) -> SourceMarks {
        SourceMarks::among(definition.published_values().collect())
    }

    /// The sources of what is published beside these rows.
    pub fn beside(definition: &TableDefinition, rows: &[TableRow]) -> SourceMarks {
        let is_beside = |value: &&PublishedValue| {
            let level = definition.level_published(value);
            rows.iter().any(|row| row.subject.label == value.label && level == Some(row.level))
        };
        SourceMarks::among(definition.published_values().filter(is_beside).collect())
    }

    fn among(values: Vec<&'static PublishedValue>) -> SourceMarks {
        let mut sources: Vec<&PublishedValue> = Vec::new();
        for value in &values {
            if !sources.iter().any(|known| same_source(known, value)) {
                sources.push(value);
            }
        }
        SourceMarks { sources, values }
    }

    /// All published values, the preferred ones first.
    pub fn values(&self) -> &[&'static PublishedValue] {
        &self.values
    }

    /// One published value of each source, in the order of the marks.
    pub fn sources(&self) -> &[&'static PublishedValue] {
        &self.sources
    }

    /// Whether nothing is published.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Whether a value that a verdict may be given against also states this quantity.
    pub fn tells(&self, quantity: fn(&PublishedValue) -> Option<f64>) -> bool {
        self.values.iter().any(|value| value.is_comparable() && quantity(value).is_some())
    }

    /// The mark of a value's source: `[a]`.
    pub fn mark(&self, value: &PublishedValue) -> String {
        let place = self.sources.iter().position(|known| same_source(known, value));
        format!("[{}]", place.map_or("?".to_string(), letters))
    }
}

/// The mark of the source at this place: `a` to `z`, then `aa`, `ab`.
fn letters(at: usize) -> String {
    let letter = |at: usize| char::from(b'a' + (at % 26) as u8);
    match at.checked_sub(26) {
        None => letter(at).to_string(),
        Some(beyond) => format!("{}{}", letter(beyond / 26), letter(at)),
    }
}

fn same_source(a: &PublishedValue, b: &PublishedValue) -> bool {
    (&a.source, &a.location, &a.conditions, a.status) == (&b.source, &b.location, &b.conditions, b.status)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paper::table;

    #[test]
    fn there_are_marks_for_more_sources_than_letters() {
        assert_eq!([0, 25, 26, 51, 52].map(letters), ["a", "z", "aa", "az", "ba"]);
    }

    #[test]
    fn marks_follow_trust() {
        let definition = table("table3").unwrap();
        let marks = SourceMarks::of(&definition);
        let mark = |label, sparsity| marks.mark(definition.published(label, sparsity).unwrap());
        assert_eq!(mark("RigL (ERK)", 0.8), "[a]");
        assert_eq!(mark("Dense", 0.0), "[b]");
        assert_eq!(mark("SET (ERK)", 0.9), "[d]");
        assert!(definition.published("IEE (ERK)", 0.9).is_none());
    }
}
